#!/usr/bin/env bats
# The command "state": cli.md 1A.3, runtime-spec.md section 4 and OP-02..04.
load helpers

@test "state: has the required members with their types" {
  bundle '.annotations = {"com.example.key": "value"}'
  created
  rt state "$ID"
  ok
  expect '.ociVersion | test("^1\\.[0-9]+\\.[0-9]+")'
  expect '.id == $id and (.pid | type == "number") and .bundle == $B'
  expect '.annotations["com.example.key"] == "value"'
}

@test "state: names the root filesystem by its absolute path" {
  bundle
  created
  rt state "$ID"
  expect '.rootfs == $B + "/rootfs"'
}

# ST-08: CRI-O reads it as a time.
@test "state: tells when the container was created, in RFC 3339 and UTC" {
  local before after
  before=$(date +%s)
  bundle
  created
  after=$(date +%s)
  rt state "$ID"
  expect '.created | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\\.[0-9]{1,9})?Z$")'
  local when
  when=$(date -d "$(jq -r .created <<<"$stdout")" +%s)
  [ "$when" -ge "$before" ]
  [ "$when" -le "$after" ]
}

@test "state: has an owner" {
  bundle
  created
  rt state "$ID"
  expect '.owner | type == "string"'
}

@test "state: created, running and stopped follow the life of the process" {
  bundle
  created
  [ "$(status_of "$ID")" = created ]
  rt start "$ID"
  [ "$(status_of "$ID")" = running ]
  kill -KILL "$PID"
  eventually status_is "$ID" stopped
}

@test "state: of a stopped container succeeds with pid 0" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  rt state "$ID"
  ok
  expect '.pid == 0'
}

# ST-03: a process that dies between create and start is stopped.
@test "state: is stopped when the process died before start" {
  bundle
  created
  kill -KILL "$PID"
  eventually status_is "$ID" stopped
}

# ST-03: zombies count as exited.
@test "state: is stopped while the process is a zombie" {
  bundle '.process.args = ["/bin/true"]'
  created_never_reaped
  rt start "$ID"
  ok
  eventually grep -q '^State:.Z' "/proc/$PID/status"
  [ "$(status_of "$ID")" = stopped ]
}

@test "state: refuses an id that does not exist" {
  rt state "$ID"
  fails "does not exist"
  [ -z "$stdout" ]
}

@test "state: refuses to be called without an id" {
  rt state
  fails
}

@test "state: refuses an id that leaves the root" {
  mkdir -p "$ROOT" "$T/outside"
  echo '{}' >"$T/outside/state.json"
  rt state ../outside
  fails
}

# cli.md 6b: runc 1.1.5 makes the root.
# bats test_tags=rt-only
@test "state: creates nothing, not even the root directory" {
  rt state "$ID"
  fails
  [ ! -e "$ROOT" ]
}

@test "state: is JSON alone on standard output" {
  bundle
  started
  rt state "$ID"
  jq -e . "$T/stdout" >/dev/null
  [ "$(jq -s length "$T/stdout")" -eq 1 ]
}

# cli.md 1A.3: CRI-O takes any failure for a dead container.
@test "state: never fails while the container starts and stops" {
  bundle '.process.args = ["/bin/sleep", "0.3"]'
  created
  cat >"$T/watch" <<'END'
for n in $(seq 60); do "$@" >/dev/null || { echo failed; exit 1; }; done
END
  helper watcher sh "$T/watch" "$RUNTIME" --root "$ROOT" state "$ID"
  rt start "$ID"
  ok
  finish "$HELPER"
  [ ! -s "$T/helpers/watcher" ]
}

# ST-05, security.md row 21: a recycled pid is not the container.
# bats test_tags=rt-only
@test "state: an innocent process with the recorded pid is not the container" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  helper innocent sleep 60
  local record=$ROOT/$ID/state.json
  [ -f "$record" ]
  sed -i "s/\([^0-9]\)$PID\([^0-9]\)/\1$HELPER\2/" "$record"
  rt state "$ID"
  ok
  expect '.status == "stopped"'
  rt kill "$ID" KILL
  fails
  kill -0 "$HELPER"
}

# security.md R16: a start time is as coarse as a clock tick.
# bats test_tags=rt-only
@test "state: a process with the recorded pid and start time, but of another inode, is not the container" {
  bundle
  started
  local record=$ROOT/$ID/state.json
  cp "$record" "$T/record"
  jq '.pidInode += 1' "$T/record" >"$record"
  [ "$(status_of "$ID")" = stopped ]
  rt kill "$ID" KILL
  fails
  cp "$T/record" "$record"
  [ "$(status_of "$ID")" = running ]
  kill -0 "$PID"
  jq 'del(.pidInode)' "$T/record" >"$record"
  [ "$(status_of "$ID")" = running ]
}

# cli.md 1.6, security.md rows 6 and 41 (modes).
@test "state: the record is private to the owner" {
  umask 0
  bundle
  created
  [ "$(stat -c %a "$ROOT")" = 700 ] || die "root: $(stat -c %a "$ROOT")"
  [[ "$(stat -c %a "$ROOT/$ID")" =~ ^7[01][01]$ ]] || die "dir: $(stat -c %a "$ROOT/$ID")"
  [ "$(stat -c %a "$ROOT/$ID/state.json")" = 600 ] || die "file: $(stat -c %a "$ROOT/$ID/state.json")"
}

# bats test_tags=rt-only
@test "state: says where the time of the creation went, phase after phase, in the order of the debug log" {
  bundle
  GLOBAL=(--debug --log "$T/log" --log-format json)
  created
  GLOBAL=()
  rt state "$ID"
  ok
  expect '.timing.phases | length >= 5 and all(.name != "" and .us >= 0) and [.[:2][].name] == ["exec", "start"]'
  expect '.timing.inside | length >= 3 and all(.us > 0)'
  local phases
  phases=$(jq -r '.timing | (.phases + .inside)[] | "\(.name): \(.us) us"' <<<"$stdout" | sort)
  # Every one of them is in the log, with the same number.
  [ -z "$(comm -23 <(echo "$phases") <(jq -r .msg "$T/log" | sort))" ] || die "not in the log"
}
