#!/usr/bin/env bats
# create and those around it: the caller's pipes, parents, ids that are taken at the same time.
load helpers

# cli.md P3, section 7 item 5.
@test "create: holds none of the caller's pipes but the container's own stdio" {
  bundle
  mkfifo "$T/extra"
  # Descriptor 9 is a pipe of the caller that is nobody's business.
  helper reader timeout 10 cat "$T/extra"
  call "$T/out" "$T/err" sh -c 'exec 9>"$1"; shift; exec "$@"' sh "$T/extra" \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  ok
  finish "$HELPER"
  rt state "$ID"
  expect '.status == "created"'
}

@test "create: gives the process to the caller's side: its parent is not the runtime" {
  bundle
  created
  local parent
  parent=$(awk '/^PPid:/ {print $2}' "/proc/$PID/status")
  [ "$parent" != 0 ]
  not grep -qF -- "$RUNTIME" "/proc/$parent/cmdline"
}

@test "create: may use an id again at once after delete" {
  bundle
  local round
  for round in 1 2 3; do
    created
    rt delete "$ID"
    ok
  done
}

# OP-06; security.md row 22. runc 1.1.5 now and then lets two through.
# bats test_tags=rt-only
@test "create: of ten with one id at the same time exactly one succeeds" {
  bundle
  local n pids=() good=0
  for n in {1..10}; do
    RTB_MARK=$MARK timeout 20 "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID" \
      </dev/null >"$T/out.$n" 2>"$T/err.$n" 3>&- 4>&- &
    pids+=($!)
  done
  for n in "${pids[@]}"; do
    wait "$n" && good=$((good + 1))
  done
  status=$good stdout=$(head -n 2 "$T"/err.*)
  [ "$good" -eq 1 ] || die "$good creates succeeded"
  rt state "$ID"
  ok
  expect '.status == "created"'
}

@test "create: accepts --no-pivot, --no-new-keyring and --preserve-fds" {
  bundle
  created --no-pivot --no-new-keyring --preserve-fds 0
}
