#!/usr/bin/env bats
# Many mounts in one config: the work for each stays the same however many there are. Counted are system calls, not
# time, so that a busy machine changes nothing.
load helpers

# The kernel's own limit is per mount namespace.
need_mounts() {
  [ "$(cat /proc/sys/fs/mount-max)" -gt "$1" ] || skip "fs.mount-max is not above $1"
}

# bundle_of COUNT: half of them binds, half tmpfs, one read-only in ten of each.
bundle_of() {
  bundle "$(printf '.mounts += [range(%d) | {destination: "/mnt/\(.)", source: ($T + "/src")}
    | if (.destination | test("[02468]$")) then .options = ["bind"] else .type = "tmpfs" | .source = "t" end
    | if (.destination | test("[01]$")) then .options += ["ro"] else . end]' "$1")"
}

# calls_of COUNT: the system calls of all processes of run.
calls_of() {
  bundle_of "$1"
  set_args /bin/true
  call "$T/out" "$T/stderr" strace -f -c -o "$T/strace" "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  CALLS=$(awk '$NF == "total" {print $4}' "$T/strace")
}

# bats test_tags=rt-only
@test "mount scale: four times the mounts are four times the system calls, and no more" {
  mkdir "$T/src"
  LIMIT=100
  local none few many
  calls_of 0
  none=$CALLS
  calls_of 500
  few=$((CALLS - none))
  calls_of 2000
  many=$((CALLS - none))
  echo "# calls: $none without, +$few for 500, +$many for 2000"
  [ "$few" -gt 500 ] || die "not counted: $few"
  # 5 % for what does not come in equal portions: frames of 64 trees, the growth of memory.
  [ "$((many * 100))" -le "$((few * 4 * 105))" ] || die "$few calls for 500, $many for 2000"
  [ "$((few / 500))" -le 24 ] || die "$((few / 500)) calls for one mount"
}

# bats test_tags=rt-only
@test "mount scale: ten thousand mounts are made, and go without a trace" {
  need_mounts 20000
  mkdir "$T/src"
  touch "$T/src/file"
  bundle_of 10000
  LIMIT=120
  set_args /probe mounts
  run_here
  ok
  expect '[.[] | select(.target | startswith("/mnt/"))] | length == 10000'
  expect '[.[] | select(.target | startswith("/mnt/")) | .target | ltrimstr("/mnt/") | tonumber] | sort == [range(10000)]'
  expect '[.[] | select(.target | test("^/mnt/[0-9]*[01]$")) | .options | split(",") | index("ro") != null] | all'
  expect '[.[] | select(.target | test("^/mnt/[0-9]*[2-9]$")) | .options | split(",") | index("ro") == null] | all'
  nothing_left
}
