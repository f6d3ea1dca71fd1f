#!/usr/bin/env bats
# The freezer, behind pause and resume: cli.md 1A.7. The commands themselves: pause.bats.
load helpers
load cgroups

# A container that counts, and counts once more in a cgroup of its own below; one line for each step of either.
counting() {
  bundle "$CGROUP_INSIDE"
  set_args /bin/sh -c "$NEST"'
    (while :; do echo below; sleep 0.1; done) &
    join $!
    while :; do echo above; sleep 0.1; done'
}

@test "cgroups: what is frozen makes no progress, in a cgroup of the container's own neither" {
  is_v2 || need freezer
  counting
  started
  eventually grep -q below "$T/out"
  rt pause "$ID"
  ok
  frozen_is 1
  local before
  before=$(wc -l <"$T/out")
  sleep 0.5
  [ "$(wc -l <"$T/out")" -eq "$before" ] || die "went on while frozen"
  rt resume "$ID"
  ok
  frozen_is 0
  eventually grew "$before" above
  eventually grew "$before" below
  deleted
}
grew() { tail -n +$(($1 + 1)) "$T/out" | grep -q "$2"; }

frozen_is() {
  if is_v2; then
    cgroup_value freezer cgroup.events | grep -qx "frozen $1"
  else
    [ "$(cgroup_value freezer freezer.state)" = "$([ "$1" = 1 ] && echo FROZEN || echo THAWED)" ]
  fi
}

# A write to a file system that is frozen is a sleep that only the freezer of v1 gets at.
@test "cgroups: what cannot be frozen is said after 10 s, and nothing stays half frozen" {
  is_v2 || skip "v2 only"
  [ "$EUID" -eq 0 ] || skip "no file system of a user's own can be frozen"
  truncate -s 8M "$T/disk"
  mkfs.ext4 -q "$T/disk"
  mkdir "$T/fs"
  mount -o loop "$T/disk" "$T/fs" 2>/dev/null || skip "no loop device"
  FS=$T/fs
  bundle '.mounts += [{destination: "/mnt", type: "bind", source: "\($T)/fs", options: ["bind"]}]'
  set_args /bin/sh -c '(while :; do echo tick; sleep 0.1; done) & while :; do echo x >/mnt/x; sleep 0.1; done'
  started
  fsfreeze --freeze "$FS"
  eventually grep -q '^State:.D' "/proc/$PID/status"
  local before=$SECONDS
  rt pause "$ID"
  fails "pause $ID: freeze: some processes cannot be frozen: " "$PID"
  [ $((SECONDS - before)) -ge 9 ] || die "gave up too early"
  status_is "$ID" running
  before=$(wc -l <"$T/out")
  eventually grew "$before" tick
  fsfreeze --unfreeze "$FS"
  rt pause "$ID"
  ok
  frozen_is 1
  rt resume "$ID"
  ok
  deleted
}

teardown() {
  if [ -n "${FS:-}" ]; then
    fsfreeze --unfreeze "$FS" 2>/dev/null || true
    delete_all
    umount "$FS"
  fi
  common_teardown
}
