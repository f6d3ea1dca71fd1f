#!/usr/bin/env bats
# Cgroups: runtime-spec.md sections 12 and 13. On this host as it is (v1 or hybrid), or v2 in integration/in-v2.
load helpers

@test "cgroups: the process is in the group of cgroupsPath, in every hierarchy" {
  bundle
  created
  if is_v2; then
    grep -qx "0::/$ID" "/proc/$PID/cgroup"
  else
    local controller
    for controller in cpu memory pids devices freezer cpuset blkio; do
      need_controller "$controller"
      grep -Eq ":([^:]*,)?$controller(,[^:]*)?:/$ID\$" "/proc/$PID/cgroup" || die "$controller"
    done
  fi
}

@test "cgroups: a path of several levels is made" {
  bundle '.linux.cgroupsPath = "/one-\($mark)/two-\($mark)/\($id)"'
  created
  grep -q "/one-$MARK/two-$MARK/$ID\$" "/proc/$PID/cgroup"
  rt delete --force "$ID"
  ok
  # CG-16: runc leaves the parents.
  is_rt || sweep_parents
}

sweep_parents() {
  local dir
  for dir in $(marked_cgroups); do
    rmdir "$dir"
  done
}

# CG-01: cannot climb out.
@test "cgroups: a path with .. stays below the root" {
  bundle '.linux.cgroupsPath = "/../../\($id)"'
  create
  if [ "$status" -eq 0 ]; then
    PID=$(pid_of "$ID")
    not grep -qF '..' "/proc/$PID/cgroup"
  fi
}

# CG-04.
@test "cgroups: without cgroupsPath there is a group all the same, and it goes" {
  bundle 'del(.linux.cgroupsPath)'
  created
  grep -q "$ID" "/proc/$PID/cgroup"
  rt delete --force "$ID"
  ok
  [ -z "$(marked_cgroups)" ]
}

@test "cgroups: are gone after delete" {
  bundle
  created
  [ -n "$(marked_cgroups)" ]
  rt delete --force "$ID"
  ok
  [ -z "$(marked_cgroups)" ]
}

# RU-01..04.
@test "cgroups: unified values are written on v2 and refused on v1" {
  if is_v2; then
    bundle '.linux.resources.unified = {"cgroup.max.depth": "7"}'
    created
    [ "$(cgroup_value unified cgroup.max.depth)" = 7 ]
  else
    bundle '.linux.resources.unified = {"memory.high": "1000000"}'
    create
    fails
    nothing_left
  fi
}

@test "cgroups: unified refuses a key with a slash and a file that is not there" {
  is_v2 || skip "v2 only"
  local key
  for key in "../x" "nosuch.file" "nopoint"; do
    bundle ".linux.resources.unified = {\"$key\": \"1\"}"
    create
    fails
    nothing_left
  done
}
