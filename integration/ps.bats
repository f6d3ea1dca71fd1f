#!/usr/bin/env bats
# The command "ps": cli.md 1A.9.
load helpers

# Init, and a shell with two children, all in the container's cgroup.
busy() {
  bundle
  started
  rt exec --detach --pid-file "$T/pid" "$ID" /bin/sh -c 'sleep 100 & sleep 100; true'
  ok
  eventually all_are_there
}
all_are_there() { [ "$("$RUNTIME" --root "$ROOT" ps --format json "$ID" | jq length)" -eq 4 ]; }

@test "ps: json is the host pids, those of exec too" {
  busy
  rt ps --format json "$ID"
  ok
  expect "index($PID) and index($(cat "$T/pid")) and length == 4"
  [ "$(wc -l <<<"$stdout")" -eq 1 ]
}

@test "ps: the table is that of ps, the container's lines only" {
  busy
  rt ps "$ID"
  ok
  [[ "$(head -n 1 <<<"$stdout")" == *PID*CMD* ]]
  [ "$(wc -l <<<"$stdout")" -eq 5 ] || die "lines"
  [[ "$stdout" == *"/probe sleep"* ]]
}

@test "ps: options of ps follow the id" {
  busy
  rt ps "$ID" -e -o pid,comm
  ok
  [ "$(head -n 1 <<<"$stdout" | xargs)" = "PID COMMAND" ]
  [ "$(wc -l <<<"$stdout")" -eq 5 ]
  rt ps "$ID" -e -o comm
  fails "couldn't find PID field in ps output"
}

@test "ps: processes of cgroups below are the container's" {
  busy
  local dir
  dir=$(cgroup_dir pids)
  mkdir "$dir/below"
  is_v2 || [ -e "$dir/below/cgroup.procs" ]
  cat "$T/pid" >"$dir/below/cgroup.procs"
  rt ps --format json "$ID"
  ok
  expect "index($(cat "$T/pid")) and length == 4"
}

@test "ps: a stopped container has none, an unknown one is an error" {
  bundle
  started
  kill_and_wait
  rt ps --format json "$ID"
  ok
  [ "$stdout" = null ]
  rt ps "$ID"
  ok
  [ "$(wc -l <<<"$stdout")" -eq 1 ]
  rt ps nobody
  fails "does not exist"
  rt ps --format xml "$ID"
  fails "invalid format option"
}
