#!/usr/bin/env bats
# The command "list": cli.md 1A.4.
load helpers

# Containers one-$MARK (created) and two-$MARK (running).
two_containers() {
  local n
  for n in one two; do
    bundle_at "$T/b-$n" "$n-$MARK"
    call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" create --bundle "$T/b-$n" "$n-$MARK"
    ok
  done
  rt start "two-$MARK"
  ok
}

@test "list: has the header and one line for each container" {
  two_containers
  rt list
  ok
  [[ "$(head -n 1 "$T/stdout")" =~ ^ID\ +PID\ +STATUS\ +BUNDLE\ +CREATED\ +OWNER ]]
  [ "$(wc -l <"$T/stdout")" -eq 3 ]
  grep -Eq "^one-$MARK +[0-9]+ +created +$T/b-one +[0-9]{4}-[0-9-]+T[^ ]+ +root *$" "$T/stdout"
  grep -Eq "^two-$MARK +[0-9]+ +running +$T/b-two " "$T/stdout"
}

@test "list: of an empty root is the header alone" {
  mkdir -m 0700 "$ROOT"
  rt list
  ok
  [ "$(wc -l <"$T/stdout")" -eq 1 ]
  [[ "$stdout" == ID*PID*STATUS*BUNDLE*CREATED*OWNER* ]]
}

@test "list: --format json is an array of states" {
  two_containers
  rt list --format json
  ok
  expect 'length == 2'
  expect "map(select(.id == \"one-$MARK\"))[0] | .status == \"created\" and .pid > 0 and .bundle == \$T + \"/b-one\""
  expect 'map(select(.status == "running")) | length == 1'
  expect 'all(.[]; .owner == "root" and (.created | length > 0) and (.rootfs | length > 0))'
}

@test "list: -f json of an empty root is null" {
  mkdir -m 0700 "$ROOT"
  rt list -f json
  ok
  [ "$stdout" = null ]
}

@test "list: -q prints the ids alone" {
  two_containers
  rt list -q
  ok
  [ "$(sort "$T/stdout")" = "$(printf 'one-%s\ntwo-%s' "$MARK" "$MARK")" ]
  rt list --quiet
  ok
  [ "$(wc -l <"$T/stdout")" -eq 2 ]
}

@test "list: shows a stopped container with pid 0" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  rt list
  ok
  grep -Eq "^$ID +0 +stopped " "$T/stdout"
}

@test "list: refuses a format that it does not know" {
  mkdir -m 0700 "$ROOT"
  rt list -f yaml
  fails "invalid format option"
}

@test "list: --format table is the default" {
  two_containers
  rt list
  cp "$T/stdout" "$T/default"
  rt list --format table
  ok
  cmp "$T/stdout" "$T/default"
}

# cli.md 1.2: runc 1.1.5 makes the root and prints the header.
# bats test_tags=rt-only
@test "list: fails for a root that was named and does not exist" {
  rt list
  fails
  [ ! -e "$ROOT" ]
}

# cli.md 1A.4; security.md rows 18 and 19: runc 1.1.5 says so on stderr as well, and goes on.
@test "list: skips a broken entry and shows the others" {
  bundle
  created
  mkdir -m 0700 "$ROOT/broken"
  echo 'not json' >"$ROOT/broken/state.json"
  rt list -q
  [ "$status" -eq 0 ]
  grep -qx "$ID" "$T/stdout"
  not grep -qx broken "$T/stdout"
  rm -r "$ROOT/broken"
}
