#!/usr/bin/env bats
# Generated configurations under this runtime and under those that are installed: what a program sees inside must
# be the same, but for what differential/expected.txt lists (docs/differences.md gives the reasons).
#   RT_DIFFERENTIAL_SEED   another set of configurations; default 1
#   RT_DIFFERENTIAL_KEEP   a folder for all that was seen
#   RT_DIFFERENTIAL_COUNT  how many; default 200, of which a third has a mistake; on cgroup v2, where crun is there
#                          as well, 120
load helpers

# crun wants cgroup v2 alone; runc works on both.
others() {
  command -v runc || true
  if is_v2; then command -v crun || true; fi
}

# bats test_tags=rt-only
@test "differential: generated configurations fare as under runc and crun" {
  local seed=${RT_DIFFERENTIAL_SEED:-1} count=200 list
  is_v2 && count=120
  count=${RT_DIFFERENTIAL_COUNT:-$count}
  list=$(others)
  [ -n "$list" ] || skip "neither runc nor crun is here"
  make_rootfs "$T/base"
  # shellcheck disable=SC2086
  "$HERE/differential/run" "$T" "$seed" "$count" "$RUNTIME" $list >"$T/report" || {
    status=1
    if [ -n "${RT_DIFFERENTIAL_KEEP:-}" ]; then
      mkdir -p "$RT_DIFFERENTIAL_KEEP"
      cp "$T"/{host,configs,report*} "$T"/seen.* "$RT_DIFFERENTIAL_KEEP"
    fi
    die "seed $seed, $count configurations: $(cat "$T/report")"
  }
  sed 's/^#/# seed '"$seed"':/' "$T/report" >&3
  [ "$(jq -s 'map(select(.seen != null)) | length' "$T/seen.$RUNTIME_NAME")" -gt $((count / 2)) ] || die "too few were run"
}

# bats test_tags=rt-only
@test "differential: every difference that is expected is explained" {
  local row
  sed -n 's/^[^#].* | //p' "$HERE/differential/expected.txt" | sort -u | while read -r row; do
    grep -qE "^\|( [^|]*,)? $row(,[^|]*)? \|" "$TOP/docs/differences.md" || die "docs/differences.md does not have $row" || exit 1
  done
}
