#!/usr/bin/env bats
# The command "run": cli.md 1A.1, 1C.2 and 1C.3.
load helpers

@test "run: prints what the program prints" {
  bundle '.process.args = ["/bin/echo", "Hello World"]'
  run_here
  ok
  [ "$stdout" = "Hello World" ]
}

@test "run: passes the exit status on" {
  bundle
  local code
  for code in 0 1 3 127 255; do
    set_args /probe exit "$code"
    run_here
    [ "$status" -eq "$code" ] || die "wanted $code"
  done
}

@test "run: exits with 128 plus the signal that ended the program" {
  bundle
  set_args /bin/sh -c 'kill -KILL $$'
  # As pid 1 a program survives its own signals; a shared pid namespace lets them work.
  edit '.linux.namespaces |= map(select(.type != "pid"))'
  run_here
  [ "$status" -eq 137 ] || die "wanted 137"
  set_args /bin/sh -c 'kill -TERM $$'
  run_here
  [ "$status" -eq 143 ] || die "wanted 143"
}

@test "run: deletes the container when the program has ended" {
  bundle '.process.args = ["/bin/true"]'
  run_here
  ok
  nothing_left
}

@test "run: deletes the container when the program has failed" {
  bundle '.process.args = ["/bin/false"]'
  run_here
  [ "$status" -eq 1 ]
  nothing_left
}

@test "run: passes its standard input to the program" {
  bundle '.process.args = ["/bin/cat"]'
  status=0
  stdout=$(echo "from outside" | RTB_MARK=$MARK timeout 20 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID" 3>&-) ||
    status=$?
  [ "$status" -eq 0 ]
  [ "$stdout" = "from outside" ]
}

@test "run: keeps standard output and standard error apart" {
  bundle '.process.args = ["/bin/sh", "-c", "echo out; echo err >&2"]'
  run_here
  [ "$status" -eq 0 ]
  [ "$stdout" = out ]
  [ "$stderr" = err ]
}

@test "run: passes a megabyte through untouched" {
  bundle '.process.args = ["/bin/cat"]'
  head -c 1000000 /dev/urandom >"$T/in"
  RTB_MARK=$MARK timeout 20 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID" <"$T/in" >"$T/copy" 3>&-
  cmp "$T/in" "$T/copy"
}

@test "run: an error of the runtime is status 1 and leaves nothing" {
  bundle '.process.args = ["/nonexistent"]'
  run_here
  fails "no such file or directory"
  [ "$status" -eq 1 ]
  nothing_left
}

@test "run: refuses an id that is in use" {
  bundle
  created
  run_here
  fails "already exists"
  [ "$(status_of "$ID")" = created ]
}

@test "run: --detach returns while the program runs" {
  bundle
  run_detached
  ok
  rt state "$ID"
  expect '.status == "running" and .pid > 0'
}

@test "run: -d is --detach, and writes the pid file" {
  bundle
  call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" run -d --pid-file "$T/pid" -b "$B" "$ID"
  ok
  [ "$(cat "$T/pid")" = "$(pid_of "$ID")" ]
}

@test "run: --detach leaves one process behind, the program" {
  bundle
  run_detached
  ok
  [ "$(marked_pids)" = "$(pid_of "$ID")" ]
}

@test "run: --detach refuses a terminal without a console socket" {
  bundle '.process.terminal = true'
  run_detached
  fails "console socket"
  nothing_left
}

# cli.md 1C.3; section 7 item 10.
@test "run: forwards TERM to the program and exits with 143" {
  bundle '.process.args = ["/bin/sh", "-c", "kill -USR1 $$; sleep 10"]'
  edit '.linux.namespaces |= map(select(.type != "pid"))'
  set_args /probe sleep
  helper run env RTB_MARK="$MARK" "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  eventually status_is "$ID" running
  kill -TERM "$HELPER"
  finish "$HELPER"
  [ "$status" -eq 143 ] || die "wanted 143"
  nothing_left
}

# The program waits for a signal and says which; rt gets it.
forwards() {
  local number
  for number; do
    rm -f "$T/helpers/run"  # the output of the round before says ready, too
    helper run env RTB_MARK="$MARK" "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
    eventually grep -q ready "$T/helpers/run"
    kill -"$number" "$HELPER"
    finish "$HELPER"
    [ "$status" -eq 0 ] || die "status"
    grep -qx "signal $number" "$T/helpers/run" || die "$(cat "$T/helpers/run")"
  done
}

@test "run: forwards every signal that the program handles" {
  bundle '.process.args = ["/probe", "wait", "1", "2", "10", "12"]'
  forwards 1 2 10 12 15
}

# A C library may keep the first of them for itself: musl does, and so does Go.
# bats test_tags=rt-only
@test "run: forwards the first and the last of the real-time signals" {
  bundle '.process.args = ["/probe", "wait", "34", "64"]'
  forwards 34 64
}

# cli.md 1C.3: it exits as soon as init exits, not when pipes close.
@test "run: returns when the first process has ended, though others hold its output" {
  bundle '.process.args = ["/bin/sh", "-c", "sleep 30 & echo first"]'
  edit '.linux.namespaces |= map(select(.type != "pid"))'
  LIMIT=10
  call "$T/stdout" "$T/stderr" "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "status"
  [ "$stdout" = first ]
  nothing_left
}

# cli.md 1A.1; section 7 item 13. runc 1.1.5 has --keep, but loses the cgroup on v1.
# bats test_tags=rt-only
@test "run: --keep leaves the state and the cgroup" {
  bundle '.process.args = ["/bin/true"]'
  run_here --keep
  ok
  [ "$(status_of "$ID")" = stopped ]
  [ -d "$(cgroup_dir pids)" ]
  rt delete "$ID"
  ok
  nothing_left
}

# security.md row 27.
@test "run: works with standard input, output and error closed" {
  bundle '.process.args = ["/bin/touch", "/ran"]'
  status=0
  RTB_MARK=$MARK timeout 20 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID" <&- >&- 2>&- 3>&- 4>&- || status=$?
  [ "$status" -eq 0 ] || die "status"
  [ -e "$B/rootfs/ran" ]
}

# cli.md section 7 item 14; security.md row 48. runc 1.1.5 leaves the mask that a Go program was started with.
# bats test_tags=rt-only
@test "run: gives the program default signals though the caller blocked and ignored some" {
  bundle '.process.args = ["/probe", "signals"]'
  call "$T/stdout" "$T/stderr" python3 -c '
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1, signal.SIGCHLD, 40})
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(34, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])' "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.blocked == [] and .ignored == []'
}

# security.md row 48.
@test "run: works with an odd umask, limits and environment of the caller" {
  bundle '.process.args = ["/probe", "id"]'
  call "$T/stdout" "$T/stderr" sh -c 'umask 0777; ulimit -c 0; exec env -i LC_ALL=xx_XX TZ=Nowhere/None "$@"' sh \
    "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "status"
  expect '.uid == 0'
}

@test "run: works when the caller's directory has been removed" {
  bundle '.process.args = ["/bin/echo", "here"]'
  mkdir "$T/gone"
  cd "$T/gone"
  rmdir "$T/gone"
  run_here
  cd /
  ok
  [ "$stdout" = here ]
}

# security.md row 8.
@test "run: reports a limit on open files in a clean way" {
  bundle '.process.args = ["/bin/true"]'
  local n
  for n in 3 4 6 8 12 16; do
    call "$T/stdout" "$T/stderr" sh -c 'ulimit -n "$1"; shift; exec "$@"' sh "$n" \
      "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
    # The loader of a dynamically linked build speaks before main does.
    if [ "$status" -ne 0 ] && [[ "$stderr" != *"error while loading shared libraries"* ]]; then
      is_rt && fails
      rt delete --force "$ID"
      ok
    fi
  done
  nothing_left
}

# The process that is seen first may have made its child by the time that rt goes on.
# bats test_tags=rt-only
@test "run: who joins the pids of another has the processors of its cgroup, however late rt is" {
  [ "$(nproc --all)" -ge 2 ] || skip "one CPU only"
  bundle
  started
  bundle_at "$T/second" "second-$MARK" ".linux.namespaces |= map(if .type == \"pid\" then .path = \"/proc/$PID/ns/pid\" else . end)
    | .process.args = [\"/probe\", \"process\"]"
  call "$T/out" "$T/err" taskset -c 0 strace -f -o "$T/trace" -e trace=sched_setaffinity \
    -e inject=sched_setaffinity:delay_enter=300000 "$RUNTIME" --root "$ROOT" run --bundle "$T/second" "second-$MARK"
  ok
  expect '.cpus | length >= 2'
}
