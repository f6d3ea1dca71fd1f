#!/usr/bin/env bats
# What "exec" runs as: flags, documents, and what comes from the container (cli.md 1A.8).
load helpers

GETCPU=309
[ "$(uname -m)" = x86_64 ] || GETCPU=168

# ex WORD...: exec of "/probe WORD..." in the running container, which must succeed.
ex() {
  rt exec "$ID" /probe "$@"
  ok
}

# by_document JQ: exec with --process; the document is the container's process with the filter applied.
by_document() {
  jq --arg T "$T" ".process | .args = [\"/probe\", \"many\", \"id\", \"caps\", \"process\", \"rlimits\", \"env\"] | $1" "$B/config.json" \
    >"$T/process.json"
  rt exec --process "$T/process.json" "$ID"
}

@test "exec: user, groups, directory and environment by flags" {
  bundle
  started
  rt exec --user 1000:1001 --additional-gids 7 --additional-gids 8 --cwd /tmp -e A=1,2 -e B=3 -e A=4 "$ID" /probe many id cwd env
  ok
  expect '.id.uid == 1000 and .id.euid == 1000 and .id.gid == 1001 and .id.groups == [7, 8]'
  expect '.cwd.cwd == "/tmp"'
  expect '[.env[] | select(startswith("A="))] == ["A=4"]'
  expect '.env | index("B=3") and index("PATH=/bin:/sbin") and index("HOME=/home")'
}

# CVE-2026-30892, CVE-2016-3697: numbers only, and all of them.
# bats test_tags=rt-only
@test "exec: refuses every user that is not one or two numbers" {
  bundle
  started
  local word
  for word in 1: :1 1:2:3 +1 -1 " 1" "1 " 1x 0x1 1e3 4294967295 4294967296 18446744073709551617 root user "1:root" "١"; do
    rt exec --user "$word" "$ID" /probe id
    fails "bad"
    [ "$status" -eq 255 ] || die "user $word"
  done
  for word in 1 0 00 01 1:2 4294967294; do
    rt exec --user "$word" "$ID" /probe id
    ok
  done
}

# CVE-2022-29162, CVE-2025-27612.
@test "exec: an added capability is never inheritable or ambient" {
  bundle '.process.noNewPrivileges = false'
  started
  rt exec --cap CAP_SYS_ADMIN "$ID" /probe caps
  ok
  expect '[.bounding, .effective, .permitted] | all(index("CAP_SYS_ADMIN"))'
  expect '[.inheritable, .ambient] | all(index("CAP_SYS_ADMIN") | not)'
  expect '.bounding | index("CAP_KILL")'
}

# runc 1.1.5 leaves umask alone, and its own runtime raises the soft limit on files.
# bats test_tags=rt-only
@test "exec: has the container's capabilities, filter, limits, oom score and umask" {
  bundle '.process.oomScoreAdj = 500 | .process.user.umask = 63
    | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 200, hard: 300}]
    | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["getcpu"], action: "SCMP_ACT_ERRNO", errnoRet: 99}]}'
  started
  ex many caps process rlimits
  expect '.caps.effective | sort == ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]'
  rt exec "$ID" /bin/sh -c 'umask; cat /proc/self/oom_score_adj; ulimit -n; ulimit -Hn'
  ok
  [ "$(tr '\n' ' ' <<<"$stdout")" = "0077 500 200 300 " ] || die "umask, oom_score_adj, limits: $stdout"
  rt exec "$ID" /probe syscall "$GETCPU"
  ok
  expect '.errno == "EADDRNOTAVAIL"'
}

@test "exec: no_new_privs is the container's, or set by the flag" {
  bundle '.process.noNewPrivileges = false'
  started
  rt exec "$ID" /bin/sh -c 'grep NoNewPrivs /proc/self/status || cat /proc/self/status'
  [[ "$stdout" == *"NoNewPrivs:	0"* ]]
  rt exec --no-new-privs "$ID" /bin/cat /proc/self/status
  [[ "$stdout" == *"NoNewPrivs:	1"* ]]
}

@test "exec: a process document alone says what runs" {
  bundle
  started
  by_document '.env = ["X=y"] | .user = {uid: 1000, gid: 1000, additionalGids: [5]} | .cwd = "/tmp"'
  ok
  expect '.env == ["X=y", "HOME=/home"] and .id.uid == 1000 and .id.groups == [5] and .caps.effective == []'
  rt exec -p "$T/process.json" --env IGNORED=1 "$ID"
  ok
  not grep -q IGNORED "$T/stdout"
}

# runc 1.1.5 does not know this.
# bats test_tags=rt-only
@test "exec: what a document leaves out comes from the container" {
  bundle '.process.rlimits = [{type: "RLIMIT_CORE", soft: 5, hard: 6}]'
  started
  by_document 'del(.capabilities) | del(.rlimits)'
  ok
  expect '.caps.bounding | index("CAP_KILL")'
  expect '.rlimits.CORE == {soft: "5", hard: "6"}'
}

# bats test_tags=rt-only
@test "exec: a wrong document is refused with its place, and nothing runs" {
  bundle
  started
  by_document '.cwd = "relative"'
  fails "/cwd"
  by_document '.user.uid = "x"'
  fails "/user/uid"
  by_document '.args = []'
  fails "/args"
  rt exec --process "$T/nosuch" "$ID"
  fails "nosuch"
  [ "$status" -eq 255 ]
}

# runc 1.1.5 does not know the property.
# bats test_tags=rt-only
# The process that is seen first may have made its child by the time that rt goes on.
# bats test_tags=rt-only
@test "exec: execCPUAffinity is that of the program, however late rt is" {
  [ "$(nproc --all)" -ge 2 ] || skip "one CPU only"
  bundle '.process.execCPUAffinity = {initial: "0", final: "1"}'
  started
  call "$T/out" "$T/err" strace -f -o "$T/trace" -e trace=sched_setaffinity -e inject=sched_setaffinity:delay_enter=300000 \
    "$RUNTIME" --root "$ROOT" exec "$ID" /probe process
  ok
  expect '.cpus == [1]'
}

@test "exec: execCPUAffinity is taken, and only by exec" {
  [ "$(nproc --all)" -ge 2 ] || skip "one CPU only"
  bundle '.process.execCPUAffinity = {initial: "0", final: "1"}'
  started
  rt exec "$ID" /probe process
  ok
  expect '.cpus == [1]'
  grep -q '^Cpus_allowed_list:[[:space:]]*0-' "/proc/$PID/status"
  by_document '.execCPUAffinity = {initial: "0"}'
  ok
  expect '.process.cpus == [0]'
  by_document '.execCPUAffinity = {final: "4000"}'
  fails "/process/execCPUAffinity/final"
  by_document '.execCPUAffinity = {final: "1-"}'
  fails "/execCPUAffinity/final"
}
