#!/usr/bin/env bats
# Containers that make cgroups below their own, as systemd does, created and deleted side by side.
# RT_TEST_NESTED says how many, 20 at a time; the default is 200, and 20 in the emulated machine.
load helpers
load cgroups

@test "cgroups: many containers with cgroups of their own leave nothing when they are deleted side by side" {
  local count=${RT_TEST_NESTED:-$([ -n "${RT_TEST_MODE:-}" ] && echo 20 || echo 200)}
  bundle "$CGROUP_INSIDE"
  set_args /bin/sh -c "$NEST"'
    sleep 1000 &
    join $!
    sleep 1000 &
    echo nested
    exec sleep 1000'
  edit '.root.path = "\($B)/rootfs"'
  mkdir "$T/many"
  cat >"$T/one" <<'END'
#!/bin/sh
# one N: the life of container N; says "done" at its end.
dir=$T/many/$1
mkdir "$dir"
sed "s/$ID/$ID-$1/g" "$B/config.json" >"$dir/config.json"
rt() { timeout -k 2 $((60 * SLOW)) "$RUNTIME" --root "$ROOT" $FLAGS "$@"; }
rt create --bundle "$dir" "$ID-$1" >"$dir/out" 2>&1 </dev/null && rt start "$ID-$1" || { cat "$dir/out"; exit 1; }
tries=0
until grep -q nested "$dir/out"; do
  tries=$((tries + 1))
  [ $tries -lt $((600 * SLOW)) ] || { cat "$dir/out"; exit 1; }
  sleep 0.05
done
rt delete --force "$ID-$1" && echo done
END
  export T ID B ROOT RUNTIME SLOW FLAGS="${GLOBAL[*]}"
  seq "$count" | RTB_MARK=$MARK xargs -P 20 -n 1 sh "$T/one" >"$T/life" 2>&1 3>&- 4>&- || true
  [ "$(grep -cx done "$T/life")" -eq "$count" ] || die "$(grep -vx done "$T/life" | head -n 20)"
  [ "$(wc -l <"$T/life")" -eq "$count" ] || ! is_rt || die "$(grep -vx done "$T/life" | head -n 20)"
  [ -z "$(marked_cgroups)" ] || die "left: $(marked_cgroups | head)"
  [ -z "$(units)" ] || die "left: $(units)"
  census_same
}
# Units of systemd that have our mark, where it runs.
units() {
  [ ! -d /run/systemd/system ] || systemctl $([ "$EUID" -eq 0 ] || echo --user) list-units --all --no-legend --plain "*$MARK*"
}
