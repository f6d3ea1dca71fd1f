#!/usr/bin/env bats
# Cgroups: runtime-spec.md sections 12 and 13. On this host as it is (v1 or hybrid), or v2 in integration/in-v2.
load helpers

@test "cgroups: the process is in the group of cgroupsPath, in every hierarchy" {
  bundle
  created
  if is_v2; then
    grep -qx "0::/$ID" "/proc/$PID/cgroup"
  else
    local controller
    for controller in cpu memory pids devices freezer cpuset blkio; do
      need_controller "$controller"
      grep -Eq ":([^:]*,)?$controller(,[^:]*)?:/$ID\$" "/proc/$PID/cgroup" || die "$controller"
    done
  fi
}

@test "cgroups: a path of several levels is made" {
  bundle '.linux.cgroupsPath = "/one-\($mark)/two-\($mark)/\($id)"'
  created
  grep -q "/one-$MARK/two-$MARK/$ID\$" "/proc/$PID/cgroup"
  rt delete --force "$ID"
  ok
  # CG-16: runc leaves the parents.
  is_rt || sweep_parents
}

sweep_parents() {
  local dir
  for dir in $(marked_cgroups); do
    rmdir "$dir"
  done
}

# CG-01: cannot climb out.
@test "cgroups: a path with .. stays below the root" {
  bundle '.linux.cgroupsPath = "/../../\($id)"'
  create
  if [ "$status" -eq 0 ]; then
    PID=$(pid_of "$ID")
    not grep -qF '..' "/proc/$PID/cgroup"
  fi
}

# CG-04.
@test "cgroups: without cgroupsPath there is a group all the same, and it goes" {
  bundle 'del(.linux.cgroupsPath)'
  created
  grep -q "$ID" "/proc/$PID/cgroup"
  rt delete --force "$ID"
  ok
  [ -z "$(marked_cgroups)" ]
}

@test "cgroups: are gone after delete" {
  bundle
  created
  [ -n "$(marked_cgroups)" ]
  rt delete --force "$ID"
  ok
  [ -z "$(marked_cgroups)" ]
}

# --- memory ---

@test "cgroups: memory.limit is set" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 33554432}'
  created
  if is_v2; then
    [ "$(cgroup_value memory memory.max)" = 33554432 ]
  else
    [ "$(cgroup_value memory memory.limit_in_bytes)" = 33554432 ]
  fi
}

@test "cgroups: memory.limit bites: 137" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 33554432}'
  set_args /probe eat 100000000
  run_here
  [ "$status" -eq 137 ] || die "wanted 137"
  [[ "$stdout" != *ate* ]]
}

@test "cgroups: memory.limit lets pass what is below it" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 67108864}'
  inside eat 20000000
  [ "$stdout" = "ate 20000000" ]
}

@test "cgroups: memory.limit -1 is unlimited" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: -1}'
  created
  if is_v2; then
    [ "$(cgroup_value memory memory.max)" = max ]
  else
    [ "$(cgroup_value memory memory.limit_in_bytes)" -gt 1000000000000 ]
  fi
}

@test "cgroups: memory.reservation and memory.swappiness are set" {
  need_controller memory
  bundle '.linux.resources.memory = {reservation: 16777216, swappiness: 10}'
  if is_v2; then
    edit 'del(.linux.resources.memory.swappiness)'
    created
    [ "$(cgroup_value memory memory.low)" = 16777216 ]
  else
    created
    [ "$(cgroup_value memory memory.soft_limit_in_bytes)" = 16777216 ]
    [ "$(cgroup_value memory memory.swappiness)" = 10 ]
  fi
}

@test "cgroups: memory.swap is memory and swap together" {
  need_controller memory
  if is_v2; then
    bundle '.linux.resources.memory = {limit: 33554432, swap: 50331648}'
    created
    [ "$(cgroup_value memory memory.swap.max)" = 16777216 ]
  else
    [ -e /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes ] || skip "no swap accounting"
    bundle '.linux.resources.memory = {limit: 33554432, swap: 50331648}'
    created
    [ "$(cgroup_value memory memory.memsw.limit_in_bytes)" = 50331648 ]
  fi
}

@test "cgroups: memory.swap below memory.limit is refused" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 33554432, swap: 16777216}'
  create
  fails
  nothing_left
}

# security.md row 10, RM-12. runc 1.1.5 reports something else, and may leave the group.
# bats test_tags=rt-only
@test "cgroups: a memory limit that is too low for a start is said so" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 65536}'
  create
  [ "$status" -eq 0 ] && return 0
  fails "OOM"
  nothing_left
}

# --- cpu ---

@test "cgroups: cpu.shares is set" {
  need_controller cpu
  bundle '.linux.resources.cpu = {shares: 512}'
  created
  if is_v2; then
    [ "$(cgroup_value cpu cpu.weight)" = 59 ]
  else
    [ "$(cgroup_value cpu cpu.shares)" = 512 ]
  fi
}

@test "cgroups: cpu.quota and cpu.period are set" {
  need_controller cpu
  bundle '.linux.resources.cpu = {quota: 20000, period: 50000}'
  created
  if is_v2; then
    [ "$(cgroup_value cpu cpu.max)" = "20000 50000" ]
  else
    [ "$(cgroup_value cpu cpu.cfs_quota_us)" = 20000 ]
    [ "$(cgroup_value cpu cpu.cfs_period_us)" = 50000 ]
  fi
}

@test "cgroups: cpu.quota bites" {
  need_controller cpu
  bundle '.linux.resources.cpu = {quota: 10000, period: 100000}'
  inside burn 1000
  expect '.cpu_ms < 400'
}

@test "cgroups: cpuset.cpus and cpuset.mems are set, and the program sees them" {
  need_controller cpuset
  bundle '.linux.resources.cpu = {cpus: "0", mems: "0"}'
  inside process
  expect '.cpus == [0]'
}

@test "cgroups: a processor that does not exist is refused" {
  need_controller cpuset
  bundle '.linux.resources.cpu = {cpus: "4000"}'
  create
  fails
  nothing_left
}

@test "cgroups: a quota that the kernel refuses fails the create" {
  need_controller cpu
  bundle '.linux.resources.cpu = {quota: 1, period: 100000}'
  create
  fails "invalid argument"
  nothing_left
}

# RC-12, RC-06: runc 1.1.5 does not know them.
# bats test_tags=rt-only
@test "cgroups: cpu.idle and cpu.burst are set" {
  need_controller cpu
  bundle '.linux.resources.cpu = {quota: 50000, period: 100000, burst: 20000}'
  created
  if is_v2; then
    [ "$(cgroup_value cpu cpu.max.burst)" = 20000 ]
  else
    [ "$(cgroup_value cpu cpu.cfs_burst_us)" = 20000 ]
  fi
  rt delete --force "$ID"
  bundle '.linux.resources.cpu = {idle: 1}'
  created
  [ "$(cgroup_value cpu cpu.idle)" = 1 ]
}

# --- pids ---

@test "cgroups: pids.limit is set, and bites" {
  need_controller pids
  bundle '.linux.resources.pids = {limit: 12}'
  created
  [ "$(cgroup_value pids pids.max)" = 12 ]
  rt delete --force "$ID"
  inside fork 100
  expect '.forked < 12 and .errno == "EAGAIN"'
}

@test "cgroups: pids.limit -1 is no limit" {
  need_controller pids
  bundle '.linux.resources.pids = {limit: -1}'
  created
  [ "$(cgroup_value pids pids.max)" = max ]
}

# RP-01, DV-14, EM-10: runc writes 1, or nothing.
# bats test_tags=rt-only
@test "cgroups: pids.limit 0 is a limit" {
  need_controller pids
  bundle '.linux.resources.pids = {limit: 0}'
  created
  [ "$(cgroup_value pids pids.max)" = 0 ]
}

# security.md row 11.
@test "cgroups: pids.limit 1 to 5 works or is said, and never hangs" {
  need_controller pids
  local n
  for n in 1 2 3 5; do
    bundle ".linux.resources.pids = {limit: $n} | .process.args = [\"/bin/true\"]"
    run_here
    [ "$status" -ne 124 ] || die "hung with $n"
    rt delete --force "$ID"
    ok
  done
}

# --- others ---

@test "cgroups: blockIO.weight is set" {
  if is_v2; then need_controller io; else need_controller blkio; fi
  local file
  file=$(ls /sys/fs/cgroup/blkio/blkio.weight /sys/fs/cgroup/blkio/blkio.bfq.weight 2>/dev/null | head -n 1)
  [ -n "$file" ] || is_v2 || skip "no weight file"
  bundle '.linux.resources.blockIO = {weight: 300}'
  created
  if is_v2; then
    [ "$(cgroup_value io io.bfq.weight)" = "default 300" ] || [ "$(cgroup_value io io.weight)" = "default 2930" ]
  else
    [ "$(cgroup_value blkio "$(basename "$file")" | grep -o '[0-9]*')" = 300 ]
  fi
}

@test "cgroups: blockIO throttling is set for a device" {
  local device file
  device=$(cat /sys/block/loop0/dev 2>/dev/null) || skip "no loop device"
  if is_v2; then need_controller io; else need_controller blkio; fi
  file=blkio.throttle.read_bps_device
  is_v2 || [ -e "/sys/fs/cgroup/blkio/$file" ] || skip "no throttling"
  bundle ".linux.resources.blockIO = {throttleReadBpsDevice: [{major: ${device%:*}, minor: ${device#*:}, rate: 1048576}]}"
  created
  if is_v2; then
    cgroup_value io io.max | grep -q "^$device rbps=1048576"
  else
    [ "$(cgroup_value blkio $file)" = "$device 1048576" ]
  fi
}

@test "cgroups: hugepageLimits are set" {
  need_controller hugetlb
  bundle '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 4194304}]'
  created
  if is_v2; then
    [ "$(cgroup_value hugetlb hugetlb.2MB.max)" = 4194304 ]
  else
    [ "$(cgroup_value hugetlb hugetlb.2MB.limit_in_bytes)" = 4194304 ]
  fi
}

# RH-01.
@test "cgroups: a page size that does not exist is refused" {
  need_controller hugetlb
  bundle '.linux.resources.hugepageLimits = [{pageSize: "3MB", limit: 4194304}]'
  create
  fails
  nothing_left
}

# RU-01..04.
@test "cgroups: unified values are written on v2 and refused on v1" {
  if is_v2; then
    bundle '.linux.resources.unified = {"cgroup.max.depth": "7"}'
    created
    [ "$(cgroup_value unified cgroup.max.depth)" = 7 ]
  else
    bundle '.linux.resources.unified = {"memory.high": "1000000"}'
    create
    fails
    nothing_left
  fi
}

@test "cgroups: unified refuses a key with a slash and a file that is not there" {
  is_v2 || skip "v2 only"
  local key
  for key in "../x" "nosuch.file" "nopoint"; do
    bundle ".linux.resources.unified = {\"$key\": \"1\"}"
    create
    fails
    nothing_left
  done
}
