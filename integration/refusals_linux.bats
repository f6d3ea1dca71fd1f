#!/usr/bin/env bats
# What `linux` may not say: runtime-spec.md sections 10 to 18, every cell of "Must be an error". A row is the ID, what
# the message must have (the place in config.json first), and the change that makes the config wrong. After each, nothing
# is left.
# bats file_tags=rt-only
load helpers

# refuse ID TEXT CHANGE: create fails with the text and leaves nothing. Where cgroup v2 lacks the controller, a
# write that the text has fails for that, and the message says so in between.
refuse() {
  local text=$2
  bundle "$3"
  create
  if is_v2 && [[ "$stderr" == *'" is not in the cgroup v2 hierarchy of this host: write "'* ]]; then
    text=${text/%: write/: controller \"}
  fi
  fails "$text" && nothing_left || die "row $1: $3"
}

# Rows from stdin.
refuse_all() {
  local id text change
  while IFS='|' read -r id text change; do
    refuse "$id" "$text" "$change"
  done
}

JOIN_NET='.linux.namespaces[1].path ='
MAPS='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 1000, size: 9}] | .linux.gidMappings = .linux.uidMappings |'
TIME='.linux.namespaces += [{type: "time"}] | .linux.timeOffsets ='

@test "refusals: namespaces, mappings and time offsets" {
  refuse_all <<END
NS-01|/linux/namespaces/0/type: expected|.linux.namespaces[0].type = "nosuch"
NS-01|/linux/namespaces/5: missing "type"|.linux.namespaces += [{}]
NS-02|/linux/namespaces/1/path: must be an absolute path|$JOIN_NET "proc/self/ns/net"
NS-02|/linux/namespaces/1/path: open /proc/self/ns/none: no such file|$JOIN_NET "/proc/self/ns/none"
NS-02|/linux/namespaces/1/path: "/proc/self/ns/uts" is a namespace of another type|$JOIN_NET "/proc/self/ns/uts"
NS-02|/linux/namespaces/1/path: "/etc/passwd" is not a namespace|$JOIN_NET "/etc/passwd"
NS-02|/linux/namespaces/1/path: "/etc" is not a namespace|$JOIN_NET "/etc"
NS-05|/linux/namespaces/5/type: "pid" appears twice|.linux.namespaces += [{type: "pid"}]
NS-05|/linux/namespaces/5/type: "network" appears twice|.linux.namespaces += [{type: "network", path: "/proc/self/ns/net"}]
NS-11|/linux/uidMappings/0: missing "hostID"|$MAPS del(.linux.uidMappings[0].hostID)
NS-11|/linux/gidMappings/0/size: must not be 0|$MAPS .linux.gidMappings[0].size = 0
NS-11|/linux/uidMappings/1: overlaps mapping 0|$MAPS .linux.uidMappings += [{containerID: 8, hostID: 5000, size: 1}]
NS-11|/linux/uidMappings: more than 340 mappings|$MAPS .linux.uidMappings = [range(341) | {containerID: ., hostID: (. + 1000), size: 1}]
NS-11|/linux/uidMappings/0/hostID: the mapping reaches beyond|$MAPS .linux.uidMappings[0].hostID = 4294967290
NS-12|/linux/uidMappings: needs a user namespace|.linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}]
NS-13|/linux: a new user namespace needs "uidMappings"|.linux.namespaces += [{type: "user"}]
NS-13|/linux: a new user namespace needs "gidMappings"|$MAPS del(.linux.gidMappings)
NS-15|/linux/timeOffsets/realtime: expected the clock|$TIME {realtime: {secs: 1}}
NS-15|/linux/timeOffsets/monotonic/nanosecs: must be below 1000000000|$TIME {monotonic: {nanosecs: 1000000000}}
NS-15|/linux/timeOffsets/boottime/secs: expected|$TIME {boottime: {secs: 1.5}}
NS-15|/linux/timeOffsets: write: numerical result out of range|$TIME {boottime: {secs: -1000000000}}
NS-16|/linux/timeOffsets: needs a new time namespace|.linux.timeOffsets = {monotonic: {secs: 1}}
NS-16|/linux/timeOffsets: needs a new time namespace|$TIME {monotonic: {secs: 1}} | .linux.namespaces[5].path = "/proc/self/ns/time"
END
}

# What only another kernel or another caller would be refused: one call is made to fail.
# failing CALL TEXT CHANGE
failing() {
  bundle "$3"
  call "$T/out" "$T/err" timeout -k 1 10 strace -f -qq -o /dev/null -e "inject=$1" \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  fails "$2" && nothing_left || die "row $1: $2"
}

@test "refusals: what the kernel does not permit" {
  failing clone3:error=ENOSPC clone "."
  failing unshare:error=EINVAL "unshare: invalid argument" "$TIME {}"
  failing unshare:error=EPERM "unshare: operation not permitted" '.linux.namespaces += [{type: "cgroup"}]'
  failing mknodat:error=EPERM:when=7 "/linux/devices/0: make device /dev/x: mknod" \
    '.linux.devices = [{path: "/dev/x", type: "c", major: 1, minor: 5}]'
  # SC-05, SC-01, SC-30.
  failing seccomp:error=EINVAL "/linux/seccomp/flags: this kernel does not know one of them" \
    '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", flags: ["SECCOMP_FILTER_FLAG_LOG"]}'
  failing seccomp:error=EINVAL "seccomp: invalid argument" \
    '.process.noNewPrivileges = false | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", flags: []}'
}

# The place is in the log as well, also for what only rt-init finds out.
@test "refusals: the JSON log has the place in config.json" {
  local pointer change
  while IFS='|' read -r pointer change; do
    bundle "$change"
    call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" --log "$T/log" --log-format json create --bundle "$B" "$ID"
    [ "$(tail -n 1 "$T/log" | jq -r .pointer)" = "$pointer" ] || die "$pointer: $(tail -n 1 "$T/log")"
  done <<'END'
/linux/namespaces/0/type|.linux.namespaces[0].type = "nosuch"
/linux/namespaces/0/path|.linux.namespaces[0].path = "/etc/passwd"
/linux/devices/0|.linux.devices = [{path: "/probe", type: "c", major: 1, minor: 5}]
/linux/resources/hugepageLimits|.linux.resources.hugepageLimits = [{pageSize: "3MB", limit: 1}]
/linux/sysctl/net.ipv4.ip_forward|.linux.sysctl = {"net.ipv4.ip_forward": "word"}
/linux/seccomp/architectures/0|.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_S390X"]}
/linux/maskedPaths|.linux.maskedPaths = ["/proc/self/ns/net"]
END
}

@test "refusals: devices" {
  # Rows whose text has the place see to it that nothing was made there.
  bundle
  mkdir "$B/rootfs/directory"
  ln -s probe "$B/rootfs/link"
  ln -s "$T/outside" "$B/rootfs/dangling"
  mknod "$B/rootfs/other" c 1 7
  mkfifo "$B/rootfs/fifo"
  refuse_all <<END
DEV-02|/linux/devices/0/type: expected|.linux.devices = [{path: "/x", type: "q", major: 1, minor: 5}]
DEV-02|/linux/devices/0: missing "type"|.linux.devices = [{path: "/x", major: 1, minor: 5}]
DEV-03|/linux/devices/0: missing "path"|.linux.devices = [{type: "c", major: 1, minor: 5}]
DEV-03|/linux/devices/0/path: must be an absolute path|.linux.devices = [{path: "x", type: "c", major: 1, minor: 5}]
DEV-03|/linux/devices/0: make device /probe: "/probe" already exists|.linux.devices = [{path: "/probe", type: "c", major: 1, minor: 5}]
DEV-03|/linux/devices/0: make device /directory|.linux.devices = [{path: "/directory", type: "c", major: 1, minor: 5}]
DEV-03|/linux/devices/0: make device /link: "/link" already exists|.linux.devices = [{path: "/link", type: "c", major: 1, minor: 5}]
DEV-03|/linux/devices/0: make device /dangling|.linux.devices = [{path: "/dangling", type: "c", major: 1, minor: 5}]
DEV-03|/linux/devices/0: make device /other|.linux.devices = [{path: "/other", type: "c", major: 1, minor: 5}]
DEV-03|/linux/devices/0: make device /other|.linux.devices = [{path: "/other", type: "b", major: 1, minor: 7}]
DEV-03|/linux/devices/1: make device /fifo|.linux.devices = [{path: "/fifo", type: "p"}, {path: "/fifo", type: "c", major: 1, minor: 7}]
DEV-01|/linux/devices/0: make device /probe/x|.linux.devices = [{path: "/probe/x", type: "c", major: 1, minor: 5}]
DEV-04|/linux/devices/0: missing "minor"|.linux.devices = [{path: "/x", type: "c", major: 1}]
DEV-04|/linux/devices/0: missing "major"|.linux.devices = [{path: "/x", type: "b", minor: 1}]
DEV-04|/linux/devices/0/major: must be 0 to 4095, is -1|.linux.devices = [{path: "/x", type: "u", major: -1, minor: 1}]
DEV-04|/linux/devices/0/minor: must be 0 to 1048575|.linux.devices = [{path: "/x", type: "c", major: 1, minor: 1048576}]
DEV-05|/linux/devices/0/fileMode: has bits that no mode has|.linux.devices = [{path: "/x", type: "c", major: 1, minor: 5, fileMode: 65536}]
DEV-05|/linux/devices/0/fileMode: expected|.linux.devices = [{path: "/x", type: "c", major: 1, minor: 5, fileMode: "0666"}]
DEV-06|/linux/devices/0/uid: expected|.linux.devices = [{path: "/x", type: "c", major: 1, minor: 5, uid: -1}]
DEV-09|/linux/devices/0: open_tree /dev/not-there|$MAPS .linux.devices = [{path: "/dev/not-there", type: "c", major: 1, minor: 5}]
DEV-09|/linux/devices/0: in a user namespace, or without CAP_MKNOD|$MAPS .linux.devices = [{path: "/dev/zero", type: "c", major: 1, minor: 3}]
END
  [ ! -e "$T/outside" ]
  [ ! -e "$B/rootfs/x" ]
}

@test "refusals: cgroup paths and limits" {
  refuse_all <<END
CG-01|/linux/cgroupsPath: "/" is the root|.linux.cgroupsPath = "/"
CG-01|/linux/cgroupsPath: "/a/.." is the root|.linux.cgroupsPath = "/a/.."
CG-01|/linux/cgroupsPath: |.linux.cgroupsPath = ("/" + "x" * 256)
CG-02|/linux/cgroupsPath: "./." is the root|.linux.cgroupsPath = "./."
RD-02|/linux/resources/devices/1: missing "allow"|.linux.resources.devices += [{type: "c", access: "r"}]
RD-03|/linux/resources/devices/1/type: expected|.linux.resources.devices += [{allow: true, type: "p", access: "r"}]
RD-04|/linux/resources/devices/1/minor: must be -1 to 2147483647, is -2|.linux.resources.devices += [{allow: true, type: "c", minor: -2, access: "r"}]
RD-05|/linux/resources/devices/1/access: must be letters|.linux.resources.devices += [{allow: true, type: "c", access: "rx"}]
RD-05|/linux/resources/devices/1/access: must not be empty|.linux.resources.devices += [{allow: true, type: "c"}]
RM-01|/linux/resources/memory/limit: expected|.linux.resources.memory = {limit: "1g"}
CV-07|/linux/resources/memory/limit: expected -1 or|.linux.resources.memory = {limit: -2}
RM-03|/linux/resources/memory/swap: memory+swap limit should be >= memory limit|.linux.resources.memory = {limit: 33554432, swap: 16777216}
RM-08|/linux/resources/memory/swappiness: must be 0 to 100|.linux.resources.memory = {swappiness: 101}
RC-01|/linux/resources/cpu/shares: expected|.linux.resources.cpu = {shares: -1}
RC-02|/linux/resources/cpu: write|.linux.resources.cpu = {quota: 1}
RC-06|/linux/resources/cpu/burst: must not be above the quota|.linux.resources.cpu = {quota: 1000, burst: 1001}
RC-09|/linux/resources/cpu: write|.linux.resources.cpu = {cpus: "4000"}
RC-09|/linux/resources/cpu: write|.linux.resources.cpu = {cpus: "1-x"}
RC-10|/linux/resources/cpu: write|.linux.resources.cpu = {mems: "900"}
RC-12|/linux/resources/cpu/idle: must be 0 or 1|.linux.resources.cpu = {idle: 2}
RB-01|/linux/resources/blockIO/weight: must be at most 1000|.linux.resources.blockIO = {weight: 1001}
RB-03|/linux/resources/blockIO/weightDevice/0: needs "weight" or|.linux.resources.blockIO = {weightDevice: [{major: 8, minor: 0}]}
RB-03|/linux/resources/blockIO/weightDevice/0: missing "minor"|.linux.resources.blockIO = {weightDevice: [{major: 8, weight: 10}]}
RB-04|/linux/resources/blockIO/weightDevice/0/leafWeight: must be at most|.linux.resources.blockIO = {weightDevice: [{major: 8, minor: 0, leafWeight: 1001}]}
RB-05|/linux/resources/blockIO/throttleReadBpsDevice/0: missing "rate"|.linux.resources.blockIO = {throttleReadBpsDevice: [{major: 8, minor: 0}]}
RB-05|/linux/resources/blockIO: write|.linux.resources.blockIO = {throttleReadBpsDevice: [{major: 4000, minor: 0, rate: 1}]}
RB-06|/linux/resources/blockIO: write|.linux.resources.blockIO = {throttleWriteBpsDevice: [{major: 4000, minor: 0, rate: 1}]}
RB-07|/linux/resources/blockIO: write|.linux.resources.blockIO = {throttleReadIOPSDevice: [{major: 4000, minor: 0, rate: 1}]}
RB-08|/linux/resources/blockIO: write|.linux.resources.blockIO = {throttleWriteIOPSDevice: [{major: 4000, minor: 0, rate: 1}]}
RB-08|/linux/resources/blockIO/throttleWriteIOPSDevice/0: missing "major"|.linux.resources.blockIO = {throttleWriteIOPSDevice: [{minor: 0, rate: 1}]}
RH-01|/linux/resources/hugepageLimits/0/pageSize: must be a size|.linux.resources.hugepageLimits = [{pageSize: "64kB", limit: 1}]
RH-01|/linux/resources/hugepageLimits|.linux.resources.hugepageLimits = [{pageSize: "3MB", limit: 1}]
RH-02|/linux/resources/hugepageLimits/0: missing "limit"|.linux.resources.hugepageLimits = [{pageSize: "2MB"}]
RN-01|/linux/resources/network/classID: expected|.linux.resources.network = {classID: 4294967296}
RN-01|/linux/resources/network|.linux.resources.network = {classID: 1}
RN-02|/linux/resources/network/priorities/0: missing "priority"|.linux.resources.network = {priorities: [{name: "lo"}]}
RN-02|/linux/resources/network|.linux.resources.network = {priorities: [{name: "lo", priority: 1}]}
RP-01|/linux/resources/pids/limit: expected|.linux.resources.pids = {limit: 1.5}
RR-01|/linux/resources/rdma|.linux.resources.rdma = {mlx5_1: {hcaHandles: 3}}
RR-02|/linux/resources/rdma/mlx5_1: needs "hcaHandles" or|.linux.resources.rdma = {mlx5_1: {}}
RU-01|/linux/resources/unified/..~1x.y: a key must not contain|.linux.resources.unified = {"../x.y": "1"}
RU-01|/linux/resources/unified/memory: a key must be a file name|.linux.resources.unified = {memory: "1"}
RU-02|/linux/resources/unified|.linux.resources.unified = {"nosuch.max": "1"}
RU-03|/linux/resources/unified|.linux.resources.unified = {"cgroup.nosuch": "1"}
END
  # A period limits nothing by itself: without the controller there is nobody who would refuse it.
  ! has_controller cpu || refuse RC-03 "/linux/resources/cpu: write" '.linux.resources.cpu = {period: 1}'
}

# RM-01, RM-11: what was charged to a group that was there before. On v1 the kernel looks, too; what lies in a
# tmpfs it can only swap out.
@test "refusals: a memory limit below what is in use, when it is to be checked" {
  need_controller memory
  local group
  group=$(cgroup_dir memory)
  mkdir "$group" "$T/ram"
  mount -t tmpfs ram "$T/ram"
  sh -c 'echo $$ >"$1/cgroup.procs"; exec head -c 8000000 /dev/zero >"$2/file"' sh "$group" "$T/ram"
  refuse_in_use true "/linux/resources/memory/limit: 4194304 is not above the"
  is_v2 || [ "$(wc -l </proc/swaps)" -gt 1 ] || refuse_in_use false "/linux/resources/memory: the limit 4194304 is too low for the "
  umount "$T/ram"
  eventually rmdir_gone "$group"
}

refuse_in_use() {
  bundle ".linux.resources.memory = {limit: 4194304, checkBeforeUpdate: $1}"
  create
  fails "$2"
  rt state "$ID"
  fails "does not exist"
}

@test "refusals: what only one cgroup version can do" {
  if is_v2; then
    refuse_all <<END
RM-03|/linux/resources/memory/swap: unable to set swap|.linux.resources.memory = {swap: 16777216}
RM-06|/linux/resources/memory/kernel: cgroup v2 has nothing|.linux.resources.memory = {kernel: 16777216}
RM-07|/linux/resources/memory/kernelTCP: cgroup v2 has nothing|.linux.resources.memory = {kernelTCP: 16777216}
RM-08|/linux/resources/memory/swappiness: cgroup v2 has nothing|.linux.resources.memory = {swappiness: 10}
RM-09|/linux/resources/memory/disableOOMKiller: cgroup v2 has nothing|.linux.resources.memory = {disableOOMKiller: true}
RM-10|/linux/resources/memory/useHierarchy: cgroup v2 has nothing|.linux.resources.memory = {useHierarchy: false}
RC-07|/linux/resources/cpu/realtimeRuntime: cgroup v2 has nothing|.linux.resources.cpu = {realtimeRuntime: 5}
RC-08|/linux/resources/cpu/realtimePeriod: cgroup v2 has nothing|.linux.resources.cpu = {realtimePeriod: 5}
RB-02|/linux/resources/blockIO/leafWeight: cgroup v2 has nothing|.linux.resources.blockIO = {leafWeight: 10}
RB-04|/linux/resources/blockIO/weightDevice/0/leafWeight: cgroup v2 has nothing|.linux.resources.blockIO = {weightDevice: [{major: 8, minor: 0, leafWeight: 10}]}
RN-01|/linux/resources/network/classID: cgroup v2 has nothing|.linux.resources.network = {classID: 1}
RN-02|/linux/resources/network/priorities: cgroup v2 has nothing|.linux.resources.network = {priorities: [{name: "lo", priority: 1}]}
END
  else
    refuse_all <<END
RC-01|/linux/resources/cpu/shares: the minimum allowed|.linux.resources.cpu = {shares: 1}
RC-01|/linux/resources/cpu/shares: the maximum allowed|.linux.resources.cpu = {shares: 262145}
RU-04|/linux/resources/unified: this host is not on cgroup v2 alone|.linux.resources.unified = {"memory.high": "1000000"}
END
  fi
}

RULE='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["getcpu"], action: "SCMP_ACT_ERRNO"}]} |'

@test "refusals: seccomp" {
  refuse_all <<END
SC-02|/linux/seccomp: missing "defaultAction"|.linux.seccomp = {}
SC-02|/linux/seccomp/defaultAction: expected|.linux.seccomp = {defaultAction: "SCMP_ACT_NOSUCH"}
SC-03|/linux/seccomp/defaultErrnoRet: has no meaning for "SCMP_ACT_ALLOW"|$RULE .linux.seccomp.defaultErrnoRet = 1
SC-03|/linux/seccomp/defaultErrnoRet: must be at most 65535|.linux.seccomp = {defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 65536}
SC-03|/linux/seccomp/defaultErrnoRet: no errno is above 4094|.linux.seccomp = {defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 4095}
SC-04|/linux/seccomp/architectures/1: expected|$RULE .linux.seccomp.architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_NOSUCH"]
SC-04|/linux/seccomp/architectures/0: libseccomp cannot add SCMP_ARCH_S390X|$RULE .linux.seccomp.architectures = ["SCMP_ARCH_S390X"]
SC-05|/linux/seccomp/flags/0: expected|$RULE .linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_NOSUCH"]
SF-04|/linux/seccomp/flags/0: "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" needs|$RULE .linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]
SC-06|/linux/seccomp/listenerPath: "SCMP_ACT_NOTIFY" needs it|$RULE .linux.seccomp.syscalls[0].action = "SCMP_ACT_NOTIFY"
SC-06|/linux/seccomp/listenerPath: |$RULE .linux.seccomp.syscalls[0].action = "SCMP_ACT_NOTIFY" | .linux.seccomp.listenerPath = "/no/such/socket"
SC-07|/linux/seccomp/listenerMetadata: needs "listenerPath"|$RULE .linux.seccomp.listenerMetadata = "x"
SC-09|/linux/seccomp/syscalls/0/names: must have at least one|$RULE .linux.seccomp.syscalls[0].names = []
SC-09|/linux/seccomp/syscalls/0/names/1: must not be empty|$RULE .linux.seccomp.syscalls[0].names += [""]
SC-09|/linux/seccomp/syscalls/0: missing "names"|$RULE del(.linux.seccomp.syscalls[0].names)
SC-10|/linux/seccomp/syscalls/0: missing "action"|$RULE del(.linux.seccomp.syscalls[0].action)
SC-10|/linux/seccomp/syscalls/0/action: expected|$RULE .linux.seccomp.syscalls[0].action = "SCMP_ACT_NOSUCH"
SC-11|/linux/seccomp/syscalls/0/errnoRet: must be at most 65535|$RULE .linux.seccomp.syscalls[0].errnoRet = 65536
SC-11|/linux/seccomp/syscalls/0/errnoRet: has no meaning for "SCMP_ACT_TRAP"|$RULE .linux.seccomp.syscalls[0] |= (.action = "SCMP_ACT_TRAP" | .errnoRet = 1)
SC-12|/linux/seccomp/syscalls/0/args/0/index: must be 0 to 5|$RULE .linux.seccomp.syscalls[0].args = [{index: 6, value: 1, op: "SCMP_CMP_EQ"}]
SC-12|/linux/seccomp/syscalls/0/args/0: missing "index"|$RULE .linux.seccomp.syscalls[0].args = [{value: 1, op: "SCMP_CMP_EQ"}]
SC-13|/linux/seccomp/syscalls/0/args/0: missing "value"|$RULE .linux.seccomp.syscalls[0].args = [{index: 1, op: "SCMP_CMP_EQ"}]
SC-14|/linux/seccomp/syscalls/0/args/0/valueTwo: expected|$RULE .linux.seccomp.syscalls[0].args = [{index: 1, value: 1, valueTwo: -1, op: "SCMP_CMP_EQ"}]
SC-15|/linux/seccomp/syscalls/0/args/0/op: expected|$RULE .linux.seccomp.syscalls[0].args = [{index: 1, value: 1, op: "SCMP_CMP_NOSUCH"}]
SA-09|/linux/seccomp/defaultAction: "SCMP_ACT_NOTIFY" cannot be|.linux.seccomp = {defaultAction: "SCMP_ACT_NOTIFY", listenerPath: "/x"}
END
}

@test "refusals: sysctl, propagation, masked and read-only paths" {
  refuse_all <<END
SY-01|/linux/sysctl/net.ipv4.nosuch: open|.linux.sysctl = {"net.ipv4.nosuch": "1"}
SY-01|/linux/sysctl/net.ipv4.ip_forward: write: invalid argument|.linux.sysctl = {"net.ipv4.ip_forward": "word"}
SY-01|/linux/sysctl/net.ipv4.ip_forward: the value must be one line|.linux.sysctl = {"net.ipv4.ip_forward": "1\\n1"}
SY-01|/linux/sysctl/net~1ipv4~1nosuch: open|.linux.sysctl = {"net/ipv4/nosuch": "1"}
SY-02|/linux/sysctl/net..core: not a sysctl key|.linux.sysctl = {"net..core": "1"}
SY-02|/linux/sysctl/net~1..~1kernel~1panic: not a sysctl key|.linux.sysctl = {"net/../kernel/panic": "1"}
SY-03|/linux/sysctl/kernel.hostname: use "hostname"|.linux.sysctl = {"kernel.hostname": "x"}
SY-03|/linux/sysctl/vm.swappiness: belongs to no namespace|.linux.sysctl = {"vm.swappiness": "1"}
SY-03|/linux/sysctl/kernel.shmmax: needs a namespace of type "ipc"|.linux.sysctl = {"kernel.shmmax": "1"} | .linux.namespaces |= map(select(.type != "ipc"))
SY-03|/linux/sysctl/user.max_user_namespaces: needs a namespace of type "user"|.linux.sysctl = {"user.max_user_namespaces": "1"}
SY-03|/linux/sysctl/net.ipv4.ip_forward: would change|$JOIN_NET "/proc/self/ns/net" | .linux.sysctl = {"net.ipv4.ip_forward": "$(cat /proc/sys/net/ipv4/ip_forward)"} | .mounts |= map(select(.destination != "/sys"))
RP2-01|/linux/rootfsPropagation: expected|.linux.rootfsPropagation = "sideways"
MK-01|/linux/maskedPaths: mask /proc/self/ns/net: open|.linux.maskedPaths = ["/proc/self/ns/net"]
RO-01|/linux/readonlyPaths: make read-only /proc/1/ns/net: open|.linux.readonlyPaths = ["/proc/1/ns/net"]
GEN-13|/linux/namespaces: mounts, a read-only root|.linux.namespaces |= map(select(.type != "mount"))
MK-01|/linux/maskedPaths/3: must be an absolute path|.linux.maskedPaths += ["proc/kcore"]
RO-01|/linux/readonlyPaths/0: must be an absolute path|.linux.readonlyPaths = [""]
END
}
