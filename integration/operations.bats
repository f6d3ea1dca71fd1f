#!/usr/bin/env bats
# The operations of runtime.md and the errors that they must give, state by state: runtime-spec.md sections 4 and 5.
# An error has no effect on the container.
load helpers

# A container that stays in the state "creating" until $T/go is there; $CREATING is its create.
creating() {
  bundle '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "touch \($T)/waits; until test -e \($T)/go; do sleep 0.05; done"]}]'
  helper create "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  CREATING=$HELPER
  eventually test -e "$T/waits"
  status_is "$ID" creating
}

# refused_in STATUS WORD...: the operation fails, and the container is in the same status as before.
refused_in() {
  local before=$1
  shift
  status_is "$ID" "$before" || die "not $before before $*"
  rt "$@"
  [ "$status" -eq 1 ] || { die "$before: $* should fail"; return 1; }
  [ -n "$stderr" ] || { die "$before: $* says nothing"; return 1; }
  status_is "$ID" "$before" || die "$before became $(status_of "$ID") by $*"
}

# OP-02, OP-03, OP-10, OP-13, OP-17.
# bats test_tags=rt-only
@test "operations: each refuses a missing, an empty, an odd and an unknown id" {
  local verb id
  for verb in state start kill delete; do
    rt "$verb"
    fails
    for id in "" . .. a/b ../x "a b" $'a\nb' unknown; do
      rt "$verb" "$id"
      [ "$status" -eq 1 ] || die "$verb \"$id\""
      [ -n "$stderr" ] || die "$verb \"$id\" says nothing"
    done
    rt "$verb" unknown
    fails "does not exist"
  done
  [ ! -e "$ROOT/unknown" ] && [ ! -e "$T/x" ]
}

# OP-05, OP-06, OP-07.
# bats test_tags=rt-only
@test "operations: create refuses every id that is none, before it does anything" {
  bundle '.hooks = {prestart: [{path: "/bin/touch", args: ["touch", ($T + "/began")]}], poststop: [{path: "/bin/touch", args: ["touch", ($T + "/began")]}]}'
  local id
  for id in "" . .. / a/b ../x "a b" $'a\nb' a:b "a*" "$(printf 'x%.0s' {1..300})"; do
    rt create --bundle "$B" -- "$id"
    [ "$status" -eq 1 ] || die "\"$id\""
  done
  [ ! -e "$T/began" ]
  [ -z "$(ls -A "$ROOT" 2>/dev/null)" ]
}

# OP-11, OP-14, OP-16, ST-03.
# bats test_tags=rt-only
@test "operations: start, kill and delete of a container that is being created" {
  creating
  refused_in creating start "$ID"
  refused_in creating kill "$ID" KILL
  refused_in creating delete "$ID"
  rt create --bundle "$B" "$ID"
  fails "already"
  touch "$T/go"
  finish "$CREATING"
  [ "$status" -eq 0 ]
  status_is "$ID" created
}

# Nobody holds its lock any more: it is stopped, and what it made goes.
# bats test_tags=rt-only
@test "operations: delete of a container whose create was killed" {
  creating
  kill -KILL "$CREATING"
  eventually status_is "$ID" stopped
  touch "$T/go"
  rt delete "$ID"
  ok
  nothing_left
}

# OP-15.
# bats test_tags=rt-only
@test "operations: start, kill and delete of a created container" {
  bundle
  created
  rt kill "$ID" 0
  ok
  status_is "$ID" created
  rt kill "$ID" KILL
  ok
  eventually status_is "$ID" stopped
  refused_in stopped start "$ID"
}

# OP-11, OP-16.
# bats test_tags=rt-only
@test "operations: start and delete of a running container" {
  bundle
  started
  refused_in running start "$ID"
  refused_in running delete "$ID"
  [ "$(pid_of "$ID")" = "$PID" ] && [ -d "/proc/$PID" ]
}

# OP-11, OP-14, OP-16.
# bats test_tags=rt-only
@test "operations: start and delete of a paused container, and kill reaches it" {
  bundle
  started
  rt pause "$ID"
  ok
  refused_in paused start "$ID"
  refused_in paused delete "$ID"
  rt kill "$ID" KILL
  ok
  rt resume "$ID"
  eventually status_is "$ID" stopped
}

# OP-11, OP-14.
# bats test_tags=rt-only
@test "operations: start and kill of a stopped container" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  refused_in stopped start "$ID"
  refused_in stopped kill "$ID"
  refused_in stopped kill "$ID" 0
  rt delete "$ID"
  ok
  nothing_left
}

# OP-19, EM-32: what create found, and what hooks made, is not create's to take away.
@test "operations: delete leaves what create did not make" {
  local group
  group=$(cgroup_dir pids "parent-$MARK")
  mkdir "$group"
  touch "$T/netns"
  unshare --net="$T/netns" true
  bundle '.linux.cgroupsPath = "/parent-\($mark)/\($id)"' '(.linux.namespaces[] | select(.type == "network")).path = ($T + "/netns")' \
    '.hooks.createRuntime = [{path: "/bin/touch", args: ["touch", ($T + "/made-by-hook")]}]'
  started
  rt delete --force "$ID"
  ok
  [ -d "$group" ] && [ ! -e "$group/$ID" ] || die "cgroup"
  [ -e "$T/made-by-hook" ]
  nsenter --net="$T/netns" true || die "the network namespace is gone"
  umount "$T/netns"
  rmdir "$group"
  ! is_v2 && find /sys/fs/cgroup -depth -type d -name "parent-$MARK" -exec rmdir {} \; 2>/dev/null
  true
}

# OP-20.
@test "operations: an id can be used again at once, ten times" {
  bundle '.process.args = ["/bin/true"]'
  local i
  for i in {1..10}; do
    created
    rt start "$ID"
    ok
    rt delete --force "$ID"
    ok
  done
  nothing_left
}

# OP-08, LC-02: the program is not run by create; all else is in force when create returns.
# bats test_tags=rt-only
@test "operations: create applies everything but the program" {
  local limit=.
  has_controller pids && limit='.linux.resources.pids = {limit: 23}'
  bundle '.process.args = ["/bin/touch", "/ran"] | .process.rlimits = [{type: "RLIMIT_CORE", soft: 3, hard: 4}]
    | .process.oomScoreAdj = 77 | '"$limit"'
    | .linux.sysctl = {"kernel.msgmax": "4321"} | .mounts += [{destination: "/mnt", type: "tmpfs", source: "t"}]'
  created
  [ ! -e "$B/rootfs/ran" ]
  [ "$(cat "/proc/$PID/oom_score_adj")" = 77 ]
  grep -q '^Max core file size *3 *4 ' "/proc/$PID/limits" || die "$(cat "/proc/$PID/limits")"
  [ "$limit" = . ] || [ "$(cgroup_value pids pids.max)" = 23 ]
  grep -q ' /mnt ' "/proc/$PID/mountinfo"
  [ "$(nsenter -t "$PID" -u hostname)" = probe-host ]
  [ "$(nsenter -t "$PID" -i cat /proc/sys/kernel/msgmax)" = 4321 ]
  [ "$(awk '/^CapBnd/ {print $2}' "/proc/$PID/status")" = 0000000020000420 ]
  [ "$(awk '/^NoNewPrivs/ {print $2}' "/proc/$PID/status")" = 1 ]
}
