#!/usr/bin/env bats
# The commands "pause" and "resume": cli.md 1A.7, 1A.10.
load helpers
load cgroups

# A container whose program answers signals: "signal N" in $T/out.
listening() {
  bundle '.process.args = ["/probe", "wait", "10"]'
  started
  eventually grep -q ready "$T/out"
}

has_status() {
  rt state "$ID"
  ok
  [ "$(jq -r .status <<<"$stdout")" = "$1" ]
}

@test "pause: stops the program, resume lets it go on" {
  listening
  rt pause "$ID"
  ok
  has_status paused
  rt kill "$ID" 10
  ok
  sleep 0.3
  not grep -q 'signal 10' "$T/out"
  rt resume "$ID"
  ok
  eventually grep -q 'signal 10' "$T/out"
}

@test "pause: refuses a paused and a stopped container" {
  listening
  rt pause "$ID"
  ok
  rt pause "$ID"
  fails "container not running"
  rt kill "$ID" KILL
  ok
  eventually has_status stopped
  rt pause "$ID"
  fails "container not running"
}

# runc 1.1.5 starts a paused container's program as soon as it is resumed.
# bats test_tags=rt-only
@test "pause: a created container is created again after resume" {
  bundle
  created
  rt pause "$ID"
  ok
  has_status paused
  rt start "$ID"
  fails "cannot start a container in the paused state"
  rt resume "$ID"
  ok
  has_status created
  rt start "$ID"
  ok
}

@test "resume: refuses a container that is not paused" {
  bundle
  created
  rt resume "$ID"
  fails "container not paused"
  rt resume nobody
  fails "does not exist"
}

@test "pause: a paused container is killed, and deleted by force" {
  listening
  rt pause "$ID"
  ok
  rt delete "$ID"
  fails "paused"
  rt kill "$ID" KILL
  ok
  eventually has_status stopped
  rt delete "$ID"
  ok
  listening
  rt pause "$ID"
  ok
  rt delete --force "$ID"
  ok
  nothing_left
}
