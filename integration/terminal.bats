#!/usr/bin/env bats
# Terminals and console sockets: cli.md 1D.1 and 1C.2, runtime-spec.md PR-02, PR-03, DEF-11; security.md R11.
load helpers

# tty STEP...: a recvtty on $SOCK; its output is in $T/helpers/tty, its report in $T/report.
tty() {
  SOCK=${SOCK:-$T/tty.sock}
  helper tty "$TOOLS/recvtty" "$SOCK" "$T/report" "$@"
  TTY=$HELPER
  eventually test -S "$SOCK"
}

tty_bundle() { bundle '.process.terminal = true' "$@"; }

# Waits for recvtty; its status is $status, what the terminal showed (without CR) $stdout.
tty_done() {
  finish "$TTY"
  stdout=$(tr -d '\r' <"$T/helpers/tty")
  stderr=$(cat "$T/helpers/tty.err")
}

@test "terminal: create sends the master: one descriptor, 1 to 4095 bytes, then closes" {
  tty
  tty_bundle
  created --console-socket "$SOCK"
  eventually test -s "$T/report"
  stdout=$(cat "$T/report")
  expect '.fds == 1 and .tty and .closed and .payload_length >= 1 and .payload_length <= 4095'
}

@test "terminal: the program talks through it" {
  tty --expect hello --send 'one\n' --expect 'got one' --send 'quit\n'
  tty_bundle '.process.args = ["/probe", "converse"]'
  started --console-socket "$SOCK"
  tty_done
  [ "$status" -eq 0 ] || die "recvtty"
  [[ "$stdout" == *"got one"* ]]
  eventually status_is "$ID" stopped
}

@test "terminal: the standard streams are the pty, which is the controlling terminal" {
  tty
  tty_bundle '.process.args = ["/probe", "tty"]'
  started --console-socket "$SOCK"
  tty_done
  expect 'all(."0", ."1", ."2"; .tty and .name == "/dev/pts/0")'
  expect '.ctty and .session == .sid and .sid == .pid and .foreground == .pid'
}

# CVE-2025-52565; DEF-11.
@test "terminal: /dev/console is the same pty" {
  tty
  tty_bundle '.process.args = ["/bin/sh", "-c", "/probe stat /dev/console /dev/pts/0; /probe fdstat 0"]'
  started --console-socket "$SOCK"
  tty_done
  [ "$(wc -l <<<"$stdout")" -eq 2 ] || die "output"
  stdout=$(jq -s 'add' <<<"$stdout")
  expect '."/dev/console" | .type == "c" and .major == 136 and .minor == 0'
  expect '."/dev/console".dev == ."0".dev and ."/dev/console".ino == ."0".ino'
}

# PR-03.
@test "terminal: consoleSize is applied" {
  tty
  tty_bundle '.process.args = ["/probe", "tty"] | .process.consoleSize = {height: 31, width: 97}'
  started --console-socket "$SOCK"
  tty_done
  expect '.rows == 31 and .columns == 97'
}

@test "terminal: a resize by the manager arrives" {
  tty --size 40x132 --send 'x\n'
  tty_bundle '.process.args = ["/bin/sh", "-c", "read x; /probe tty"]'
  started --console-socket "$SOCK"
  tty_done
  stdout=$(grep '^{' <<<"$stdout")
  expect '.rows == 40 and .columns == 132'
}

# cli.md 6b: runc 1.1.5 leaves it on where it sends the master away.
# bats test_tags=rt-only
@test "terminal: ONLCR is off" {
  tty
  tty_bundle '.process.args = ["/probe", "tty"]'
  started --console-socket "$SOCK"
  tty_done
  expect '.onlcr == false'
}

@test "terminal: the interrupt character reaches the program as SIGINT" {
  tty --expect ready --send '\c'
  tty_bundle '.process.args = ["/probe", "wait", "2"]'
  started --console-socket "$SOCK"
  tty_done
  [[ "$stdout" == *"signal 2"* ]] || die "output"
}

@test "terminal: the slave belongs to the user, with the group of devpts" {
  tty
  tty_bundle '.process.user = {uid: 1000, gid: 1000} | .process.args = ["/probe", "fdstat", "0"]'
  started --console-socket "$SOCK"
  tty_done
  expect '."0" | .uid == 1000 and .gid == 5'
}

@test "terminal: run --detach sends the master as well" {
  tty
  tty_bundle '.process.args = ["/bin/echo", "detached"]'
  run_detached --console-socket "$SOCK"
  ok
  tty_done
  [[ "$stdout" == *detached* ]]
}

# cli.md section 7 item 6.
@test "terminal: a console socket with a path of 150 bytes works" {
  local long
  long=$T/$(printf 'd%.0s' {1..60})/$(printf 'e%.0s' {1..60})
  mkdir -p "$long"
  SOCK=$long/console.sock
  [ ${#SOCK} -gt 130 ]
  tty
  tty_bundle '.process.args = ["/bin/echo", "far away"]'
  # runc 1.1.5 cannot: the limit of sun_path.
  if is_rt; then
    started --console-socket "$SOCK"
    tty_done
    [[ "$stdout" == *"far away"* ]]
  else
    create --console-socket "$SOCK"
    fails
  fi
}

@test "terminal: a console socket that is missing, a file, or nobody's is an error" {
  tty_bundle
  touch "$T/file.sock"
  python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "$T/dead.sock"
  local path
  for path in "$T/none.sock" "$T/file.sock" "$T/dead.sock"; do
    create --console-socket "$path"
    fails
    nothing_left
  done
}

# P3, cli.md 1C.2: the waiting process holds nothing of the caller.
@test "terminal: create holds neither the caller's output nor its error" {
  tty
  tty_bundle
  mkfifo "$T/pipe"
  helper reader timeout 10 cat "$T/pipe"
  local reader=$HELPER
  status=0
  RTB_MARK=$MARK timeout 20 "$RUNTIME" --root "$ROOT" create --bundle "$B" --console-socket "$SOCK" "$ID" \
    </dev/null >"$T/pipe" 2>&1 3>&- 4>&- || status=$?
  [ "$status" -eq 0 ]
  finish "$reader" || die "the pipe is still held"
  [ "$status" -eq 0 ]
  [ "$(status_of "$ID")" = created ]
}

@test "terminal: works in a user namespace" {
  tty
  tty_bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}]
    | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .process.args = ["/probe", "tty"]'
  chown -R 100000:100000 "$B/rootfs"
  started --console-socket "$SOCK"
  tty_done
  expect '."0".tty and .ctty'
}

# TIOCSTI: bubblewrap CVE-2017-5226.
@test "terminal: without one, nothing can be pushed into the caller's terminal" {
  bundle
  inside tiocsti 0
  expect '.ok == false'
}

# cli.md 1C.2, the foreground: script(1) gives the runtime a terminal.
foreground() {
  status=0
  RTB_MARK=$MARK timeout 20 script -qec "$RUNTIME --root $ROOT run --bundle $B $ID" "$T/typescript" \
    <"${1:-/dev/null}" >"$T/stdout" 2>"$T/stderr" 3>&- 4>&- || status=$?
  # script types an end of file at the end of its own input, which shows as ^@.
  stdout=$(tr -d '\r' <"$T/stdout" | sed 's/^\^@//')
}

@test "terminal: run in the foreground gives the program a terminal of the container" {
  tty_bundle '.process.args = ["/probe", "tty"]'
  foreground
  [ "$status" -eq 0 ] || die "run"
  expect '."0".tty and ."0".name == "/dev/pts/0" and .ctty'
}

@test "terminal: run in the foreground passes the exit status on" {
  tty_bundle '.process.args = ["/probe", "exit", "9"]'
  foreground
  [ "$status" -eq 9 ] || die "run"
}

@test "terminal: run in the foreground shows all output before it ends" {
  tty_bundle '.process.args = ["/bin/sh", "-c", "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done"]'
  foreground
  [ "$status" -eq 0 ] || die "run"
  [ "$(grep -c '^line ' <<<"$stdout")" -eq 2000 ] || die "lines: $(grep -c '^line ' <<<"$stdout")"
  [ "$(tail -n 1 <<<"$stdout")" = "line 1999" ]
}

# The program asks as soon as it runs. A terminal of 0 rows has no size to give (runc 1.1.5: either, by chance).
# bats test_tags=rt-only
@test "terminal: run in the foreground has the size of the caller's terminal, or consoleSize, from the start" {
  tty_bundle '.process.args = ["/probe", "tty"] | .process.consoleSize = {height: 31, width: 97}'
  local rows columns
  mkfifo "$T/silent"
  for rows in 0 40; do
    columns=$((rows * 3))
    RTB_MARK=$MARK timeout 20 script -qec "stty rows $rows cols $columns; $RUNTIME --root $ROOT run --bundle $B $ID" \
      /dev/null <>"$T/silent" >"$T/stdout" 2>&1 3>&-
    stdout=$(cat "$T/stdout")
    [ "$rows" -ne 0 ] || rows=31 columns=97
    expect ".rows == $rows and .columns == $columns"
  done
}

# The caller's terminal is as it was.
@test "terminal: run in the foreground restores the caller's terminal" {
  tty_bundle '.process.args = ["/bin/true"]'
  cat >"$T/compare" <<END
stty -a >$T/before
$RUNTIME --root $ROOT run --bundle $B $ID
stty -a >$T/after
END
  RTB_MARK=$MARK timeout 20 script -qec "sh $T/compare" /dev/null </dev/null >/dev/null 2>&1 3>&-
  [ -s "$T/before" ]
  cmp "$T/before" "$T/after"
}
