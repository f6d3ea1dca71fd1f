# For controllers that no hierarchy has on most hosts: one of v1 in the mount namespace of the tests, for one test.
# Loaded after helpers.bash.

# hierarchy OPTIONS: mounted at $HIERARCHY.
hierarchy() {
  is_v2 && skip "v1 only"
  HIERARCHY=$T/hierarchy HIERARCHY_OPTIONS=$1
  mkdir "$HIERARCHY"
  if ! mount -t cgroup -o "$1" cgroup "$HIERARCHY" 2>/dev/null; then
    HIERARCHY=
    skip "no $1 in v1"
  fi
}

nothing_left_in_hierarchy() {
  rt state "$ID"
  fails "does not exist"
  [ -z "$(find "$HIERARCHY" -mindepth 1 -type d)" ] || die "$(find "$HIERARCHY" -mindepth 1 -type d)"
}

# The hierarchy goes with its last mount only when its cgroups are freed by then, and that is later than rmdir: else
# it stays, without a mount, and containerd then finds the cgroup of no container. The next mount and umount end it.
hierarchy_gone() {
  grep -q ":${HIERARCHY_OPTIONS#none,}:" /proc/self/cgroup || return 0
  mount -t cgroup -o "$HIERARCHY_OPTIONS" cgroup "$HIERARCHY" && umount "$HIERARCHY" && false
}

teardown() {
  local rc=0
  delete_all || rc=1
  if [ -n "${HIERARCHY:-}" ]; then
    eventually umount "$HIERARCHY" || rc=1
    eventually hierarchy_gone || rc=1
    eventually rmdir "$HIERARCHY" || rc=1
  fi
  common_teardown || rc=1
  return $rc
}
