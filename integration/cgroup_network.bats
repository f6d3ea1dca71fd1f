#!/usr/bin/env bats
# The network controllers of v1: runtime-spec.md RN-01, RN-02.
load helpers
load cgroups
load hierarchies

# runc looks for hierarchies below /sys/fs/cgroup alone.
# bats test_tags=rt-only
@test "cgroups: network.classID and network.priorities are set on v1" {
  hierarchy net_cls,net_prio
  resources '{network: {classID: 1048577, priorities: [{name: "lo", priority: 5}]}}'
  created
  [ "$(cat "$HIERARCHY/$ID/net_cls.classid")" = 1048577 ]
  grep -qx 'lo 5' "$HIERARCHY/$ID/net_prio.ifpriomap"
  grep -q "net_cls,net_prio:/$ID\$" "/proc/$PID/cgroup"
  update_by '{"network": {"classID": 1048578, "priorities": [{"name": "lo", "priority": 6}]}}'
  [ "$(cat "$HIERARCHY/$ID/net_cls.classid")" = 1048578 ]
  grep -qx 'lo 6' "$HIERARCHY/$ID/net_prio.ifpriomap"
  deleted
  [ ! -e "$HIERARCHY/$ID" ]
  resources '{network: {priorities: [{name: "no-such", priority: 5}]}}'
  create
  fails
  nothing_left_in_hierarchy
}

# CV-61. runc passes over them in silence; 0 and an empty list ask for nothing.
# bats test_tags=rt-only
@test "cgroups: network limits without their controller are refused, unless they say nothing" {
  [ -z "$(version_of net_cls)" ] || skip "a host with net_cls"
  local member
  for member in 'classID: 7' 'priorities: [{name: "lo", priority: 5}]'; do
    resources "{network: {$member}}"
    create
    fails "/linux/resources/network"
    nothing_left
  done
  resources '{network: {classID: 0, priorities: []}}'
  created
}
