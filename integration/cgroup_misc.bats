#!/usr/bin/env bats
# The misc controller, by `unified` alone.
load helpers
load cgroups

@test "cgroups: misc.max is written, and what this machine has not is refused" {
  need misc
  [ "$VERSION" = 2 ] || skip "v2 only"
  local name
  name=$(cut -d' ' -f1 /sys/fs/cgroup/misc.capacity | head -n 1)
  if [ -n "$name" ]; then
    resources "{unified: {\"misc.max\": \"$name 1\"}}"
    created
    limit misc misc.max | grep -qx "$name 1"
    deleted
  fi
  resources '{unified: {"misc.max": "no-such 1"}}'
  create
  fails
  if is_rt; then fails "/linux/resources/unified/misc.max"; fi
  nothing_left
}
