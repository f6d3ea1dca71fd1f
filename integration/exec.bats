#!/usr/bin/env bats
# The command "exec": cli.md 1A.8, 1A.10; security.md rows of exec.
load helpers

GETCPU=309
[ "$(uname -m)" = x86_64 ] || GETCPU=168

# ex WORD...: exec of "/probe WORD..." in the running container, which must succeed.
ex() {
  rt exec "$ID" /probe "$@"
  ok
}

# The probe's facts of init, seen from inside, to compare with.
of_init() { readlink "/proc/$PID/ns/$1"; }

@test "exec: joins every namespace and the cgroup of the container" {
  bundle '.linux.namespaces += [{type: "cgroup"}]'
  started
  ex ns
  local kind
  for kind in pid net ipc uts mnt cgroup user; do
    [ "$(jq -r ".$kind" <<<"$stdout")" = "$(of_init "$kind")" ] || die "$kind differs from $(of_init "$kind")"
  done
  rt exec --detach --pid-file "$T/pid" "$ID" /probe sleep
  ok
  diff "/proc/$PID/cgroup" "/proc/$(cat "$T/pid")/cgroup"
}

@test "exec: gives the status of the program, and 128 and the signal" {
  bundle
  started
  rt exec "$ID" /probe exit 7
  [ "$status" -eq 7 ]
  rt exec "$ID" /probe die 15
  [ "$status" -eq 143 ]
}

@test "exec: standard streams are the caller's" {
  bundle
  started
  printf 'a line\n' >"$T/in"
  "$RUNTIME" --root "$ROOT" exec "$ID" /bin/sh -c 'cat; echo error >&2' <"$T/in" >"$T/o" 2>"$T/e"
  [ "$(cat "$T/o")" = "a line" ]
  [ "$(cat "$T/e")" = error ]
}

@test "exec: says what is wrong with the program, with status 255" {
  bundle
  started
  rt exec "$ID" nosuch
  fails 'exec: "nosuch": executable file not found in $PATH'
  [ "$status" -eq 255 ]
  rt exec "$ID" /no/such
  fails "no such file or directory"
  [ "$status" -eq 255 ]
  rt exec "$ID" /etc
  fails "permission denied"
  rt exec "$ID" /etc/passwd
  fails "permission denied"
  [ "$(status_of "$ID")" = running ]
}

# Not only looked up: the kernel's own refusal comes back, too. runc leaves it to the container's stderr.
# bats test_tags=rt-only
@test "exec: a program that the kernel cannot execute is an error" {
  bundle
  started
  printf 'garbage' >"$B/rootfs/bad"
  chmod 755 "$B/rootfs/bad"
  rt exec "$ID" /bad
  fails "exec format error"
  rt exec --detach "$ID" /bad
  fails "exec format error"
  [ "$status" -eq 255 ]
}

@test "exec: without a program is an error" {
  bundle
  started
  rt exec "$ID"
  fails "args cannot be empty"
}

@test "exec: flags after the id are the program's" {
  bundle
  started
  rt exec "$ID" /bin/echo --tty -d
  ok
  [ "$stdout" = "--tty -d" ]
}

@test "exec: detached returns when the program runs, and writes the pid" {
  bundle
  started
  rt exec --detach --pid-file "$T/pid" "$ID" /probe sleep
  ok
  [ "$(wc -c <"$T/pid")" -eq "$(printf %s "$(cat "$T/pid")" | wc -c)" ] || die "a newline"
  [ "$(cut -d/ -f1 "/proc/$(cat "$T/pid")/comm")" = probe ]
  kill -KILL "$(cat "$T/pid")"
  [ "$(status_of "$ID")" = running ]
}

# Nothing that survives holds the caller's pipes (cli.md P3).
@test "exec: a failed one leaves no pid file and no process" {
  bundle
  started
  rt exec --detach --pid-file "$T/pid" "$ID" /no/such
  fails
  [ ! -e "$T/pid" ]
  rt exec "$ID" /bin/sh -c 'ls /proc | grep -c "^[0-9]" || true; echo /proc/[0-9]*'
  [[ "$stdout" == *"/proc/1 "* ]]
}

@test "exec: in a created container" {
  bundle
  created
  ex ns
  [ "$(jq -r .pid <<<"$stdout")" = "$(of_init pid)" ]
  [ "$(status_of "$ID")" = created ]
}

@test "exec: refuses a stopped, a paused and an unknown container" {
  bundle
  started
  rt pause "$ID"
  ok
  rt exec "$ID" /bin/true
  fails "cannot exec in a paused container (use --ignore-paused to override)"
  rt resume "$ID"
  ok
  kill_and_wait
  rt exec "$ID" /bin/true
  fails "cannot exec in a stopped container"
  rt exec nobody /bin/true
  fails "does not exist"
}

@test "exec: in a user namespace" {
  bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings'
  chown -R 100000:100000 "$B/rootfs"
  started
  ex many id caps ns
  [ "$(jq -r .ns.user <<<"$stdout")" = "$(of_init user)" ]
  rt exec --user 1000:1000 --detach --pid-file "$T/pid" "$ID" /probe sleep
  ok
  [ "$(stat -c %u "/proc/$(cat "$T/pid")")" = 101000 ]
}

@test "exec: where pid and network namespaces are the host's" {
  bundle '.linux.namespaces |= map(select(.type != "pid" and .type != "network"))'
  started
  ex ns
  [ "$(jq -r .pid <<<"$stdout")" = "$(readlink /proc/self/ns/pid)" ]
  [ "$(jq -r .mnt <<<"$stdout")" = "$(of_init mnt)" ]
}

# bats test_tags=rt-only
@test "exec: in a container without a mount namespace is below its root" {
  bundle '.linux.namespaces |= map(select(.type != "mount")) | .mounts = [] | del(.linux.maskedPaths, .linux.readonlyPaths)'
  started
  rt exec "$ID" /bin/ls /
  ok
  [[ "$stdout" == *probe* ]]
}

# CVE-2024-21626, LXC CVE-2016-8649.
@test "exec: only the standard streams reach the program" {
  bundle
  started
  "$RUNTIME" --root "$ROOT" exec "$ID" /probe fds 7</ 20</etc 63</ 2>"$T/e" >"$T/o"
  stdout=$(cat "$T/o")
  expect '(.fds // .) | keys | map(select(. != "3")) == ["0", "1", "2"]'
}

@test "exec: --preserve-fds passes descriptors on" {
  bundle
  started
  printf 'kept' >"$T/file"
  "$RUNTIME" --root "$ROOT" exec --preserve-fds 1 "$ID" /bin/cat /proc/self/fd/3 3<"$T/file" >"$T/o"
  [ "$(cat "$T/o")" = kept ]
}

# CVE-2024-21626.
@test "exec: a working directory outside the root is refused" {
  bundle
  started
  local n
  for n in 3 5 7 9; do
    call "$T/stdout" "$T/stderr" "$RUNTIME" --root "$ROOT" exec --cwd "/proc/self/fd/$n" "$ID" /bin/ls 7</ 9</etc
    [ "$status" -ne 0 ] || die "fd $n"
  done
}

@test "exec: a terminal over a console socket" {
  bundle
  started
  helper tty "$TOOLS/recvtty" "$T/tty.sock" "$T/report" --expect '/dev/pts'
  local tty=$HELPER
  eventually test -S "$T/tty.sock"
  rt exec --tty --detach --console-socket "$T/tty.sock" "$ID" /probe tty
  ok
  finish "$tty"
  [ "$status" -eq 0 ] || die "recvtty"
  stdout=$(tr -d '\r' <"$T/helpers/tty")
  expect 'all(."0", ."1", ."2"; .tty) and .ctty and .session == .sid'
}

@test "exec: a terminal of the caller is relayed" {
  bundle
  started
  LIMIT=10 call "$T/stdout" "$T/stderr" script -qec "$RUNTIME --root $ROOT exec -t $ID /bin/sh -c 'test -t 0 && echo a terminal; exit 5'" /dev/null
  [ "$status" -eq 5 ]
  [[ "$stdout" == *"a terminal"* ]]
}

@test "exec: terminal and console socket must fit" {
  bundle
  started
  rt exec --tty --detach "$ID" /bin/true
  fails "cannot allocate tty"
  rt exec --console-socket "$T/s" "$ID" /bin/true
  fails "cannot use console socket"
}

@test "exec: signals of the caller reach the program" {
  bundle
  started
  "$RUNTIME" --root "$ROOT" exec "$ID" /probe wait 10 >"$T/o" 2>&1 3>&- 4>&- &
  local pid=$!
  eventually grep -q ready "$T/o"
  kill -USR1 "$pid"
  eventually grep -q 'signal 10' "$T/o"
  wait "$pid"
}

@test "exec: dies with the container" {
  bundle
  started
  "$RUNTIME" --root "$ROOT" exec "$ID" /probe sleep >"$T/o" 2>&1 3>&- 4>&- &
  local pid=$! rc=0
  sleep 0.3
  rt delete --force "$ID"
  ok
  wait "$pid" || rc=$?
  [ "$rc" -eq 137 ]
  nothing_left
}

# told JQ: a container with the filter of JQ, and another agent for its second process, which asks it.
told() {
  bundle "$1 | .linux.seccomp += {defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [{names: [\"getcpu\"], action: \"SCMP_ACT_NOTIFY\"}]}"
  helper first "$TOOLS/seccomp_agent" "$T/agent.sock" "$T/state" errno 42
  eventually test -S "$T/agent.sock"
  started
  kill "$HELPER"
  rm -f "$T/agent.sock" "$T/state"
  helper second "$TOOLS/seccomp_agent" "$T/agent.sock" "$T/state" errno 42
  eventually test -S "$T/agent.sock"
  ex syscall "$GETCPU"
  expect '.errno == "ENOMSG"'
}

# SC-37, SC-39: the container runs by now, and the pid is the new process's.
@test "exec: the seccomp agent is told of the new process" {
  told '.linux.seccomp.listenerPath = ($T + "/agent.sock")'
  stdout=$(cat "$T/state")
  expect ".state.status == \"running\" and .state.pid == $PID and .pid != $PID and .fds == [\"seccompFd\"]"
}

# bats test_tags=rt-only
@test "exec: the annotated seccomp agent is told, too" {
  told '.annotations."run.oci.seccomp.receiver" = ($T + "/agent.sock")'
}

@test "exec: many at once" {
  bundle
  started
  local i pids=()
  for i in $(seq 20); do
    "$RUNTIME" --root "$ROOT" exec "$ID" /probe exit 3 >/dev/null 2>>"$T/errors" 3>&- 4>&- &
    pids+=($!)
  done
  for i in "${pids[@]}"; do
    local rc=0
    wait "$i" || rc=$?
    [ "$rc" -eq 3 ] || die "status $rc: $(cat "$T/errors")"
  done
}

# A process of a frozen cgroup never gets ready. On v1 it does not die either before it is thawed.
# bats test_tags=rt-only
@test "exec: TERM before the program runs ends it with 143" {
  is_v2 || skip "v2 only"
  bundle
  started
  rt pause "$ID"
  ok
  "$RUNTIME" --root "$ROOT" exec --ignore-paused --pid-file "$T/pid" "$ID" /bin/true </dev/null >"$T/o" 2>&1 3>&- 4>&- &
  local pid=$! rc=0
  sleep 0.5
  kill -TERM "$pid"
  wait "$pid" || rc=$?
  [ "$rc" -eq 143 ] || die "status $rc: $(cat "$T/o")"
  grep -q "interrupted by SIGTERM" "$T/o"
  [ ! -e "$T/pid" ]
  rt resume "$ID"
  ok
}

@test "exec: --ignore-paused starts a process that runs when the container goes on" {
  bundle
  started
  rt pause "$ID"
  ok
  # Not by our time limit: the runtime itself waits for the frozen process.
  "$RUNTIME" --root "$ROOT" exec --ignore-paused "$ID" /probe exit 7 >"$T/o" 2>&1 3>&- 4>&- &
  local pid=$!
  HELPERS+=("$pid")
  sleep 0.5
  kill -0 "$pid"
  rt resume "$ID"
  ok
  finish "$pid"
  [ "$status" -eq 7 ] || die "$(cat "$T/o")"
}

# CRI-O makes the file itself and takes what is in it for the whole number.
@test "exec: a pid file that a reader polls is empty or complete" {
  bundle
  started
  : >"$T/pid"
  # shellcheck disable=SC2016
  helper reader sh -c 'until [ -s "$1" ]; do :; done; cat "$1"' reader "$T/pid"
  local reader=$HELPER
  rt exec --detach --pid-file "$T/pid" "$ID" /probe sleep
  ok
  finish "$reader"
  [ "$(cat "$T/helpers/reader")" = "$(cat "$T/pid")" ]
  [[ "$(cat "$T/pid")" =~ ^[1-9][0-9]*$ ]]
}
