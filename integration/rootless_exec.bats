#!/usr/bin/env bats
# Further processes, limits and the freezer as a user without privileges: cli.md section 5.
load helpers
load rootless

setup() {
  common_setup
  become_user
}

@test "rootless: exec joins the container's namespaces, as its root" {
  user_bundle "$OWN_ID" '.process.oomScoreAdj = 300'
  started
  rt exec "$ID" /probe many ns id process
  ok
  expect '.id.uid == 0 and .process.oom_score_adj == 300'
  local kind
  for kind in user pid mnt ipc uts; do
    [ "$(jq -r ".ns.$kind" <<<"$stdout")" = "$(readlink "/proc/$PID/ns/$kind")" ] || die "$kind"
  done
  rt exec "$ID" /probe exit 9
  [ "$status" -eq 9 ]
}

@test "rootless: exec as another user of the map" {
  user_bundle "$MANY_IDS"
  started
  rt exec --user 1000:1001 "$ID" /probe id
  ok
  expect '.uid == 1000 and .gid == 1001'
}

# bats test_tags=rt-only
@test "rootless: exec as a user outside of the map is refused" {
  user_bundle "$OWN_ID"
  started
  rt exec --user 1000 "$ID" /probe id
  fails "user 1000 is not mapped in the user namespace"
  [ "$status" -eq 255 ]
}

@test "rootless: exec with a terminal by console socket" {
  user_bundle "$OWN_ID"
  started
  helper tty "$TOOLS/recvtty" "$T/run/tty.sock" "$T/report" --expect '/dev/pts'
  local tty=$HELPER
  eventually test -S "$T/run/tty.sock"
  chmod 777 "$T/run/tty.sock"
  rt exec --tty --detach --console-socket "$T/run/tty.sock" "$ID" /probe tty
  ok
  finish "$tty"
  [ "$status" -eq 0 ] || die "recvtty"
}

# bats test_tags=rt-only
@test "rootless: pause and update say that there is no cgroup" {
  user_bundle "$OWN_ID"
  started
  rt pause "$ID"
  fails "no cgroup"
  rt update --pids-limit 5 "$ID"
  fails "no cgroup"
}
