#!/usr/bin/env bats
# The rdma controller: runtime-spec.md RR-01, RR-02.
load helpers
load cgroups

# runc 1.1.5 does not know the device either, and says less.
@test "cgroups: an rdma limit of a device that does not exist is refused" {
  need rdma
  resources '{rdma: {"no-such-hca": {hcaHandles: 3}}}'
  create
  fails
  if is_rt; then fails "/linux/resources/rdma" "no-such-hca hca_handle=3"; fi
  nothing_left
}

@test "cgroups: rdma limits are set" {
  need rdma
  local device
  device=$(ls /sys/class/infiniband 2>/dev/null | head -n 1)
  [ -n "$device" ] || skip "no rdma device"
  resources "{rdma: {\"$device\": {hcaHandles: 3, hcaObjects: 10000}}}"
  created
  limit rdma rdma.max | grep -qx "$device hca_handle=3 hca_object=10000"
  update_by "{\"rdma\": {\"$device\": {\"hcaHandles\": 4}}}"
  limit rdma rdma.max | grep -qx "$device hca_handle=4 hca_object=10000"
  deleted
}

# bats test_tags=rt-only
@test "cgroups: an rdma limit without the controller is refused" {
  [ -z "$(version_of rdma)" ] || skip "a host with rdma"
  resources '{rdma: {"no-such-hca": {hcaHandles: 3}}}'
  create
  fails "/linux/resources/rdma"
  nothing_left
}
