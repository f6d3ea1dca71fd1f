#!/usr/bin/env bats
# Hierarchies of v1 that limit nothing: perf_event, and those with a name only. A container is in each.
# runc looks for hierarchies below /sys/fs/cgroup alone, and knows name=systemd only.
# bats file_tags=rt-only
load helpers
load cgroups
load hierarchies

@test "cgroups: the process is in perf_event, as in every hierarchy" {
  hierarchy perf_event
  bundle
  created
  grep -q ":perf_event:/$ID\$" "/proc/$PID/cgroup"
  grep -qx "$PID" "$HIERARCHY/$ID/cgroup.procs"
  deleted
  [ ! -e "$HIERARCHY/$ID" ]
}

@test "cgroups: the process is in a hierarchy that has only a name" {
  hierarchy "none,name=$MARK"
  bundle
  created
  grep -q ":name=$MARK:/$ID\$" "/proc/$PID/cgroup"
  rt exec "$ID" /bin/true
  ok
  deleted
  [ ! -e "$HIERARCHY/$ID" ]
}
