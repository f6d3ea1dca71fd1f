#!/usr/bin/env bats
# bench/bench works: what it prints has its shape. No time is asserted.
load helpers

# bats test_tags=rt-only
@test "bench: one table with a line for each who takes part, the same as JSON and SVG, and nothing left behind" {
  command -v cc >/dev/null || skip "no C compiler"
  mkdir "$T/tmp"
  LIMIT=60
  call "$T/stdout" "$T/stderr" env TMPDIR="$T/tmp" "$TOP/bench/bench" --rt "$RUNTIME" --crun none --runc none \
    --rounds 2 --only run,life,exec --variants plain --no-syscalls --growth live --largest 1 --growth-rounds 1 \
    --json "$T/json" --svg "$T/svg"
  ok
  [ "$(grep -c '^floor  *[0-9]' <<<"$stdout")" -eq 2 ] || die "run and exec of the floor"
  # And one line of growth.
  [ "$(grep -c '^rt  *[0-9]' <<<"$stdout")" -eq 4 ] || die "run, life and exec of rt"
  [[ "$stdout" == *"kernel:"*"method:"* ]] || die "what was measured, and how"
  jq -e '(.cases | length == 5 and all(.refused == null and (.samples | length) == 2 and .figures.wall_ms > 0))
    and (.growth.live.rt | length == 2 and all(.[1] > 0))' "$T/json" >/dev/null || die "$(<"$T/json")"
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$T/svg"

  local mark
  mark=$(grep -o 'rt-bench-[^/]*' <<<"$stdout" | head -n 1)
  [ -n "$mark" ] || die "no folder is named"
  [ -z "$(ls "$T/tmp")" ] || die "a folder stays"
  [ -z "$(find /sys/fs/cgroup -type d -name "$mark")" ] || die "a cgroup stays"
}
