#!/usr/bin/env bats
# The command "start": cli.md 1A.2, runtime-spec.md LC-06..09 and OP-10..12.
load helpers

@test "start: runs the program" {
  bundle
  started
  rt state "$ID"
  expect '.status == "running"'
  [ "$(tr '\0' ' ' <"/proc/$PID/cmdline")" = "/probe sleep " ]
}

@test "start: keeps the pid of create" {
  bundle
  started
  [ "$(pid_of "$ID")" = "$PID" ]
}

@test "start: refuses a second start and leaves the container running" {
  bundle
  started
  rt start "$ID"
  fails "cannot start an already running container"
  [ "$(status_of "$ID")" = running ]
}

@test "start: refuses a container that has stopped" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  rt start "$ID"
  fails "cannot start a container that has stopped"
}

@test "start: refuses an id that does not exist" {
  rt start "$ID"
  fails "does not exist"
}

@test "start: refuses to be called without an id" {
  rt start
  fails
}

# OP-11, HK-19: cli.md section 7 item 18. runc 1.1.5 answers with "has stopped" as well.
@test "start: fails at once when the process was killed between create and start" {
  bundle
  created
  kill -KILL "$PID"
  eventually status_is "$ID" stopped
  LIMIT=5
  rt start "$ID"
  fails
}

# OP-11: of two starts that race, one wins.
@test "start: of five at the same time exactly one succeeds" {
  bundle
  created
  local n pids=() good=0
  for n in {1..5}; do
    RTB_MARK=$MARK timeout 10 "$RUNTIME" --root "$ROOT" start "$ID" \
      </dev/null >/dev/null 2>"$T/start.$n" 3>&- 4>&- &
    pids+=($!)
  done
  for n in "${pids[@]}"; do
    wait "$n" && good=$((good + 1))
  done
  stdout=$(cat "$T"/start.*)
  [ "$good" -eq 1 ] || die "$good starts succeeded"
  [ "$(status_of "$ID")" = running ]
}

@test "start: needs neither the bundle nor the config any more" {
  bundle '.process.args = ["/probe", "exit", "0"]'
  created
  mv "$B/config.json" "$T/away.json"
  rt start "$ID"
  ok
  eventually status_is "$ID" stopped
}

# DV-07, EM-01: runc answers before the exec has happened.
# bats test_tags=rt-only
@test "start: fails when the program cannot be executed after all" {
  bundle '.process.args = ["/bin/script"]'
  printf '#!/no/such/interpreter\n' >"$B/rootfs/bin/script"
  chmod +x "$B/rootfs/bin/script"
  created
  rt start "$ID"
  fails "/bin/script" "no such file or directory"
}

# bats test_tags=rt-only
@test "start: fails when the file is of no format that the kernel knows" {
  bundle '.process.args = ["/bin/junk"]'
  head -c 100 /dev/zero >"$B/rootfs/bin/junk"
  chmod +x "$B/rootfs/bin/junk"
  created
  rt start "$ID"
  fails "exec format error"
}

@test "start: works from any directory and with an empty environment" {
  bundle
  created
  cd /
  call "$T/stdout" "$T/stderr" env -i RTB_MARK="$MARK" "$RUNTIME" --root "$ROOT" start "$ID"
  ok
  [ "$(status_of "$ID")" = running ]
}

@test "start: leaves no process of its own behind" {
  bundle
  started
  [ "$(marked_pids | wc -l)" -eq 1 ] || die "$(census)"
  [ "$(marked_pids)" = "$PID" ]
}

@test "start: the program's output goes to the streams that create had" {
  bundle '.process.args = ["/bin/sh", "-c", "echo to-out; echo to-err >&2"]'
  started
  eventually status_is "$ID" stopped
  [ "$(cat "$T/out")" = to-out ]
  [ "$(cat "$T/err")" = to-err ]
}
