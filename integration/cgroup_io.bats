#!/usr/bin/env bats
# The controller of block devices, "blkio" on v1 and "io" on v2: runtime-spec.md 13.4, 14.3.
load helpers
load cgroups

# A loop device over a file of 4 MiB that is not in the page cache; $DEVICE is "MAJ:MIN". It goes with the test.
# A user has none: there it is the machine's disk, which the file lies on.
disk() {
  need blkio
  dd if=/dev/urandom of="$T/disk" bs=1M count=4 2>/dev/null
  if [ "$EUID" -ne 0 ]; then
    DEVICE=$(stat -c %Hd:%Ld "$T/disk")
    return
  fi
  LOOP=$(losetup --find --show --direct-io=on "$T/disk" 2>/dev/null) || skip "no loop device"
  DEVICE=$(cat "/sys/block/$(basename "$LOOP")/dev")
}
teardown() {
  if [ -n "${BFQ:-}" ]; then
    echo none >"/sys/block/$(basename "$LOOP")/queue/scheduler"
    eventually rmmod bfq
  fi
  [ -z "${LOOP:-}" ] || losetup -d "$LOOP"
  common_teardown
}

# throttle MEMBER RATE...: the value of linux.resources.blockIO that limits the device.
throttle() {
  local out=()
  while [ $# -gt 0 ]; do
    out+=("\"$1\": [{\"major\": ${DEVICE%:*}, \"minor\": ${DEVICE#*:}, \"rate\": $2}]")
    shift 2
  done
  local IFS=,
  echo "{\"blockIO\": {${out[*]}}}"
}

io_max_is() { limit blkio io.max | grep -q "^$DEVICE $1\$" || die "io.max is $(limit blkio io.max)"; }

@test "cgroups: blockIO throttling is set for a device" {
  disk
  resources "$(throttle throttleReadBpsDevice 1048576 throttleWriteBpsDevice 2097152 \
    throttleReadIOPSDevice 300 throttleWriteIOPSDevice 400)"
  created
  if [ "$VERSION" = 2 ]; then
    io_max_is 'rbps=1048576 wbps=2097152 riops=300 wiops=400'
    is_rt || return 0
    update_by "$(throttle throttleReadBpsDevice 4194304 throttleWriteIOPSDevice 0)"
    io_max_is 'rbps=4194304 wbps=2097152 riops=300 wiops=max'
  else
    has blkio blkio.throttle.read_bps_device "$DEVICE 1048576"
    has blkio blkio.throttle.write_bps_device "$DEVICE 2097152"
    has blkio blkio.throttle.read_iops_device "$DEVICE 300"
    has blkio blkio.throttle.write_iops_device "$DEVICE 400"
    # runc 1.1.5 updates the weight alone.
    is_rt || return 0
    update_by "$(throttle throttleReadBpsDevice 4194304 throttleWriteIOPSDevice 0)"
    has blkio blkio.throttle.read_bps_device "$DEVICE 4194304"
    has blkio blkio.throttle.write_iops_device ""
  fi
  deleted
}

# 2 MiB at 1 MiB a second; the device by itself does it at once.
@test "cgroups: blockIO throttling bites" {
  disk
  resources "$(throttle throttleReadBpsDevice 1048576)"
  edit ".linux.devices = [{path: \"/dev/disk\", type: \"b\", major: ${DEVICE%:*}, minor: ${DEVICE#*:}}]
    | .linux.resources.devices += [{allow: true, type: \"b\", major: ${DEVICE%:*}, minor: ${DEVICE#*:}, access: \"r\"}]"
  if [ "$EUID" -ne 0 ]; then
    edit 'del(.linux.devices, .linux.resources.devices)'
    mv "$T/disk" "$B/rootfs/dev/disk"
    edit '.mounts |= map(select(.destination | startswith("/dev") | not))'
  fi
  set_args /bin/sh -c 'read before rest </proc/uptime
    /bin/busybox dd if=/dev/disk of=/dev/null bs=256k count=8 iflag=direct || exit 1
    read after rest </proc/uptime
    echo "$before $after"'
  run_here
  [ "$status" -eq 0 ] || die "dd"
  awk '{exit !($2 - $1 > 1)}' <<<"$stdout" || die "not slowed down"
}

@test "cgroups: a device that does not exist is refused" {
  need blkio
  DEVICE=4000:1
  resources "$(throttle throttleReadBpsDevice 1048576)"
  create
  fails
  if is_rt; then fails "/linux/resources/blockIO"; fi
  nothing_left
}

weight_file() {
  local file
  for file in blkio.weight blkio.bfq.weight io.bfq.weight io.weight; do
    [ ! -e "$(group_of blkio)/$file" ] || { echo "$file"; return; }
  done
}

# CV-40, CV-41: BFQ counts as v1 does, io.weight to 10000.
@test "cgroups: blockIO.weight is set" {
  need blkio
  bundle
  created
  local file weight changed
  file=$(weight_file)
  [ -n "$file" ] || skip "no weight file"
  rt delete --force "$ID"
  ok
  case $file in
    io.weight) weight="default 2930" changed="default 10000" ;;
    io.bfq.weight) weight="default 300" changed="default 1000" ;;
    *) weight=300 changed=1000 ;;
  esac
  resources '{blockIO: {weight: 300}}'
  created
  [ "$(limit blkio "$file" | head -n 1)" = "$weight" ] || die "$(limit blkio "$file")"
  rt update --blkio-weight 1000 "$ID"
  ok
  [ "$(limit blkio "$file" | head -n 1)" = "$changed" ] || die "$(limit blkio "$file")"
}

# RB-02: v2 has none.
# bats test_tags=rt-only
@test "cgroups: blockIO.leafWeight is refused where the kernel has none" {
  need blkio
  [ ! -e /sys/fs/cgroup/blkio/blkio.leaf_weight ] || skip "a kernel with CFQ"
  resources '{blockIO: {leafWeight: 300}}'
  create
  fails "/linux/resources/blockIO"
  nothing_left
}

@test "cgroups: unified io files are written" {
  need blkio
  [ "$VERSION" = 2 ] || skip "v2 only"
  disk
  resources "{unified: {\"io.max\": \"$DEVICE rbps=65536 wiops=7\"}}"
  created
  io_max_is 'rbps=65536 wbps=max riops=max wiops=7'
}

@test "cgroups: io.latency is written through unified" {
  need blkio
  [ "$VERSION" = 2 ] || skip "v2 only"
  disk
  bundle
  created
  [ -e "$(group_of blkio)/io.latency" ] || skip "a kernel without io.latency"
  rt delete --force "$ID"
  ok
  resources "{unified: {\"io.latency\": \"$DEVICE target=75000\"}}"
  created
  has blkio io.latency "$DEVICE target=75000"
  is_rt || return 0
  update_by "{\"unified\": {\"io.latency\": \"$DEVICE target=0\"}}"
  has blkio io.latency ""
}

# CV-40, RB-03: the default, and that of one device. The module goes with the test, and with it the file.
@test "cgroups: blockIO.weight and weightDevice reach BFQ" {
  need blkio
  [ "$VERSION" = 2 ] || skip "v2 only"
  [ -n "${RT_TEST_MODE:-}" ] && [ "$EUID" -eq 0 ] || skip "no module is loaded into the host's kernel"
  disk
  modprobe bfq || skip "no BFQ"
  BFQ=1
  echo bfq >"/sys/block/$(basename "$LOOP")/queue/scheduler"
  local device="\"weightDevice\": [{\"major\": ${DEVICE%:*}, \"minor\": ${DEVICE#*:}, \"weight\": 500}]"
  resources "{blockIO: {\"weight\": 300, $device}}"
  created
  has blkio io.bfq.weight "default 300"$'\n'"$DEVICE 500"
  # The kernel forgets that of the device when it gets a default.
  update_by "{\"blockIO\": {\"weight\": 1000, ${device/500/700}}}"
  has blkio io.bfq.weight "default 1000"$'\n'"$DEVICE 700"
  deleted
}
