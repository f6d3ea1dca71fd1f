#!/usr/bin/env bats
# How the filter is loaded: flags, order, and what comes after it. runtime-spec.md SC-05, SF-01..04, SC-30, SC-31.
load helpers

# traced: foreground run of the default bundle; what its last process asked of the kernel is in $T/calls.
traced() {
  set_args /bin/true
  call "$T/stdout" "$T/stderr" timeout -k 1 15 strace -ff -qq -o "$T/trace" -e trace=seccomp,capset,setresuid,execve \
    "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "run"
  grep -l 'execve("/bin/true"' "$T"/trace.* | xargs cat >"$T/calls"
  rm "$T"/trace.*
}

loaded_with() {
  grep -qE "^seccomp\(SECCOMP_SET_MODE_FILTER, $1, \{len" "$T/calls" || die "wanted $1: $(grep seccomp "$T/calls")"
}

PROFILE='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["getcpu"], action: "SCMP_ACT_ERRNO"}]}'

# SC-05: absent is not empty. runc 1.1.5 does not know the default.
# bats test_tags=rt-only
@test "seccomp load: the flags are those of the profile" {
  local flags want
  while read -r flags want; do
    bundle "$PROFILE" ".linux.seccomp.flags = $flags"
    traced
    loaded_with "$want"
  done <<'END'
null SECCOMP_FILTER_FLAG_SPEC_ALLOW
[] 0
["SECCOMP_FILTER_FLAG_LOG"] SECCOMP_FILTER_FLAG_LOG
["SECCOMP_FILTER_FLAG_SPEC_ALLOW"] SECCOMP_FILTER_FLAG_SPEC_ALLOW
["SECCOMP_FILTER_FLAG_TSYNC"] SECCOMP_FILTER_FLAG_TSYNC
["SECCOMP_FILTER_FLAG_LOG","SECCOMP_FILTER_FLAG_TSYNC"] SECCOMP_FILTER_FLAG_TSYNC\|SECCOMP_FILTER_FLAG_LOG
END
}

# SF-04, SC-31: the program's notify descriptor goes with these.
# bats test_tags=rt-only
@test "seccomp load: a listener may wait killable, and may be for all threads" {
  helper agent "$TOOLS/seccomp_agent" "$T/agent.sock" "$T/state" errno 42
  eventually test -S "$T/agent.sock"
  bundle "$PROFILE" '.linux.seccomp.syscalls[0].action = "SCMP_ACT_NOTIFY" | .linux.seccomp.listenerPath = $T + "/agent.sock"
    | .linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", "SECCOMP_FILTER_FLAG_TSYNC"]'
  case "$(uname -m)" in x86_64) inside syscall 309 ;; aarch64) inside syscall 168 ;; esac
  expect '.errno == "ENOMSG"'
}

# SC-30. runc's threads make no order that a trace could show.
# bats test_tags=rt-only
@test "seccomp load: without no_new_privs before the capabilities go, with it as the last thing" {
  bundle "$PROFILE" '.process.noNewPrivileges = false | .process.user = {uid: 1000, gid: 1000}'
  traced
  order seccomp capset
  bundle "$PROFILE" '.process.noNewPrivileges = true | .process.user = {uid: 1000, gid: 1000}'
  traced
  order capset seccomp
  order setresuid seccomp
}

# The last call of the first name comes before the first load of the second, or the other way.
order() {
  local first second
  first=$(grep -nE "^$1\((SECCOMP_SET_MODE_FILTER, [A-Z0-9_|]+, \{len|[^S])" "$T/calls" | tail -n 1 | cut -d: -f1)
  second=$(grep -nE "^$2\((SECCOMP_SET_MODE_FILTER, [A-Z0-9_|]+, \{len|[^S])" "$T/calls" | tail -n 1 | cut -d: -f1)
  [ "${first:-0}" -gt 0 ] && [ "${second:-0}" -gt 0 ] && [ "$first" -lt "$second" ] || die "$1 before $2: $(cat "$T/calls")"
}

# SC-30: so a profile may refuse all that was done before.
@test "seccomp load: with no_new_privs a profile may refuse what the runtime itself needed" {
  bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{action: "SCMP_ACT_KILL_PROCESS", names: [
    "setresuid", "setresgid", "setuid", "setgid", "setgroups", "capset", "chdir", "fchdir", "setsid", "mount", "move_mount",
    "pivot_root", "unshare", "clone3", "sethostname", "umask", "dup2", "dup3", "execveat", "openat2", "pidfd_open"]}]}' \
    '.process.user = {uid: 1000, gid: 1000}'
  inside args one
  expect '. == ["one"]'
}

# SA-01..03.
@test "seccomp load: each of the three words that kill does" {
  local word
  for word in KILL KILL_THREAD KILL_PROCESS; do
    bundle "$PROFILE" ".linux.seccomp.syscalls[0].action = \"SCMP_ACT_$word\""
    case "$(uname -m)" in x86_64) set_args /probe syscall 309 ;; aarch64) set_args /probe syscall 168 ;; esac
    run_here
    [ "$status" -eq 159 ] || die "$word"
  done
}

# SC-30: nothing but execve comes after the load, and its errors only if it fails.
# bats test_tags=rt-only
@test "seccomp load: a profile need not allow more than the program itself needs" {
  bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_KILL_PROCESS", syscalls: [{action: "SCMP_ACT_ALLOW", names: ["execve",
    "brk", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlinkat", "readlink", "getrandom",
    "mprotect", "write", "exit_group", "fstat", "newfstatat"]}]}'
  inside args one
  expect '. == ["one"]'
}

# SC-17: 600 is a call that no kernel has yet.
@test "seccomp load: the default profiles of Docker and Podman" {
  local name refused
  # perf_event_open: a null pointer would be EFAULT.
  case "$(uname -m)" in x86_64) refused=298 ;; aarch64) refused=241 ;; esac
  for name in docker-20.10 podman-4.3; do
    bundle ".linux.seccomp = $(jq -c .linux.seccomp "$TOP/tests/data/seccomp/$name.json")"
    inside id
    inside syscall "$refused"
    expect '.errno == "EPERM"' || die "$name"
    inside syscall 600
    expect '.errno == "ENOSYS"' || die "$name"
  done
}
