#!/usr/bin/env bats
# Seccomp: runtime-spec.md section 17, SC-30..39.
load helpers

# Numbers of harmless calls, by machine: the probe makes them raw.
case "$(uname -m)" in
  x86_64) GETCPU=309 PERSONALITY=135 GETPRIORITY=140 SYSINFO=99 ;;
  aarch64) GETCPU=168 PERSONALITY=92 GETPRIORITY=141 SYSINFO=179 ;;
esac

deny() { printf '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [%s]}' "$1"; }

@test "seccomp: without a profile there is no filter" {
  bundle
  inside process
  expect '.seccomp == 0'
}

@test "seccomp: with a profile the filter is on" {
  bundle "$(deny '')"
  inside process
  expect '.seccomp == 2'
}

@test "seccomp: a call that is denied gives EPERM by default, others work" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_ERRNO"}')"
  inside syscall "$GETCPU"
  expect '.errno == "EPERM"'
  inside syscall "$GETPRIORITY"
  expect '.ok'
}

@test "seccomp: errnoRet is what the call gives" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_ERRNO", errnoRet: 99}')"
  inside syscall "$GETCPU"
  expect '.errno == "EADDRNOTAVAIL"'
}

# SC-11: zero is a value.
@test "seccomp: errnoRet 0 makes the call succeed without being made" {
  bundle "$(deny '{names: ["sysinfo"], action: "SCMP_ACT_ERRNO", errnoRet: 0}')"
  # A null pointer would be EFAULT.
  inside syscall "$SYSINFO" 0
  expect '.ok and .result == 0'
}

@test "seccomp: defaultErrnoRet holds for what no rule names" {
  bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["getcpu"], action: "SCMP_ACT_ERRNO", errnoRet: 42}]}'
  inside syscall "$GETCPU"
  expect '.errno == "ENOMSG"'
}

# Only what the runtime and the probe need: everything else is refused.
ALLOW='["execve","exit","exit_group","read","write","close","openat","open","readlink","readlinkat","brk","mmap","munmap","mprotect","arch_prctl",
  "set_tid_address","set_robust_list","rseq","prlimit64","getrandom","fstat","newfstatat","stat","futex","prctl","capget","capset","setuid","setgid",
  "setgroups","setresuid","setresgid","getuid","geteuid","getgid","getegid","getresuid","getresgid","chdir","fchdir","getcwd","rt_sigaction",
  "rt_sigprocmask","rt_sigreturn","fcntl","close_range","getpid","gettid","getppid","umask","epoll_ctl","epoll_pwait","epoll_create1","nanosleep",
  "clock_gettime","tgkill","sigaltstack","sched_yield","getdents64","ioctl","dup3","dup2","poll","ppoll","sendmsg","recvmsg","statfs","fstatfs",
  "faccessat","faccessat2","access","uname","madvise","lseek","pipe2","eventfd2","execveat","seccomp","openat2","statx","clone","wait4","getrlimit"]'

@test "seccomp: a list of what is allowed, with a default of refusal" {
  bundle ".linux.seccomp = {defaultAction: \"SCMP_ACT_ERRNO\", defaultErrnoRet: 38,
    architectures: [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\", \"SCMP_ARCH_AARCH64\"],
    syscalls: [{names: $ALLOW, action: \"SCMP_ACT_ALLOW\"}]}"
  inside syscall "$GETCPU"
  expect '.errno == "ENOSYS"'
  inside id
  expect '.uid == 0'
}

# A profile of 2019, with nothing that came after: openat2, faccessat2, close_range, statx.
@test "seccomp: a profile older than the runtime's newest calls starts, also without no_new_privs and as a user" {
  local privileges user
  for privileges in true false; do
    for user in 0 1000; do
      bundle ".linux.seccomp = {defaultAction: \"SCMP_ACT_ERRNO\", architectures: [\"SCMP_ARCH_X86_64\"],
          syscalls: [{names: ($ALLOW - [\"openat2\", \"faccessat2\", \"close_range\", \"statx\", \"epoll_create1\", \"rseq\"]), action: \"SCMP_ACT_ALLOW\"}]}
        | .process.noNewPrivileges = $privileges | .process.user.uid = $user | .process.cwd = \"/tmp\" | .process.env = [\"PATH=/bin:/\"]"
      set_args probe many id cwd caps env
      run_here
      ok
      expect ".id.uid == $user and .cwd.cwd == \"/tmp\" and (.caps.permitted | index(\"CAP_SYS_ADMIN\") | not)"
    done
  done
}

# A startContainer hook runs under the filter: profiles refuse clone3, and old ones close_range as well.
@test "seccomp: startContainer hooks run, and time out, under a profile that refuses clone3" {
  local name
  for name in docker runtime-tools; do
    bundle '.process.noNewPrivileges = false
      | .hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "ls /proc/self/fd >/tmp/ran"], env: ["PATH=/bin"]}]'
    jq -c .linux.seccomp "$TOP/tests/data/configs/$name/default.json" >"$T/profile"
    jq --slurpfile profile "$T/profile" '.linux.seccomp = $profile[0]' "$B/config.json" >"$T/config" && mv "$T/config" "$B/config.json"
    set_args /probe id
    exec 8<"$T/profile"
    run_here
    exec 8<&-
    ok
    [ "$(paste -sd' ' "$B/rootfs/tmp/ran")" = "0 1 2 3" ] || die "$name: $(cat "$B/rootfs/tmp/ran")"
    edit '.hooks.startContainer = [{path: "/bin/sleep", args: ["sleep", "100"], timeout: 1}]'
    run_here
    fails
  done
}

# CVE-2017-18367: the conditions of one rule are joined by and.
@test "seccomp: all conditions of a rule must hold" {
  bundle "$(deny '{names: ["getpriority"], action: "SCMP_ACT_ERRNO", errnoRet: 42,
    args: [{index: 0, value: 2, op: "SCMP_CMP_EQ"}, {index: 1, value: 7, op: "SCMP_CMP_EQ"}]}')"
  inside syscall "$GETPRIORITY" 2 7
  expect '.errno == "ENOMSG"'
  inside syscall "$GETPRIORITY" 2 0
  expect '.errno != "ENOMSG"'
  inside syscall "$GETPRIORITY" 0 7
  expect '.errno != "ENOMSG"'
}

@test "seccomp: each operator compares as its name says" {
  local op value two hit miss
  while read -r op value two hit miss; do
    bundle "$(deny "{names: [\"personality\"], action: \"SCMP_ACT_ERRNO\", errnoRet: 42,
      args: [{index: 0, value: $value, valueTwo: $two, op: \"SCMP_CMP_$op\"}]}")"
    inside syscall "$PERSONALITY" "$hit"
    expect '.errno == "ENOMSG"' || die "$op hit"
    inside syscall "$PERSONALITY" "$miss"
    expect '.errno != "ENOMSG"' || die "$op miss"
  done <<'END'
NE 4294967295 0 8 4294967295
LT 8 0 0 4294967295
LE 8 0 8 4294967295
EQ 8 0 8 4294967295
GE 8 0 8 0
GT 8 0 4294967295 8
MASKED_EQ 15 8 8 4294967295
END
}

# SC-13, GEN-04: the full 64 bits.
@test "seccomp: an argument is compared in all its 64 bits" {
  bundle "$(deny '{names: ["getpriority"], action: "SCMP_ACT_ERRNO", errnoRet: 42, args: [{index: 2, value: 999, op: "SCMP_CMP_EQ"}]}')"
  sed -i 's/"value": 999/"value": 18446744073709551615/' "$B/config.json"
  set_args_raw syscall "$GETPRIORITY" 0 0 18446744073709551615
  expect '.errno == "ENOMSG"'
  set_args_raw syscall "$GETPRIORITY" 0 0 4294967295
  expect '.errno != "ENOMSG"'
}

# As "inside", but without jq over the config: it would round the number.
set_args_raw() {
  local line
  line=$(jq -nc '$ARGS.positional' --args -- /probe "$@")
  python3 - "$B/config.json" "$line" <<'END'
import json, sys
config = json.load(open(sys.argv[1]))
config["process"]["args"] = json.loads(sys.argv[2])
json.dump(config, open(sys.argv[1], "w"))
END
  run_here
  ok
}

@test "seccomp: KILL_PROCESS ends the program with SIGSYS" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_KILL_PROCESS"}')"
  set_args /probe syscall "$GETCPU"
  run_here
  [ "$status" -eq 159 ] || die "wanted 128+31"
}

@test "seccomp: TRAP sends SIGSYS" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_TRAP"}')" '.linux.namespaces |= map(select(.type != "pid"))'
  set_args /probe syscall "$GETCPU"
  run_here
  [ "$status" -eq 159 ] || die "wanted 128+31"
}

@test "seccomp: LOG lets the call pass" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_LOG"}')"
  inside syscall "$GETCPU"
  expect '.ok'
}

@test "seccomp: TRACE without a tracer is ENOSYS" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_TRACE"}')"
  inside syscall "$GETCPU"
  expect '.errno == "ENOSYS"'
}

# SC-09, GAP-10.
@test "seccomp: an unknown call name is ignored" {
  bundle "$(deny '{names: ["no_such_syscall", "getcpu"], action: "SCMP_ACT_ERRNO"}')"
  inside syscall "$GETCPU"
  expect '.errno == "EPERM"'
}

@test "seccomp: unknown actions, operators, architectures and flags are refused" {
  local change
  for change in '.defaultAction = "SCMP_ACT_NOSUCH"' '.syscalls = [{names: ["getcpu"], action: "SCMP_ACT_NOSUCH"}]' \
    '.architectures = ["SCMP_ARCH_NOSUCH"]' '.flags = ["SECCOMP_FILTER_FLAG_NOSUCH"]' \
    '.syscalls = [{names: ["getcpu"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 1, op: "SCMP_CMP_NOSUCH"}]}]'; do
    bundle "$(deny '')" ".linux.seccomp |= ($change)"
    create
    fails
    nothing_left
  done
}

# SC-03, SC-11, DV-10, EM-26: runc accepts them.
# bats test_tags=rt-only
@test "seccomp: errnoRet with an action that takes none is refused" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_KILL", errnoRet: 1}')"
  create
  fails "errnoRet"
  nothing_left
  bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", defaultErrnoRet: 1}'
  create
  fails
  nothing_left
}

# SC-12, SC-09.
# bats test_tags=rt-only
@test "seccomp: an argument index above 5, and a rule without names, are refused" {
  bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_ERRNO", args: [{index: 6, value: 1, op: "SCMP_CMP_EQ"}]}')"
  create
  fails
  nothing_left
  bundle "$(deny '{names: [], action: "SCMP_ACT_ERRNO"}')"
  create
  fails
  nothing_left
}

# SC-30: the filter is loaded whether or not no_new_privs is set, and for every user.
@test "seccomp: works with and without no_new_privs, as root and as another user" {
  local nnp uid
  for nnp in true false; do
    for uid in 0 1000; do
      bundle "$(deny '{names: ["getcpu"], action: "SCMP_ACT_ERRNO", errnoRet: 42}')" \
        ".process.noNewPrivileges = $nnp | .process.user = {uid: $uid, gid: $uid}"
      inside syscall "$GETCPU"
      expect '.errno == "ENOMSG"' || die "nnp $nnp uid $uid"
    done
  done
}

# SC-30: what a runtime does after the load must be little. Docker's profile refuses these.
@test "seccomp: a profile that refuses mount, setns, unshare and clone3 starts" {
  bundle "$(deny '{names: ["mount", "umount2", "setns", "unshare", "clone3", "pivot_root", "chroot", "move_mount", "open_tree",
    "fsopen", "fsmount", "mount_setattr", "bpf", "ptrace", "keyctl", "add_key", "openat2"], action: "SCMP_ACT_ERRNO"}')"
  inside id
  expect '.uid == 0'
}

# --- the listener ---

agent() {
  helper agent "$TOOLS/seccomp_agent" "$T/agent.sock" "$T/state" "$@"
  eventually test -S "$T/agent.sock"
}

NOTIFY='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: ($T + "/agent.sock"), listenerMetadata: "some data",
  syscalls: [{names: ["getcpu"], action: "SCMP_ACT_NOTIFY"}]}'

@test "seccomp: NOTIFY lets the agent answer" {
  agent errno 42
  bundle "$NOTIFY"
  inside syscall "$GETCPU"
  expect '.errno == "ENOMSG"'
  eventually grep -qx "notified $GETCPU" "$T/helpers/agent"
}

@test "seccomp: NOTIFY lets the agent give a value" {
  agent value 77
  bundle "$NOTIFY"
  inside syscall "$GETCPU"
  expect '.ok and .result == 77'
}

# SC-32..39.
@test "seccomp: the agent gets one descriptor and the container process state" {
  agent continue
  bundle "$NOTIFY" '.annotations = {"com.example": "y"}'
  created
  eventually test -s "$T/state"
  stdout=$(cat "$T/state.meta")
  expect '.fds == 1 and .closed'
  stdout=$(cat "$T/state")
  expect '.fds == ["seccompFd"] and .metadata == "some data"'
  expect ".pid == $PID"' and (.ociVersion | startswith("1."))'
  expect ".state | .id == \$id and .bundle == \$B and .pid == $PID and .status == \"creating\""
  expect '.state.annotations["com.example"] == "y"'
}

@test "seccomp: NOTIFY without an agent fails the create" {
  bundle "$NOTIFY"
  create
  fails
  nothing_left
}

# SC-06.
@test "seccomp: NOTIFY without a listenerPath is refused" {
  bundle "$NOTIFY" 'del(.linux.seccomp.listenerPath, .linux.seccomp.listenerMetadata)'
  create
  fails
  nothing_left
}

# SC-07: runc 1.1.5 does not look.
# bats test_tags=rt-only
@test "seccomp: listenerMetadata without a listenerPath is refused" {
  bundle "$(deny '')" '.linux.seccomp.listenerMetadata = "x"'
  create
  fails "listener"
  nothing_left
}

# SC-06: no NOTIFY, so the path does not matter.
@test "seccomp: a listenerPath without NOTIFY is ignored" {
  bundle "$(deny '')" '.linux.seccomp.listenerPath = "/no/such/socket"'
  inside id
}

# SA-09, EM-26: refused, as runc does for its own handshake's sake, or works; never a deadlock.
@test "seccomp: NOTIFY on write and sendmsg does not deadlock the runtime" {
  agent continue
  bundle "$NOTIFY" '.linux.seccomp.syscalls[0].names = ["write", "sendmsg", "sendto"]'
  set_args /bin/echo through
  LIMIT=10
  run_here
  if [ "$status" -eq 0 ]; then
    [ "$stdout" = through ]
  else
    fails "SCMP_ACT_NOTIFY cannot be used for the write syscall"
    rt state "$ID"
    fails "does not exist"
  fi
}
