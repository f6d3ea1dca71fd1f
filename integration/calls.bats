#!/usr/bin/env bats
# What rt asks of the kernel: in which order, and how often. docs/bench.md says what each call is for.
load helpers

# traced NAME ARGUMENT...: rt under strace; the calls are in $T/NAME, one a line, those of unfinished lines once.
traced() {
  local log=$T/$1
  shift
  call "$T/out" "$T/err" strace -f -qq -s 0 -o "$log.all" "$RUNTIME" --root "$ROOT" "$@"
  [ "$status" -eq 0 ] || die "strace rt $*"
  grep -E '^[0-9]+ +[a-z_0-9]+\(' "$log.all" >"$log"
}

# at_most NAME NUMBER
at_most() {
  local count
  count=$(wc -l <"$T/$1")
  [ "$count" -le "$2" ] || die "$1: $count system calls, $2 are allowed; the most frequent: $(sed 's/^[0-9]* *//; s/(.*//' "$T/$1" | sort | uniq -c | sort -rn | head -n 12 | tr -s '\n ' ' ')"
}

# Line numbers of a pattern in $T/NAME.
lines_of() { grep -nE "$2" "$T/$1" | cut -d: -f1; }

# Numbers are those of docs/bench.md, less what its bundle has more, and some air for other kernels and libraries.
true_bundle() { bundle '.process.args = ["/bin/true"]' "$@"; }

# bats test_tags=rt-only
@test "calls: what the new process is told lies in the channel before it exists" {
  is_v2 || skip "v2 only"
  true_bundle
  traced run run --bundle "$B" "$ID"
  local clone sent
  clone=$(lines_of run 'clone3\(' | head -n 1)
  sent=$(lines_of run 'sendmsg\(' | sed -n 2p) # Plan and Begin
  [ "$sent" -lt "$clone" ] || die "the second frame is line $sent, the clone line $clone"
}

# bats test_tags=rt-only
@test "calls: run, exec and state ask the kernel for no more than they need" {
  is_v2 || skip "v2 only"
  true_bundle
  traced run run --bundle "$B" "$ID"
  bundle_at "$T/live" "live-$MARK"
  rt create --bundle "$T/live" "live-$MARK"
  ok
  rt start "live-$MARK"
  ok
  traced exec exec "live-$MARK" /bin/true
  traced state state "live-$MARK"
  at_most run 360
  at_most exec 216
  at_most state 56
}

# Whoever is in the container's pid namespace can be seen there, and with CAP_SYS_PTRACE be used, whatever prctl(2)
# says: it must be in all others by then (CVE-2016-9962, decision 0025).
# bats test_tags=rt-only
@test "calls: exec joins all namespaces at once, before there is a process in that of the pids" {
  bundle
  started
  traced exec exec "$ID" /bin/true
  [ "$(grep -c ' setns(' "$T/exec")" -eq 1 ] || die "$(grep ' setns(' "$T/exec")"
  local joins kind
  joins=$(grep ' setns(' "$T/exec")
  for kind in NS NET IPC UTS PID; do
    [[ "$joins" == *CLONE_NEW$kind[^A-Z]* ]] || die "$kind: $joins"
  done
  # The one that joins is rt-init already, and the next process is its only one.
  [ "$(lines_of exec ' setns\(')" -gt "$(lines_of exec 'execveat\(')" ] || die "rt itself joins"
  [ "$(awk '/ (clone3|clone|fork|vfork)\(/ {print $1}' "$T/exec" | tail -n 1)" = "${joins%% *}" ] || die "another one forks"
}

# As in a pod, where network, ipc and host name are those of the sandbox.
# bats test_tags=rt-only
@test "calls: namespaces that need no fork are joined without a process between" {
  bundle
  started
  bundle_at "$T/second" "second-$MARK" ".linux.namespaces |= map(if .type == \"network\" or .type == \"ipc\" or .type == \"uts\"
    then .path = \"/proc/$PID/ns/\" + {network: \"net\", ipc: \"ipc\", uts: \"uts\"}[.type] else . end)
    | del(.hostname) | .process.args = [\"/bin/true\"]"
  traced run run --bundle "$T/second" "second-$MARK"
  [ "$(grep -cE ' (clone3|clone|fork|vfork)\(' "$T/run")" -eq 1 ] || die "$(grep -E 'clone|fork' "$T/run")"
  [ "$(grep -c ' setns(' "$T/run")" -eq 3 ] || die "$(grep ' setns(' "$T/run")"
}
