#!/usr/bin/env bats
# Cgroups of a user without privileges: none, or below one that was delegated. cli.md section 5; RD-09.
load helpers
load rootless

setup() {
  common_setup
  become_user
}

# Warnings are to be seen here.
warned() { GLOBAL=(--log "$T/run/log" --log-level warning); }

warnings() { grep -c level=warning "$T/run/log"; }

# delegate ROOT [FILE...]: a cgroup of the user below ROOT, with one more in it where rt runs. Its path is $GROUP.
delegate() {
  local root=$1 dir
  shift
  GROUP=$root/d-$MARK
  for dir in "$GROUP" "$GROUP/caller-$MARK"; do
    mkdir "$dir"
    chown "$UNPRIVILEGED_UID" "$dir" "$dir/cgroup.procs" "${@/#/$dir/}"
  done
  echo "$GROUP/caller-$MARK" >>"$T/as/cgroups"
}

undelegate() {
  local dir
  for dir in "$GROUP/caller-$MARK" "$GROUP"; do
    eventually rmdir "$dir"
  done
}

@test "rootless cgroups: with nothing asked the container stays in the caller's, and can be killed and deleted" {
  user_bundle "$OWN_ID" '.process.args = ["/bin/sh", "-c", "sleep 1000 & sleep 1000 & wait"]'
  is_rt && warned
  started
  [ "$(cat "/proc/$PID/cgroup")" = "$(cat /proc/self/cgroup)" ] || die "$(cat "/proc/$PID/cgroup")"
  if is_rt; then
    [ "$(warnings)" -eq 1 ]
    grep -q "no permission to make a cgroup .*: the container stays in the caller's" "$T/run/log"
    grep -q "^time=.*level=warning" "$T/run/log"
  fi
  # runc 1.1.5 cannot without a cgroup.
  if is_rt; then rt kill --all "$ID" KILL; else rt kill "$ID" KILL; fi
  ok
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
}

@test "rootless cgroups: a cgroupsPath that cannot be made is refused" {
  user_bundle "$OWN_ID" '.linux.cgroupsPath = "/\($id)"'
  create
  fails
  if is_rt; then
    fails "rootless needs no limits + no cgrouppath when no permission is granted for cgroups" "Delegate=yes"
  fi
  nothing_left
}

@test "rootless cgroups: a limit that cannot be set is refused" {
  need_controller pids
  user_bundle "$OWN_ID" '.linux.resources = {pids: {limit: 10}}'
  create
  fails
  if is_rt; then
    fails "/linux/resources" "pids.max" "Delegate=yes"
  fi
  nothing_left
}

# bats test_tags=rt-only
@test "rootless cgroups: --rootless false makes a cgroup that cannot be made an error" {
  user_bundle "$OWN_ID"
  GLOBAL=(--rootless false)
  create
  fails "cgroup"
  nothing_left
  GLOBAL=(--rootless=true)
  created
}

# RD-09.
@test "rootless cgroups: device rules are left out" {
  user_bundle "$OWN_ID" '.linux.resources = {devices: [{allow: false, access: "rwm"}]} | .process.args = ["/bin/true"]'
  is_rt && warned
  run_here
  [ "$status" -eq 0 ] || die "status"
  if is_rt; then
    grep -q "/linux/resources/devices is not applied" "$T/run/log" || die "$(cat "$T/run/log")"
  fi
}

@test "rootless cgroups: below a delegated cgroup v2 it gets its own, which goes with it" {
  is_v2 || skip "cgroup v2 only"
  delegate /sys/fs/cgroup cgroup.subtree_control cgroup.threads
  user_bundle "$OWN_ID" '.process.args = ["/bin/sh", "-c", "sleep 1000 & sleep 1000 & wait"]'
  started
  grep -qx "0::/d-$MARK/$ID" "/proc/$PID/cgroup" || die "$(cat "/proc/$PID/cgroup")"
  [ "$(stat -c %u "$GROUP/$ID")" = "$UNPRIVILEGED_UID" ]
  eventually test "$(wc -l <"$GROUP/$ID/cgroup.procs")" -ge 2
  rt kill --all "$ID" KILL
  ok
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  [ ! -e "$GROUP/$ID" ]
  undelegate
}

@test "rootless cgroups: a limit is set below a delegated cgroup v2" {
  is_v2 || skip "cgroup v2 only"
  need_controller hugetlb
  # rt as root enables all controllers there as well.
  echo +hugetlb >/sys/fs/cgroup/cgroup.subtree_control
  delegate /sys/fs/cgroup cgroup.subtree_control cgroup.threads
  user_bundle "$OWN_ID" '.linux.resources = {hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}'
  started
  [ "$(cat "$GROUP/$ID/hugetlb.2MB.max")" = 4194304 ]
  rt delete --force "$ID"
  ok
  undelegate
}

@test "rootless cgroups: of several hierarchies of v1 only the delegated one is used" {
  is_v2 && skip "v1 only"
  need_controller pids
  delegate /sys/fs/cgroup/pids
  user_bundle "$OWN_ID" '.linux.resources = {pids: {limit: 10}}'
  started
  grep -q ":pids:/d-$MARK/caller-$MARK/$ID$" "/proc/$PID/cgroup" || die "$(cat "/proc/$PID/cgroup")"
  [ "$(cat "$GROUP/caller-$MARK/$ID/pids.max")" = 10 ]
  rt delete --force "$ID"
  ok
  [ ! -e "$GROUP/caller-$MARK/$ID" ]
  undelegate
}

# CVE-2023-25809: the cgroups that the user may write to are below /sys, which is bound. runc 1.1.5 fails this.
# bats test_tags=rt-only
@test "rootless cgroups: the caller's cgroups cannot be written from inside" {
  local mount namespace root=/sys/fs/cgroup/systemd
  is_v2 && root=/sys/fs/cgroup
  [ -d "$root" ] || root=/sys/fs/cgroup/pids
  delegate "$root"
  for namespace in '[]' '[{type: "cgroup"}]'; do
    for mount in '[]' '[{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro"]}]'; do
      user_bundle "$OWN_ID" ".linux.namespaces |= (map(select(.type != \"network\")) + $namespace)
        | .mounts |= (map(select(.destination != \"/sys\")) + [{destination: \"/sys\", type: \"none\", source: \"/sys\",
            options: [\"rbind\", \"nosuid\", \"noexec\", \"nodev\", \"ro\"]}] + $mount)" \
        '.process.args = ["/bin/sh", "-c", "for d in $(find /sys/fs/cgroup -type d); do mkdir $d/x && echo made $d; done; true"]'
      ln -sf busybox "$B/rootfs/bin/find"
      call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
      [ "$status" -eq 0 ] || die "run"
      [[ "$stdout" != *made* ]] || die "written with namespace $namespace and mount $mount"
      [[ "$stderr" == *"ead-only file system"* ]] || [[ "$stderr" == *denied* ]] || [ -z "$stderr" ] || die "tries"
    done
  done
  undelegate
}
