#!/usr/bin/env bats
# What holds for every command: flags, logs, help, versions. cli.md sections 0, 1.1 to 1.4.
load helpers

COMMANDS="create start state kill delete run list spec features"

@test "global: --version has one line with the word version, and the specification's version" {
  local flag
  for flag in --version -v; do
    rt_plain "$flag"
    ok
    [[ "$(head -n 1 "$T/stdout")" == "$RUNTIME_NAME version "* ]]
    [ "$(grep -c version "$T/stdout")" -eq 1 ]
    grep -Eq '^spec: 1\.[0-9]+\.[0-9]+' "$T/stdout"
  done
}

@test "global: --version works as nobody, without environment and home" {
  call "$T/stdout" "$T/stderr" setpriv --reuid=65534 --regid=65534 --clear-groups env -i "$RUNTIME" --version
  ok
  [ -n "$stdout" ]
}

@test "global: help, --help and -h print to standard output and succeed" {
  local flag
  for flag in help --help -h; do
    rt_plain "$flag"
    ok
    [[ "$stdout" == *create* ]]
    [[ "$stdout" == *delete* ]]
  done
}

@test "global: no command at all prints the help and succeeds" {
  rt_plain
  ok
  [[ "$stdout" == *create* ]]
}

@test "global: every command has --help on standard output" {
  local command
  for command in $COMMANDS; do
    rt_plain "$command" --help
    ok
    [[ "$stdout" == *"$command"* ]] || die "$command"
  done
}

@test "global: the help names every command in scope" {
  rt_plain --help
  local command
  for command in $COMMANDS; do
    grep -Eq "^ +$command" "$T/stdout" || die "$command"
  done
}

@test "global: refuses an unknown command" {
  rt_plain nosuchcommand
  [ "$status" -ne 0 ]
  [ "$status" -lt 124 ]
}

@test "global: refuses an unknown flag and names it" {
  rt_plain --nosuchflag list
  [ "$status" -ne 0 ]
  [ "$status" -lt 124 ]
  [[ "$stdout$stderr" == *nosuchflag* ]]
}

@test "global: every command refuses an unknown flag and names it" {
  local command
  for command in $COMMANDS; do
    rt "$command" --nosuchflag
    [ "$status" -ne 0 ] || die "$command"
    [ "$status" -lt 124 ] || die "$command"
    [[ "$stdout$stderr" == *nosuchflag* ]] || die "$command"
  done
}

# cli.md 2.9: Podman reads this text.
@test "global: says that a flag needs its argument" {
  rt_plain --root
  [ "$status" -ne 0 ]
  [[ "$stdout$stderr" == *"flag needs an argument"* || "$stdout$stderr" == *"requires an argument"* ]]
}

@test "global: takes --name=value and --name value" {
  bundle
  call "$T/out" "$T/err" "$RUNTIME" --root="$ROOT" create --bundle="$B" --pid-file="$T/pid" "$ID"
  ok
  [ -s "$T/pid" ]
  call "$T/stdout" "$T/stderr" "$RUNTIME" --root "$ROOT" state "$ID"
  ok
}

# cli.md 1.1: go-runc sends -no-subreaper.
@test "global: takes a long flag with one dash" {
  bundle '.process.args = ["/bin/true"]'
  call "$T/stdout" "$T/stderr" "$RUNTIME" -root "$ROOT" run -bundle "$B" -no-subreaper "$ID"
  ok
}

@test "global: a repeated flag: the last one wins" {
  bundle
  call "$T/out" "$T/err" "$RUNTIME" --root "$T/other" --root "$ROOT" create --bundle /none --bundle "$B" "$ID"
  ok
  [ -d "$ROOT/$ID" ]
  [ ! -e "$T/other" ]
}

@test "global: flags of create may follow the id" {
  bundle
  call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" create "$ID" --bundle "$B" --pid-file "$T/pid"
  ok
  [ -s "$T/pid" ]
}

@test "global: takes --flag=true and --flag=false" {
  bundle '.process.args = ["/bin/true"]'
  call "$T/out" "$T/err" "$RUNTIME" --debug=false --root "$ROOT" run --detach=true --bundle "$B" "$ID"
  ok
  eventually status_is "$ID" stopped
  rt delete --force=true "$ID"
  ok
}

@test "global: an empty pid file, console socket or root counts as not given" {
  bundle
  created --pid-file "" --console-socket ""
}

# cli.md 1.2: runc 1.1.5 has no such check.
# bats test_tags=rt-only
@test "global: refuses / as the root" {
  call "$T/stdout" "$T/stderr" "$RUNTIME" --root / list
  fails "--root argument should not be set to /"
}

@test "global: a relative root is taken from the caller's directory" {
  bundle
  cd "$T"
  call "$T/out" "$T/err" "$RUNTIME" --root root create --bundle "$B" "$ID"
  ok
  [ -d "$ROOT/$ID" ]
  cd /
  rt state "$ID"
  ok
}

@test "global: containers of two roots do not see each other" {
  bundle
  created
  call "$T/stdout" "$T/stderr" "$RUNTIME" --root "$T/second" state "$ID"
  fails "does not exist"
}

# cli.md 1.2: conmon and Podman call with different environments.
@test "global: the default root depends neither on HOME nor on USER nor on PATH" {
  [ "$(id -u)" -eq 0 ] || skip "needs root"
  bundle
  call "$T/out" "$T/err" env -i HOME=/a USER=b PATH=/c "$RUNTIME" create --bundle "$B" "$ID"
  ok
  call "$T/stdout" "$T/stderr" env -i HOME=/x "$RUNTIME" state "$ID"
  ok
  call "$T/stdout" "$T/stderr" env -i "$RUNTIME" delete --force "$ID"
  ok
}

# ---- logs: cli.md 1.3 ----------------------------------------------------------------------------

one_error_record() {
  jq -es 'length == 1 and .[0].level == "error" and (.[0].msg | length > 0)
    and (.[0].time | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"))' \
    "$1" >/dev/null || die "log: $(cat "$1")"
}

@test "global: a failed create writes exactly one JSON record of level error" {
  bundle '.process.args = ["/nonexistent"]'
  GLOBAL=(--log "$T/log.json" --log-format json)
  create
  fails "no such file or directory"
  one_error_record "$T/log.json"
  [[ "$(jq -r .msg "$T/log.json")" == *"no such file or directory"* ]]
}

@test "global: the record has the text of stderr" {
  GLOBAL=(--log "$T/log.json" --log-format json)
  rt state "$ID"
  fails "does not exist"
  [[ "$stderr" == *"$(jq -r .msg "$T/log.json")"* ]]
}

@test "global: a success writes nothing into the log" {
  bundle
  GLOBAL=(--log "$T/log.json" --log-format json)
  started
  [ ! -s "$T/log.json" ]
}

@test "global: the log is appended to, never truncated" {
  GLOBAL=(--log "$T/log.json" --log-format json)
  rt state "$ID"
  rt state "$ID"
  [ "$(wc -l <"$T/log.json")" -eq 2 ]
  [ "$(jq -s length "$T/log.json")" -eq 2 ]
}

@test "global: a text log has time, level and msg" {
  GLOBAL=(--log "$T/log.txt")
  rt state "$ID"
  fails
  grep -Eq '^time="[0-9]{4}-[^"]+" level=error msg="[^"]*does not exist' "$T/log.txt"
}

@test "global: an error goes to stderr whether there is a log or not" {
  rt state "$ID"
  fails "does not exist"
  GLOBAL=(--log "$T/log.txt")
  rt state "$ID"
  fails "does not exist"
}

@test "global: every failing command leaves one record" {
  local command
  for command in start state kill delete; do
    rm -f "$T/log.json"
    GLOBAL=(--log "$T/log.json" --log-format json)
    rt "$command" "$ID"
    fails "does not exist"
    one_error_record "$T/log.json"
  done
}

@test "global: a message with quotes, newlines and control characters stays one JSON record" {
  mkdir -p "$B"
  GLOBAL=(--log "$T/log.json" --log-format json)
  rt create --bundle "$T/"$'no\n"such"\x01\t\\dir' "$ID"
  [ "$status" -ne 0 ]
  [ "$(wc -l <"$T/log.json")" -eq 1 ]
  one_error_record "$T/log.json"
}

@test "global: refuses a log format that it does not know" {
  GLOBAL=(--log-format xml)
  rt list
  fails "log" "format"
}

@test "global: --debug adds records of level debug to the log" {
  bundle '.process.args = ["/bin/true"]'
  GLOBAL=(--debug --log "$T/log.json" --log-format json)
  run_here
  [ "$status" -eq 0 ]
  jq -es 'any(.[]; .level == "debug") and all(.[]; .msg and .time and .level)' "$T/log.json" >/dev/null
}

@test "global: --debug puts nothing into the container's output" {
  bundle '.process.args = ["/bin/echo", "only this"]'
  GLOBAL=(--debug --log "$T/log.json" --log-format json)
  run_here
  [ "$status" -eq 0 ]
  [ "$stdout" = "only this" ]
}

# security.md rows 7 and 26: ours warns when it has something to say, and goes on; runc fails.
@test "global: a log that cannot be opened is reported" {
  GLOBAL=(--log "$T/none/log")
  rt state "$ID"
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"none/log"*"no such file or directory"* ]] || die "not reported"
}

# security.md row 26. runc 1.1.5 blocks in open.
# bats test_tags=rt-only
@test "global: a log that is a FIFO without a reader does not block" {
  mkfifo "$T/fifo"
  bundle
  GLOBAL=(--log "$T/fifo")
  LIMIT=5
  create
  [ "$status" -ne 124 ] || die "blocked"
}

# security.md row 26.
@test "global: a full standard output does not hang, and is no crash" {
  bundle
  created
  status=0
  timeout 5 "$RUNTIME" --root "$ROOT" state "$ID" >/dev/full 2>"$T/stderr" 3>&- || status=$?
  [ "$status" -ne 124 ]
  [ "$status" -lt 128 ]
}

# cli.md section 4.1.
@test "global: --systemd-cgroup is refused where systemd does not run" {
  [ ! -d /run/systemd/system ] || skip "systemd runs here"
  bundle '.linux.cgroupsPath = "system.slice:rt:\($id)"'
  GLOBAL=(--systemd-cgroup)
  create
  fails "systemd not running on this host, cannot use systemd cgroups manager"
  GLOBAL=()
  nothing_left
}

# cli.md P3.
@test "global: list, state and features print valid output on stdout and stderr joined" {
  bundle
  created
  local command
  for command in "list -f json" "state $ID" features; do
    # shellcheck disable=SC2086
    "$RUNTIME" --root "$ROOT" $command >"$T/joined" 2>&1 3>&-
    jq -e . "$T/joined" >/dev/null || die "$command: $(cat "$T/joined")"
  done
}
