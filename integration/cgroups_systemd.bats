#!/usr/bin/env bats
# Cgroups from systemd: cli.md 4.1 to 4.3, CG-05, RU-06, CV-42, security.md fault 17. What systemctl and the
# cgroup files say is what counts. Skipped unless systemd is pid 1 (integration/run --vm systemd) and we are root.
load helpers
load systemd

# --- names ---

@test "systemd: slice:prefix:name is the unit prefix-name.scope, and the process is in it" {
  systemd_bundle ".linux.cgroupsPath = \"system.slice:t:$ID\""
  created
  has ActiveState active
  has Slice system.slice
  has ControlGroup "/system.slice/$UNIT"
  in_unit "$PID"
}

@test "systemd: without a slice it is system.slice" {
  systemd_bundle
  created
  has ControlGroup "/system.slice/$UNIT"
  in_unit "$PID"
}

@test "systemd: without cgroupsPath the unit is named after the runtime and the container" {
  systemd_bundle 'del(.linux.cgroupsPath)'
  created
  UNIT=$RUNTIME_NAME-$ID.scope
  has ControlGroup "/system.slice/$UNIT"
  in_unit "$PID"
}

# runc leaves the dash.
# bats test_tags=rt-only
@test "systemd: without a prefix the unit is name.scope" {
  systemd_bundle ".linux.cgroupsPath = \"::$ID\""
  created
  UNIT=$ID.scope
  has ControlGroup "/system.slice/$UNIT"
  in_unit "$PID"
}

@test "systemd: the dashes of a slice are its parents" {
  local top=${MARK//-/_}
  systemd_bundle ".linux.cgroupsPath = \"$top-b-c.slice:t:$ID\""
  created
  has ControlGroup "/$top.slice/$top-b.slice/$top-b-c.slice/$UNIT"
  in_unit "$PID"
}

@test "systemd: -.slice is the root" {
  systemd_bundle ".linux.cgroupsPath = \"-.slice:t:$ID\""
  created
  has ControlGroup "/$UNIT"
  in_unit "$PID"
}

# runc wants the long form.
# bats test_tags=rt-only
@test "systemd: a dash is the root, too" {
  systemd_bundle ".linux.cgroupsPath = \"-:t:$ID\""
  created
  has ControlGroup "/$UNIT"
  in_unit "$PID"
}

# runc 1.1 asks for something that a slice has not.
# bats test_tags=rt-only
@test "systemd: a name that ends in .slice is the unit" {
  UNIT=$(slice_of_mark)
  systemd_bundle ".linux.cgroupsPath = \"-.slice:ignored:$UNIT\""
  started
  has ActiveState active
  has ControlGroup "/$UNIT"
  in_unit "$PID"
  rt delete --force "$ID"
  ok
  # Every name of a slice is a loaded unit.
  has ActiveState inactive
}

@test "systemd: a cgroupsPath of another form is refused" {
  local path
  for path in "/$ID" "a:$ID" "a:b:c:$ID"; do
    systemd_bundle ".linux.cgroupsPath = \"$path\""
    create
    fails "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"$path\" instead"
    nothing_left
  done
}

@test "systemd: a slice that is no name of one is refused" {
  local slice
  for slice in system "$MARK/b.slice" "-$MARK.slice" "$MARK-.slice" "a--$MARK.slice"; do
    systemd_bundle ".linux.cgroupsPath = \"$slice:t:$ID\""
    create
    fails
    nothing_left
  done
}

# --- properties ---

@test "systemd: the unit is delegated and accounted for" {
  systemd_bundle
  created
  has Delegate yes
  has MemoryAccounting yes
  has CPUAccounting yes
  has IOAccounting yes
  has TasksAccounting yes
  has DefaultDependencies no
}

@test "systemd: limits are properties of the unit and in the files" {
  systemd_bundle '.linux.resources += {
    memory: {limit: 67108864, reservation: 16777216, swap: 83886080},
    cpu: {shares: 512, quota: 20000, period: 50000, cpus: "0", mems: "0"},
    pids: {limit: 40}}'
  created
  has MemoryMax 67108864
  has MemoryLow 16777216
  has MemorySwapMax 16777216
  has CPUQuotaPerSecUSec 400ms
  has CPUQuotaPeriodUSec 50ms
  has TasksMax 40
  has AllowedCPUs 0
  has AllowedMemoryNodes 0
  in_file memory.max 67108864
  in_file memory.low 16777216
  in_file memory.swap.max 16777216
  in_file cpu.max "20000 50000"
  in_file pids.max 40
  in_file cpuset.cpus 0
  in_file cpuset.mems 0
  [ "$(unit_value CPUWeight)" = "$(cat "$(scope_dir)/cpu.weight")" ]
}

@test "systemd: no limit is none" {
  systemd_bundle '.linux.resources += {memory: {limit: -1, swap: -1}, cpu: {quota: -1, period: 100000}, pids: {limit: -1}}'
  created
  has MemoryMax infinity
  has MemorySwapMax infinity
  has CPUQuotaPerSecUSec infinity
  has TasksMax infinity
  in_file memory.max max
  in_file cpu.max "max 100000"
  in_file pids.max max
}

# systemd counts in steps of 10 ms a second; the file must not differ from what a reload would write.
# runc 1.1 writes the unrounded one.
# bats test_tags=rt-only
@test "systemd: a quota between its steps is rounded up, in both places" {
  systemd_bundle '.linux.resources.cpu = {quota: 12345, period: 100000}'
  created
  has CPUQuotaPerSecUSec 130ms
  in_file cpu.max "13000 100000"
  systemctl daemon-reload
  in_file cpu.max "13000 100000"
}

# TasksMax=0 is refused by systemd. runc 1.1 takes 0 for no limit.
# bats test_tags=rt-only
@test "systemd: pids.limit 0 is a limit" {
  systemd_bundle '.linux.resources.pids.limit = 0'
  created
  has TasksMax 1
}

@test "systemd: unified values are properties, too" {
  systemd_bundle '.linux.resources.unified = {"memory.min": "4194304", "memory.low": "8388608",
    "memory.high": "33554432", "memory.max": "67108864", "memory.swap.max": "0", "cpu.weight": "50",
    "cpu.max": "30000 100000", "cpuset.cpus": "0-1", "cpuset.mems": "0", "pids.max": "30"}'
  created
  has MemoryMin 4194304
  has MemoryLow 8388608
  has MemoryHigh 33554432
  has MemoryMax 67108864
  has MemorySwapMax 0
  has CPUWeight 50
  has CPUQuotaPerSecUSec 300ms
  has AllowedCPUs 0-1
  has AllowedMemoryNodes 0
  has TasksMax 30
  systemctl daemon-reload
  in_file memory.min 4194304
  in_file memory.high 33554432
  in_file cpu.max "30000 100000"
  in_file pids.max 30
}

# Not in runc 1.1.
# bats test_tags=rt-only
@test "systemd: memory.oom.group says what systemd does when memory runs out" {
  systemd_bundle '.linux.resources.unified = {"memory.oom.group": "1"}'
  created
  has OOMPolicy kill
  in_file memory.oom.group 1
}

# Not in runc 1.1.
# bats test_tags=rt-only
@test "systemd: cpu.idle is a weight of its own" {
  systemd_bundle '.linux.resources.cpu.idle = 1'
  created
  has CPUWeight idle
  systemctl daemon-reload
  in_file cpu.idle 1
}

# --- daemon-reload ---

@test "systemd: a daemon-reload changes no limit" {
  systemd_bundle '.linux.resources += {memory: {limit: 67108864}, cpu: {shares: 2048, quota: 30000, period: 100000},
    pids: {limit: 33}}'
  started
  local weight
  weight=$(cat "$(scope_dir)/cpu.weight")
  systemctl daemon-reload
  in_file memory.max 67108864
  in_file cpu.max "30000 100000"
  in_file cpu.weight "$weight"
  in_file pids.max 33
  in_unit "$PID"
  status_is "$ID" running
}

# systemd attaches a device program of its own beside ours when it applies a unit anew: both must allow.
@test "systemd: a daemon-reload neither opens nor closes a device" {
  systemd_bundle '.linux.resources.devices = [{allow: false, access: "rwm"},
      {allow: true, type: "c", major: 1, minor: 11, access: "rw"}]
    | .linux.devices = [{path: "/dev/kmsg", type: "c", major: 1, minor: 11, fileMode: 438},
      {path: "/dev/port", type: "c", major: 1, minor: 4, fileMode: 438}]'
  started
  devices_hold
  systemctl daemon-reload
  devices_hold
  systemctl set-property --runtime "$UNIT" IPAccounting=no
  devices_hold
}

devices_hold() {
  rt exec "$ID" /bin/sh -c 'exec 3>/dev/kmsg'
  ok || return 1
  rt exec "$ID" /bin/sh -c 'exec 3</dev/null'
  ok || return 1
  rt exec "$ID" /bin/sh -c 'exec 3</dev/port'
  [[ "$stderr" == *"Operation not permitted"* ]] || die "/dev/port opens"
}

# --- later verbs ---

@test "systemd: later verbs know the manager without the flag" {
  systemd_bundle
  started
  GLOBAL=()
  rt exec "$ID" /bin/cat /proc/self/cgroup
  ok
  [[ "$stdout" == *"0::/system.slice/$UNIT"* ]] || die "exec is elsewhere"
  rt pause "$ID"
  ok
  status_is "$ID" paused
  in_file cgroup.freeze 1
  rt resume "$ID"
  ok
  in_file cgroup.freeze 0
  rt ps --format json "$ID"
  ok
  expect "index($PID) != null"
  rt update --pids-limit 55 "$ID"
  ok
  has TasksMax 55
  in_file pids.max 55
  rt kill "$ID" KILL
  ok
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  no_unit
}

# bats test_tags=rt-only
@test "systemd: a flag for another manager changes nothing later" {
  systemd_bundle
  started
  GLOBAL=(--cgroup-manager cgroupfs)
  rt update --memory 64m "$ID"
  ok
  has MemoryMax 67108864
  GLOBAL=(--cgroup-manager disabled)
  rt delete --force "$ID"
  ok
  no_unit
}

# bats test_tags=rt-only
@test "systemd: a container made without it stays without it" {
  GLOBAL=()
  bundle
  started
  GLOBAL=(--systemd-cgroup)
  rt update --pids-limit 44 "$ID"
  ok
  [ "$(cat "/sys/fs/cgroup/$ID/pids.max")" = 44 ]
  rt delete --force "$ID"
  ok
  [ -z "$(marked_cgroups)" ]
}

@test "systemd: update changes the properties, and a daemon-reload keeps what it set" {
  systemd_bundle '.linux.resources += {memory: {limit: 67108864, swap: 67108864}, cpu: {quota: 20000, period: 100000},
    pids: {limit: 20}}'
  started
  rt update --memory 96m --memory-swap 128m --memory-reservation 32m --cpu-quota 40000 --cpu-period 50000 \
    --cpu-share 256 --pids-limit 33 --cpuset-cpus 0 "$ID"
  ok
  updated
  systemctl daemon-reload
  updated
}

updated() {
  has MemoryMax 100663296 && has MemorySwapMax 33554432 && has MemoryLow 33554432 && has CPUQuotaPerSecUSec 800ms &&
    has TasksMax 33 && has AllowedCPUs 0 && in_file memory.max 100663296 && in_file memory.swap.max 33554432 &&
    in_file memory.low 33554432 && in_file cpu.max "40000 50000" && in_file pids.max 33 && in_file cpuset.cpus 0
}

@test "systemd: update leaves alone what is not named" {
  systemd_bundle '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 20}}'
  created
  rt update --pids-limit 21 "$ID"
  ok
  has MemoryMax 67108864
  in_file memory.max 67108864
  has TasksMax 21
}

# runc 1.1 leaves the properties as they were before the failure or after it, as it happens.
# bats test_tags=rt-only
@test "systemd: a refused update leaves properties and files as they were" {
  systemd_bundle '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 20}}'
  created
  printf '{"pids": {"limit": 30}, "memory": {"limit": 83886080}, "unified": {"no.such": "1"}}' >"$T/resources.json"
  rt update --resources "$T/resources.json" "$ID"
  fails no.such
  has TasksMax 20
  has MemoryMax 67108864
  in_file pids.max 20
  in_file memory.max 67108864
}

@test "systemd: an update of a paused container leaves it paused" {
  systemd_bundle
  started
  rt pause "$ID"
  ok
  rt update --memory 64m "$ID"
  ok
  in_file cgroup.freeze 1
  has MemoryMax 67108864
  rt resume "$ID"
  ok
}
