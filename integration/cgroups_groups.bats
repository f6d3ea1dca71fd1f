#!/usr/bin/env bats
# The cgroup itself: one that is there already, one that vanishes, what can be reached from inside.
load helpers

# CG-08, EM-24.
@test "cgroups: without resources no limit of an existing group changes" {
  need_controller pids
  local group
  group=$(cgroup_dir pids)
  mkdir "$group"
  echo 77 >"$group/pids.max"
  bundle 'del(.linux.resources)'
  created
  [ "$(cat "$group/pids.max")" = 77 ]
  rt delete --force "$ID"
  rmdir "$group" 2>/dev/null || true
}

# OP-22, security.md row 15: runc 1.1.5 warns only.
# bats test_tags=rt-only
@test "cgroups: a group with somebody else's process is refused, and the process lives" {
  local group
  group=$(cgroup_dir pids)
  mkdir "$group"
  helper stranger sleep 60
  echo "$HELPER" >"$group/cgroup.procs"
  bundle
  create
  fails
  kill -0 "$HELPER"
  kill "$HELPER"
  eventually rmdir_gone "$group"
  rt state "$ID"
  fails "does not exist"
}

# security.md row 16.
@test "cgroups: a group that has vanished does not stop state, kill and delete" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  local dir
  for dir in $(marked_cgroups); do
    eventually rmdir_gone "$dir"
  done
  rt state "$ID"
  ok
  rt delete "$ID"
  ok
}

# K2, R13.
@test "cgroups: release_agent and the parents cannot be written from inside" {
  is_v2 && skip "v1 only"
  bundle '.mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro"]}]'
  inside write /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids/cgroup.procs
  expect 'all(.[]; .errno == "EROFS")'
  inside stat /sys/fs/cgroup/pids/release_agent
  expect '."/sys/fs/cgroup/pids/release_agent".type == "none"'
}

@test "cgroups: a negative or impossible value is refused" {
  local change
  for change in '.cpu = {shares: -1}' '.cpu = {period: "x"}' '.pids = {limit: 1.5}' '.memory = {limit: "1g"}'; do
    bundle ".linux.resources |= (. | $change)"
    create
    fails
    nothing_left
  done
}
