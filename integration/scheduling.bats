#!/usr/bin/env bats
# How the program is run: scheduler, I/O priority, processors, memory policy, personality, session keyring.
# runtime-spec.md section 8 (PR-17 to PR-29), section 16 (MP), PS. Most of it is newer than runc 1.1: rt-only.
load helpers

# refused POINTER CONFIG-CHANGE [TEXT]: create fails at that place of the document, and nothing is left.
refused() {
  bundle "$2"
  GLOBAL=(--log "$T/log" --log-format json)
  create
  GLOBAL=()
  fails "${@:3}"
  [ "$(jq -rs '.[-1].pointer' "$T/log")" = "$1" ] || die "pointer of $2: $(cat "$T/log")"
  nothing_left
}

# A new cgroup v1 group has no time for real-time policies unless it gets some (CONFIG_RT_GROUP_SCHED).
real_time() {
  [ ! -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] ||
    echo '| .linux.resources.cpu = {realtimeRuntime: 100000, realtimePeriod: 1000000}'
}

# scheduler JSON JQ: the program is run so.
scheduler() {
  bundle ".process.scheduler = $1 $(real_time)"
  inside sched
  expect "$2"
}

# bats test_tags=rt-only
@test "scheduling: each policy that the kernel has is set, with its values" {
  scheduler '{policy: "SCHED_OTHER", nice: 7}' '.policy == 0 and .nice == 7'
  scheduler '{policy: "SCHED_FIFO", priority: 11}' '.policy == 1 and .priority == 11'
  scheduler '{policy: "SCHED_RR", priority: 99}' '.policy == 2 and .priority == 99'
  scheduler '{policy: "SCHED_BATCH", nice: -3}' '.policy == 3 and .nice == -3'
  scheduler '{policy: "SCHED_IDLE"}' '.policy == 5'
  scheduler '{policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 20000000, period: 30000000, flags: ["SCHED_FLAG_RESET_ON_FORK"]}' \
    '.policy == 6 and .runtime == 1000000 and .deadline == 20000000 and .period == 30000000'
}

# bats test_tags=rt-only
@test "scheduling: flags are set" {
  scheduler '{policy: "SCHED_RR", priority: 3, flags: ["SCHED_FLAG_RESET_ON_FORK"]}' '.flags == 1 and .priority == 3'
  scheduler '{policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 20000000, period: 20000000,
    flags: ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN"]}' '.flags == 7'
}

# bats test_tags=rt-only
@test "scheduling: without a scheduler the caller's stays" {
  bundle
  set_args /probe sched
  call "$T/stdout" "$T/stderr" nice -n 4 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.policy == 0 and .nice == 4'
}

# bats test_tags=rt-only
@test "scheduling: what no policy can be is refused" {
  refused /process/scheduler/policy '.process.scheduler = {policy: "SCHED_NOSUCH"}'
  refused /process/scheduler '.process.scheduler = {nice: 1}' '"policy"'
  refused /process/scheduler/nice '.process.scheduler = {policy: "SCHED_OTHER", nice: 20}'
  refused /process/scheduler/nice '.process.scheduler = {policy: "SCHED_BATCH", nice: -21}'
  refused /process/scheduler/priority '.process.scheduler = {policy: "SCHED_FIFO"}'
  refused /process/scheduler/priority '.process.scheduler = {policy: "SCHED_RR", priority: 100}'
  refused /process/scheduler/priority '.process.scheduler = {policy: "SCHED_OTHER", priority: 1}'
  refused /process/scheduler/flags/1 '.process.scheduler = {policy: "SCHED_OTHER", flags: ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_NO"]}'
  refused /process/scheduler/runtime '.process.scheduler = {policy: "SCHED_OTHER", runtime: 1}'
  refused /process/scheduler/deadline '.process.scheduler = {policy: "SCHED_FIFO", priority: 1, deadline: 1}'
  refused /process/scheduler/period '.process.scheduler = {policy: "SCHED_IDLE", period: 1}'
}

# bats test_tags=rt-only
@test "scheduling: what the kernel refuses is refused" {
  refused /process/scheduler '.process.scheduler = {policy: "SCHED_ISO"}' "invalid argument"
  refused /process/scheduler '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 3000000, deadline: 2000000, period: 2000000}' "invalid argument"
}

# bats test_tags=rt-only
@test "scheduling: each io class is set, with its level" {
  local row
  for row in "RT 1 0" "RT 1 7" "BE 2 3" "IDLE 3 0"; do
    set -- $row
    bundle ".process.ioPriority = {class: \"IOPRIO_CLASS_$1\", priority: $3}"
    inside process
    expect ".ioprio_class == $2 and .ioprio_data == $3"
  done
}

# bats test_tags=rt-only
@test "scheduling: an io class or level that cannot be is refused" {
  refused /process/ioPriority/class '.process.ioPriority = {class: "IOPRIO_CLASS_NO", priority: 0}'
  refused /process/ioPriority '.process.ioPriority = {priority: 0}' '"class"'
  refused /process/ioPriority '.process.ioPriority = {class: "IOPRIO_CLASS_BE"}' '"priority"'
  refused /process/ioPriority/priority '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 8}'
  refused /process/ioPriority/priority '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: -1}'
}

# PR-25, EM-29.
@test "scheduling: execCPUAffinity is not for the first process" {
  [ "$(nproc)" -gt 1 ] || die "this test needs two processors"
  bundle '.process.execCPUAffinity = {initial: "0", final: "0"}'
  inside process
  expect '.cpus | length > 1'
}

# PR-26, PR-27.
# bats test_tags=rt-only
@test "scheduling: execCPUAffinity must be lists of processors" {
  refused /process/execCPUAffinity/initial '.process.execCPUAffinity = {initial: "0-x"}'
  refused /process/execCPUAffinity/final '.process.execCPUAffinity = {initial: "0", final: "3-1"}'
  refused /process/execCPUAffinity/final '.process.execCPUAffinity = {final: "a"}'
  bundle '.process.execCPUAffinity = {initial: " 0, 1 ", final: ""} | .process.args = ["/bin/true"]'
  run_here
  ok
}

# PR-28. runc 1.1.5 leaves the caller's mask.
# bats test_tags=rt-only
@test "scheduling: the processors are those of the cpuset, whatever the caller's mask" {
  need_controller cpuset
  bundle '.linux.resources.cpu = {cpus: "1", mems: "0"}'
  set_args /probe process
  call "$T/stdout" "$T/stderr" taskset -c 0 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.cpus == [1]'
}

# PR-29.
@test "scheduling: the session keyring is the container's own" {
  bundle
  inside keyring
  expect '.name == "_ses." + $id'
}

@test "scheduling: with --no-new-keyring it is the caller's" {
  bundle
  set_args /probe keyring
  run_here --no-new-keyring
  ok
  expect ".serial == $("$TOOLS/probe" keyring | jq .serial)"
}

# MP-01 to MP-04: bits of <linux/mempolicy.h>.
# bats test_tags=rt-only
@test "scheduling: the memory policy is set, with nodes and flags" {
  local row
  for row in 'null|.mode == 0 and .nodes == 0' '{mode: "MPOL_DEFAULT"}|.mode == 0 and .nodes == 0' \
    '{mode: "MPOL_PREFERRED", nodes: "0"}|.mode == 1 and .nodes == 1' '{mode: "MPOL_BIND", nodes: "0"}|.mode == 2 and .nodes == 1' \
    '{mode: "MPOL_INTERLEAVE", nodes: "0"}|.mode == 3 and .nodes == 1' '{mode: "MPOL_LOCAL", nodes: ""}|.mode == 4' \
    '{mode: "MPOL_PREFERRED_MANY", nodes: "0-0"}|.mode == 5 and .nodes == 1' \
    '{mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES"]}|.mode == 32770 and .nodes == 1'; do
    bundle ".linux.memoryPolicy = ${row%%|*}"
    inside mempolicy
    expect "${row#*|}"
  done
}

# bats test_tags=rt-only
@test "scheduling: a memory policy that cannot be is refused" {
  refused /linux/memoryPolicy/mode '.linux.memoryPolicy = {mode: "MPOL_NOSUCH"}'
  refused /linux/memoryPolicy '.linux.memoryPolicy = {nodes: "0"}' '"mode"'
  refused /linux/memoryPolicy/nodes '.linux.memoryPolicy = {mode: "MPOL_DEFAULT", nodes: "0"}'
  refused /linux/memoryPolicy/nodes '.linux.memoryPolicy = {mode: "MPOL_LOCAL", nodes: "0"}'
  local mode
  for mode in BIND INTERLEAVE PREFERRED_MANY WEIGHTED_INTERLEAVE; do
    refused /linux/memoryPolicy/nodes ".linux.memoryPolicy = {mode: \"MPOL_$mode\"}"
  done
  refused /linux/memoryPolicy/nodes '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0-"}'
  refused /linux/memoryPolicy/flags/0 '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_NO"]}'
}

# MP-01, MP-04: nodes that the machine lacks, flags that exclude each other.
# bats test_tags=rt-only
@test "scheduling: a memory policy that the kernel refuses is refused" {
  refused /linux/memoryPolicy '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "1023"}' "set_mempolicy"
  refused /linux/memoryPolicy '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES"]}' "set_mempolicy"
}

# PS-01, PS-02, DV-21: newer than, or a warning of, runc 1.1.
# bats test_tags=rt-only
@test "scheduling: a personality that cannot be is refused" {
  refused /linux/personality/domain '.linux.personality = {domain: "BSD"}'
  refused /linux/personality '.linux.personality = {flags: []}' '"domain"'
  refused /linux/personality/flags '.linux.personality = {domain: "LINUX", flags: ["ADDR_NO_RANDOMIZE"]}'
}
