#!/usr/bin/env bats
# The command "kill": cli.md 1A.5, runtime-spec.md OP-13..15.
load helpers

# A container whose program answers signals: "signal N" in $T/out.
listening() {
  bundle "$(jq -nc '.process.args = ["/probe", "wait"] + $ARGS.positional | .process.args' --args -- "$@" |
    sed 's/^/.process.args = /')"
  started
  eventually grep -q ready "$T/out"
}

@test "kill: sends SIGTERM by default" {
  listening
  rt kill "$ID"
  ok
  eventually grep -q 'signal 15' "$T/out"
}

@test "kill: takes a number" {
  listening 10
  rt kill "$ID" 10
  ok
  eventually grep -q 'signal 10' "$T/out"
}

@test "kill: takes a name with and without SIG, in any case" {
  local name
  for name in USR1 SIGUSR1 usr1 sigusr1; do
    listening 10
    rt kill "$ID" "$name"
    ok
    eventually grep -q 'signal 10' "$T/out"
    eventually status_is "$ID" stopped
    rt delete "$ID"
  done
}

# cli.md 1A.5: the union of the names that runc and crun know.
# bats test_tags=rt-only
@test "kill: knows real-time signals and aliases" {
  local name number
  while read -r name number; do
    listening "$number"
    rt kill "$ID" "$name"
    ok
    eventually grep -q "signal $number" "$T/out"
    eventually status_is "$ID" stopped
    rt delete "$ID"
  done <<'END'
RTMIN 34
RTMIN+1 35
SIGRTMAX-1 63
RTMAX 64
IOT 6
CLD 17
POLL 29
END
}

@test "kill: of signal 0 succeeds on a running container and does nothing" {
  listening
  rt kill "$ID" 0
  ok
  sleep 0.2
  not grep -q signal "$T/out"
  [ "$(status_of "$ID")" = running ]
}

@test "kill: KILL ends the container" {
  bundle '.process.args = ["/probe", "ignore-term"]'
  started
  kill_and_wait
  [ ! -d "/proc/$PID" ] || grep -q '^State:.Z' "/proc/$PID/status"
}

@test "kill: refuses a signal that does not exist" {
  bundle
  started
  local bad
  for bad in FOO SIG SIGFOO "15x" "1 5"; do
    rt kill "$ID" "$bad"
    fails
  done
  [ "$(status_of "$ID")" = running ]
}

# OP-13: runc 1.1.5 lets the kernel judge, and takes numbers it should not.
# bats test_tags=rt-only
@test "kill: refuses a number that is no signal" {
  bundle
  started
  local bad
  for bad in 65 999 4294967305 99999999999999999999; do
    rt kill "$ID" "$bad"
    fails
  done
  [ "$(status_of "$ID")" = running ]
}

@test "kill: names the unknown signal" {
  bundle
  started
  rt kill "$ID" NOSUCH
  fails "unknown signal" "NOSUCH"
}

@test "kill: of a stopped container says container not running" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  rt kill "$ID" KILL
  fails "container not running"
  rt kill "$ID" 0
  fails "container not running"
}

@test "kill: --all of a stopped container succeeds" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  rt kill --all "$ID" KILL
  ok
}

@test "kill: refuses an id that does not exist" {
  rt kill "$ID" TERM
  fails "does not exist"
}

@test "kill: refuses to be called without an id" {
  rt kill
  fails
}

@test "kill: refuses a third argument" {
  bundle
  started
  rt kill "$ID" TERM TERM
  fails
  [ "$(status_of "$ID")" = running ]
}

@test "kill: KILL works on a created container" {
  bundle
  created
  rt kill "$ID" KILL
  ok
  eventually status_is "$ID" stopped
}

# cli.md 1A.5: pid 1 with default dispositions would ignore it.
@test "kill: TERM works on a created container with its own pid namespace" {
  bundle
  created
  rt kill "$ID" TERM
  ok
  eventually status_is "$ID" stopped
}

# security.md row 41 of the interplay: cli.md 1A.10. The waiting init restores what the program inherits.
@test "kill: the handlers of the waiting process are gone in the program" {
  bundle '.process.args = ["/probe", "signals"]'
  started
  eventually test -s "$T/out"
  jq -e '.ignored == [] and .blocked == []' "$T/out"
}

@test "kill: --all reaches every process of the cgroup" {
  bundle '.process.args = ["/probe", "fork", "5", "stay"]
          | .linux.namespaces |= map(select(.type != "pid"))'
  started
  eventually grep -q '"forked":5' "$T/out"
  [ "$(marked_pids | wc -l)" -eq 6 ]
  rt kill --all "$ID" KILL
  ok
  eventually none_marked
}

none_marked() {
  local pid
  for pid in $(marked_pids); do
    grep -q '^State:.Z' "/proc/$pid/status" || return 1
  done
}

# cli.md 1A.5; OP-15. runc 1.1.5 kills the first process only.
# bats test_tags=rt-only
@test "kill: KILL without a private pid namespace ends the whole cgroup" {
  bundle '.process.args = ["/probe", "fork", "3", "stay"]
          | .linux.namespaces |= map(select(.type != "pid"))'
  started
  eventually grep -q '"forked":3' "$T/out"
  rt kill "$ID" KILL
  ok
  eventually none_marked
}

# crun's flag; cli.md 1A.5.
# bats test_tags=rt-only
@test "kill: --regex reaches the containers that match and no other" {
  local n
  for n in one two other; do
    bundle_at "$T/b-$n" "$n-$MARK" '.process.args = ["/probe", "sleep"]'
    call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" run -d --bundle "$T/b-$n" "$n-$MARK"
    ok
  done
  rt kill --regex "^(one|two)-" KILL
  ok
  eventually status_is "one-$MARK" stopped
  eventually status_is "two-$MARK" stopped
  [ "$(status_of "other-$MARK")" = running ]
}

# cli.md 4.6: no cgroup to look into. rt-only: runc has no --cgroup-manager.
# bats test_tags=rt-only
@test "kill: --all without a cgroup reaches the first process" {
  bundle
  GLOBAL=(--cgroup-manager disabled)
  started
  GLOBAL=()
  rt kill --all "$ID" KILL
  ok
  eventually status_is "$ID" stopped
}
