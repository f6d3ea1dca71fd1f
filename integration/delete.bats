#!/usr/bin/env bats
# The command "delete": cli.md 1A.6, runtime-spec.md LC-11..13 and OP-16..20.
load helpers

@test "delete: removes a stopped container without a trace" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  nothing_left
}

@test "delete: kills and removes a created container" {
  bundle
  created
  rt delete "$ID"
  ok
  [ ! -d "/proc/$PID" ] || grep -q '^State:.Z' "/proc/$PID/status"
  nothing_left
}

@test "delete: refuses a running container and leaves it running" {
  bundle
  started
  rt delete "$ID"
  fails "cannot delete container $ID that is not stopped: running"
  [ "$(status_of "$ID")" = running ]
  [ "$(pid_of "$ID")" = "$PID" ]
}

@test "delete: --force kills a running container, even one that ignores TERM" {
  bundle '.process.args = ["/probe", "ignore-term"]'
  started
  rt delete --force "$ID"
  ok
  nothing_left
}

@test "delete: -f is --force" {
  bundle
  started
  rt delete -f "$ID"
  ok
  nothing_left
}

@test "delete: refuses an id that does not exist" {
  rt delete "$ID"
  fails "does not exist"
}

@test "delete: --force of an id that does not exist succeeds in silence" {
  rt delete --force "$ID"
  ok
  [ -z "$stdout" ]
}

@test "delete: a second delete says does not exist" {
  bundle
  created
  rt delete "$ID"
  ok
  rt delete "$ID"
  fails "does not exist"
}

@test "delete: refuses to be called without an id" {
  rt delete
  fails
}

@test "delete: works after the bundle is gone" {
  bundle '.process.args = ["/bin/true"]'
  started
  eventually status_is "$ID" stopped
  rm -rf "$B"
  rt delete "$ID"
  ok
  nothing_left
}

@test "delete: --force works after the bundle is gone, on a running container" {
  bundle
  started
  rm -rf "$B"
  rt delete --force "$ID"
  ok
  nothing_left
}

# OP-18; security.md row 14.
@test "delete: removes cgroups that the container made below its own" {
  bundle
  started
  local top
  top=$(cgroup_dir pids)
  mkdir -p "$top/a/b/c/d" "$top/e/..f"
  echo "$PID" >"$top/a/b/c/d/cgroup.procs"
  rt delete --force "$ID"
  ok
  [ ! -d "$top" ]
}

# OP-18: leftovers of a shared pid namespace die with the container. runc 1.1.5 gives up too early on v2.
# bats test_tags=rt-only
@test "delete: --force kills what is left in the cgroup after the first process" {
  bundle '.process.args = ["/probe", "fork", "3", "stay"]
          | .linux.namespaces |= map(select(.type != "pid"))'
  started
  eventually grep -q '"forked":3' "$T/out"
  kill -KILL "$PID"
  eventually status_is "$ID" stopped
  [ "$(marked_pids | grep -cvx "$PID")" -eq 3 ]
  rt delete --force "$ID"
  ok
  nothing_left
}

# OP-19.
@test "delete: leaves the parent cgroup that was there before" {
  bundle '.linux.cgroupsPath = "/parent-\($mark)/\($id)"'
  local parent=/sys/fs/cgroup/pids/parent-$MARK
  is_v2 && parent=/sys/fs/cgroup/parent-$MARK
  mkdir "$parent"
  created
  [ -d "$parent/$ID" ]
  rt delete "$ID"
  ok
  [ ! -d "$parent/$ID" ]
  [ -d "$parent" ]
  # Parents in other hierarchies were made by the runtime; runc leaves them.
  sweep_parents
}

sweep_parents() {
  local dir
  for dir in $(marked_cgroups); do
    rmdir "$dir"
  done
}

# CG-16: parents that create made, and that are empty, are removed.
# bats test_tags=rt-only
@test "delete: removes the parent cgroups that create made" {
  bundle '.linux.cgroupsPath = "/p1-\($mark)/p2-\($mark)/\($id)"'
  created
  rt delete "$ID"
  ok
  [ -z "$(marked_cgroups)" ]
}

# R17; Kata CVE-2020-2024.
@test "delete: --force follows no link that took the place of bundle and rootfs" {
  bundle
  started
  mkdir "$T/marker"
  echo kept >"$T/marker/file"
  mount -t tmpfs rtb-tmpfs "$T/marker"
  echo inner >"$T/marker/inner"
  mv "$B" "$T/aside"
  ln -s "$T/marker" "$B"
  rt delete --force "$ID"
  ok
  [ "$(cat "$T/marker/inner")" = inner ]
  umount "$T/marker"
  [ "$(cat "$T/marker/file")" = kept ]
}

@test "delete: two at the same time: the loser says does not exist or nothing" {
  bundle
  started
  local n pids=()
  for n in 1 2; do
    RTB_MARK=$MARK timeout 20 "$RUNTIME" --root "$ROOT" delete --force "$ID" \
      </dev/null >/dev/null 2>"$T/delete.$n" 3>&- 4>&- &
    pids+=($!)
  done
  local lost=0
  for n in 1 2; do
    if ! wait "${pids[$n - 1]}"; then
      lost=$((lost + 1))
      grep -q "does not exist" "$T/delete.$n" || die "$(cat "$T/delete.$n")"
    fi
  done
  [ "$lost" -lt 2 ]
  nothing_left
}

# cli.md 1.6, security.md row 18.
# bats test_tags=rt-only
@test "delete: removes a state directory without a record, and --force says nothing" {
  mkdir -p -m 0700 "$ROOT/$ID"
  rt delete --force "$ID"
  ok
  [ ! -e "$ROOT/$ID" ]
}

# cli.md 1.6.
# bats test_tags=rt-only
@test "delete: of a directory without a record removes it, yet says does not exist" {
  mkdir -p -m 0700 "$ROOT/$ID"
  rt delete "$ID"
  fails "does not exist"
  [ ! -e "$ROOT/$ID" ]
}

# security.md row 19.
# bats test_tags=rt-only
@test "delete: --force cleans up with a record that is damaged" {
  local damage
  for damage in 'truncate -s 0' 'truncate -s 20' "sed -i 's/{/[/'" 'dd if=/dev/urandom bs=64 count=1 status=none of='; do
    bundle
    started
    case "$damage" in
      *of=) $damage"$ROOT/$ID/state.json" ;;
      *) eval "$damage" "$ROOT/$ID/state.json" ;;
    esac
    rt delete --force "$ID"
    ok
    nothing_left
  done
}

# crun's flag.
# bats test_tags=rt-only
@test "delete: --regex removes the containers that match and no other" {
  local n
  for n in one two other; do
    bundle_at "$T/b-$n" "$n-$MARK"
    call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" create --bundle "$T/b-$n" "$n-$MARK"
    ok
  done
  rt delete --force --regex "^(one|two)-"
  ok
  [ "$(ls "$ROOT")" = "other-$MARK" ]
}
