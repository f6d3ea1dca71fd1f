#!/usr/bin/env bats
# The pids controller: runtime-spec.md 13.5.
load helpers
load cgroups

@test "cgroups: pids.limit is set, and bites" {
  need pids
  resources '{pids: {limit: 12}}'
  set_args /probe fork 100 stay
  started
  has pids pids.max 12
  eventually grep -q forked "$T/out"
  head -n 1 "$T/out" | jq -e '.forked < 12 and .errno == "EAGAIN"' >/dev/null || die "$(cat "$T/out")"
  [ "$(limit pids pids.current)" -le 12 ]
  [ "$(limit pids pids.events | sed -n 's/^max //p')" -ge 1 ]
  rt update --pids-limit 20 "$ID"
  ok
  has pids pids.max 20
  rt update --pids-limit -1 "$ID"
  ok
  has pids pids.max max
  deleted
}

@test "cgroups: pids.limit -1 is no limit" {
  need pids
  resources '{pids: {limit: -1}}'
  created
  has pids pids.max max
}

# RP-01, DV-14, EM-10: runc writes 1, or nothing.
# bats test_tags=rt-only
@test "cgroups: pids.limit 0 is a limit" {
  need pids
  resources '{pids: {limit: 0}}'
  created
  has pids pids.max 0
}

# security.md row 11.
@test "cgroups: pids.limit 1 to 5 works or is said, and never hangs" {
  need pids
  local n
  for n in 1 2 3 5; do
    resources "{pids: {limit: $n}}"
    set_args /bin/true
    run_here
    [ "$status" -ne 124 ] || die "hung with $n"
    rt delete --force "$ID"
    ok
  done
}
