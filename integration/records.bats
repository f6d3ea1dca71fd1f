#!/usr/bin/env bats
# The state record of another version of rt: cli.md 1.6; tests/data/records.
load helpers

RECORDS=$TOP/tests/data/records

# The record of $ID as an older rt would have written it: with no member that was not in its form.
as_written_by() {
  jq --slurpfile form "$RECORDS/$1.json" 'with_entries(select(.key as $k | $form[0] | has($k)))' \
    "$ROOT/$ID/state.json" >"$T/record"
  cp "$T/record" "$ROOT/$ID/state.json"
}

edit_record() {
  jq "$1" "$ROOT/$ID/state.json" >"$T/record"
  cp "$T/record" "$ROOT/$ID/state.json"
}

# bats test_tags=rt-only
@test "records: a container of the first rt is managed by every verb" {
  bundle
  created
  as_written_by first
  [ "$(jq 'has("ownKeyring")' "$ROOT/$ID/state.json")" = false ]
  rt state "$ID"
  ok
  expect '.status == "created" and .pid > 0'
  rt start "$ID"
  ok
  rt exec "$ID" /probe exit 7
  [ "$status" -eq 7 ]
  rt ps --format json "$ID"
  ok
  expect 'length == 1'
  if ! is_v2; then
    rt update --pids-limit 77 "$ID"
    ok
    [ "$(cgroup_value pids pids.max)" = 77 ]
  fi
  rt pause "$ID"
  ok
  rt resume "$ID"
  ok
  kill_and_wait
  rt delete "$ID"
  ok
  nothing_left
}

# bats test_tags=rt-only
@test "records: a container of a newer rt is shown, killed and deleted, and not changed" {
  bundle
  started
  edit_record '.version = 1000 | .futureMember = {a: 1}'
  cp "$ROOT/$ID/state.json" "$T/before"
  rt state "$ID"
  ok
  expect '.status == "running" and .pid > 0'
  rt list -q
  ok
  [ "$stdout" = "$ID" ]
  rt ps --format json "$ID"
  ok
  local verb
  for verb in "start $ID" "pause $ID" "resume $ID" "update --pids-limit 5 $ID"; do
    # shellcheck disable=SC2086
    rt $verb
    fails "made by a newer rt" "version 1000"
    [ "$status" -eq 1 ] || die "$verb"
  done
  rt exec "$ID" /bin/true
  fails "made by a newer rt" "version 1000"
  [ "$status" -eq 255 ]
  rt delete "$ID"
  fails "that is not stopped"
  cmp "$T/before" "$ROOT/$ID/state.json"
  kill_and_wait
  rt delete "$ID"
  ok
  nothing_left
}

# bats test_tags=rt-only
@test "records: a running container of a newer rt is deleted by force" {
  bundle
  started
  edit_record '.version = 2000'
  rt delete --force "$ID"
  ok
  nothing_left
}
