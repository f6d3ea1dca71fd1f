#!/usr/bin/env bats
# exec --cgroup: cli.md 1A.8.
load helpers

# The container's cgroup in every hierarchy.
own_cgroups() {
  if is_v2; then echo "/sys/fs/cgroup/$ID"; else ls -d /sys/fs/cgroup/*/"$ID"; fi
}

# sub NAME...: a cgroup below the container's, then one below that, in every hierarchy. On v1 a process
# can only go where its cpuset has been filled in.
sub() {
  local dir level file
  for dir in $(own_cgroups); do
    for level in "$@"; do
      mkdir "$dir/$level"
      for file in cpuset.cpus cpuset.mems; do
        [ ! -f "$dir/notify_on_release" ] || [ ! -f "$dir/$file" ] || cat "$dir/$file" >"$dir/$level/$file"
      done
      dir=$dir/$level
    done
  done
}

# where PID HIERARCHY: its cgroup there ("" is the unified one).
where() { sed -n "s/^[0-9]*:$2://p" "/proc/$1/cgroup"; }

# A hierarchy to look at, as /proc/PID/cgroup and --cgroup call it.
hierarchy() { is_v2 || echo memory; }

exec_detached() { rt exec --detach --pid-file "$T/pid" "$@" "$ID" /probe sleep; }

@test "exec cgroup: a path is below the container's, in every hierarchy" {
  bundle
  started
  sub inner most
  exec_detached --cgroup inner/most
  ok
  [ "$(where "$(cat "$T/pid")" "$(hierarchy)")" = "/$ID/inner/most" ] || die "$(cat "/proc/$(cat "$T/pid")/cgroup")"
  # Its processes are the container's: ps shows them, and KILL of the container reaches them.
  rt ps --format json "$ID"
  expect "index($(cat "$T/pid")) != null"
  kill_and_wait
  eventually gone "$(cat "$T/pid")"
}

gone() { [ ! -d "/proc/$1" ]; }

@test "exec cgroup: / is the container's own" {
  bundle
  started
  exec_detached --cgroup=/
  ok
  [ "$(where "$(cat "$T/pid")" "$(hierarchy)")" = "/$ID" ]
}

@test "exec cgroup: a controller of v1 alone" {
  is_v2 && skip "v1 only"
  bundle
  started
  sub inner
  exec_detached --cgroup memory:inner
  ok
  [ "$(where "$(cat "$T/pid")" memory)" = "/$ID/inner" ]
  [ "$(where "$(cat "$T/pid")" pids)" = "/$ID" ]
  exec_detached --cgroup memory:inner --cgroup pids,freezer:/inner
  ok
  [ "$(where "$(cat "$T/pid")" memory)" = "/$ID/inner" ]
  [ "$(where "$(cat "$T/pid")" pids)" = "/$ID/inner" ]
  [ "$(where "$(cat "$T/pid")" cpuset)" = "/$ID" ]
}

# runc joins whatever it can, and some of these later or not at all.
# bats test_tags=rt-only
@test "exec cgroup: what cannot be meant is refused with status 255, and no process is made" {
  bundle
  started
  local wish
  for wish in ../other inner/../../.. nosuch; do
    exec_detached --cgroup "$wish"
    fails "sub cgroup path" 2>/dev/null || fails "invalid --cgroup argument"
    [ "$status" -eq 255 ] || die "$wish"
  done
  exec_detached --cgroup nosuch:x
  fails "invalid --cgroup argument" "nosuch"
  exec_detached --cgroup :x
  fails "invalid --cgroup argument"
  exec_detached --cgroup x --cgroup y
  fails "invalid --cgroup argument"
  [ ! -e "$T/pid" ]
  rt ps --format json "$ID"
  expect "length == 1"
}

# bats test_tags=rt-only
@test "exec cgroup: without a cgroup there is none to join" {
  bundle '.linux.namespaces += [{type: "cgroup"}]'
  GLOBAL=(--cgroup-manager disabled)
  started
  GLOBAL=()
  rt exec --cgroup / "$ID" /bin/true
  fails "the container has no cgroup"
  [ "$status" -eq 255 ]
}

# A cgroup with controllers for its children cannot hold processes: systemd in a container makes one so.
# Without --cgroup the process goes where the first one is; with it, it has to be that very cgroup.
@test "exec cgroup: / is taken at its word where init has moved below" {
  is_v2 || skip "v2 only"
  bundle
  started
  local dir=/sys/fs/cgroup/$ID controller
  mkdir "$dir/init"
  echo "$PID" >"$dir/init/cgroup.procs"
  controller=$(cut -d' ' -f1 "$dir/cgroup.controllers")
  [ -n "$controller" ] || skip "no controller here"
  echo "+$controller" >"$dir/cgroup.subtree_control"
  exec_detached
  ok
  [ "$(where "$(cat "$T/pid")" "")" = "/$ID/init" ]
  exec_detached --cgroup /
  [ "$status" -ne 0 ] || die "joined a cgroup that cannot hold processes"
  exec_detached --cgroup init
  ok
  [ "$(where "$(cat "$T/pid")" "")" = "/$ID/init" ]
}
