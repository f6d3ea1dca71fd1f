#!/usr/bin/env bats
# The command "update": cli.md 1B.1. What the kernel has afterwards is what counts.
load helpers
load cgroups

# is CONTROLLER FILE VALUE: the container's cgroup file says so.
is() {
  [ "$(cgroup_value "$1" "$2")" = "$3" ] || die "$2 is $(cgroup_value "$1" "$2"), not $3"
}

# by_document JSON
by_document() {
  printf '%s' "$1" >"$T/resources.json"
  rt update --resources "$T/resources.json" "$ID"
}

memory_is() {
  if is_v2; then is memory memory.max "$1"; else is memory memory.limit_in_bytes "$1"; fi
}

@test "update: changes a memory limit up and down" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 33554432}'
  created
  rt update --memory 64m "$ID"
  ok
  memory_is 67108864
  rt update --memory 48m "$ID"
  ok
  memory_is 50331648
}

@test "update: memory and swap together, in the order that the kernel accepts" {
  need_controller memory
  is_v2 || [ -e /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes ] || skip "no swap accounting"
  bundle '.linux.resources.memory = {limit: 33554432, swap: 33554432}'
  created
  rt update --memory 64m --memory-swap 80m "$ID"
  ok
  memory_is 67108864
  rt update --memory 24m --memory-swap 24m "$ID"
  ok
  memory_is 25165824
  if is_v2; then
    is memory memory.swap.max 0
  else
    is memory memory.memsw.limit_in_bytes 25165824
  fi
}

@test "update: leaves alone what is not named" {
  need_controller cpu
  need_controller pids
  bundle '.linux.resources.cpu = {shares: 512, quota: 20000, period: 50000} | .linux.resources.pids.limit = 20'
  created
  rt update --pids-limit 30 "$ID"
  ok
  is pids pids.max 30
  rt update --cpu-quota 30000 "$ID"
  ok
  if is_v2; then
    is cpu cpu.max "30000 50000"
    is cpu cpu.weight 59
  else
    is cpu cpu.cfs_quota_us 30000
    is cpu cpu.cfs_period_us 50000
    is cpu cpu.shares 512
  fi
}

@test "update: takes a document from a file and from stdin" {
  need_controller pids
  bundle
  created
  by_document '{"pids": {"limit": 17}, "unknown": {"a": 1}}'
  ok
  is pids pids.max 17
  printf '{"pids": {"limit": 18}}' >"$T/in"
  "$RUNTIME" --root "$ROOT" update --resources - "$ID" <"$T/in"
  is pids pids.max 18
}

# What each manager writes: Docker 20.10 by containerd's shim for "docker update --memory 64m --pids-limit 31", where zeros stand
# for what was not given; kubelet by containerd and by CRI-O for a resize; Podman for "podman update --cpus 0.5 --memory 56m".
# (Those of Docker are of its source, toContainerdResources(); those of CRI are of the runtimes' updateContainerLinuxResources.)
@test "update: the documents of the managers, one after another" {
  need_controller memory
  need_controller pids
  need_controller cpu
  bundle '.linux.resources.memory = {limit: 33554432} | .linux.resources.cpu = {shares: 512, quota: 20000, period: 50000}'
  created
  by_document '{"memory":{"limit":67108864,"reservation":0,"kernel":0},"cpu":{"cpus":"","mems":""},"pids":{"limit":31},"blockIO":{"weight":0}}'
  ok_but_for_kernel_memory
  memory_is 67108864
  is pids pids.max 31
  quota_is 20000 50000
  by_document '{"memory":{"limit":0,"reservation":0,"kernel":0},"cpu":{"cpus":"","mems":""},"pids":{"limit":32},"blockIO":{"weight":0}}'
  ok_but_for_kernel_memory
  memory_is 67108864
  is pids pids.max 32
  by_document '{"devices":[{"allow":false,"access":"rwm"}],"memory":{"limit":62914560},"cpu":{"shares":256,"quota":30000,"period":100000},"unified":{}}'
  ok
  memory_is 62914560
  is pids pids.max 32
  quota_is 30000 100000
  by_document '{"memory":{"limit":60817408},"cpu":{"shares":256,"quota":40000,"period":100000}}'
  ok
  quota_is 40000 100000
  by_document '{"memory":{"limit":58720256},"cpu":{"quota":50000,"period":100000},"pids":null,"blockIO":null}'
  ok
  memory_is 58720256
  quota_is 50000 100000
  is pids pids.max 32
  rt update --cpu-period 200000 "$ID"
  ok
  quota_is 50000 200000
}
ok_but_for_kernel_memory() {
  [ "$status" -eq 0 ] || die "update"
  [ -z "$stderr" ] || [[ "$stderr" == *"Kernel memory settings are ignored"* ]] || die "stderr"
}
quota_is() {
  if is_v2; then is cpu cpu.max "$1 $2"; else
    is cpu cpu.cfs_quota_us "$1"
    is cpu cpu.cfs_period_us "$2"
  fi
}

# runc 1.1.5 is a program of many threads in there and dies of the limit.
# bats test_tags=rt-only
@test "update: the new limit bites at once, and no longer when it is raised again" {
  need_controller pids
  bundle '.process.args = ["/probe", "wait"]'
  started
  eventually grep -q ready "$T/out"
  rt exec "$ID" /bin/sh -c '/bin/true; echo forked'
  ok
  [ "$stdout" = forked ]
  rt update --pids-limit 2 "$ID"
  ok
  rt exec "$ID" /bin/sh -c '/bin/true; echo forked'
  [ "$status" -ne 0 ] || die "a third process was made"
  rt update --pids-limit 20 "$ID"
  ok
  rt exec "$ID" /bin/sh -c '/bin/true; echo forked'
  ok
}

# runc 1.1.5 keeps what it wrote before the error.
# bats test_tags=rt-only
@test "update: a refused limit puts all of them back" {
  need_controller pids
  need_controller cpuset
  bundle '.linux.resources.pids.limit = 20'
  created
  local before
  before=$(cgroup_value cpuset cpuset.cpus)
  by_document '{"cpu": {"cpus": "0"}, "pids": {"limit": 5}, "blockIO": {"throttleReadBpsDevice": [{"major": 9999, "minor": 1, "rate": 5}]}}'
  fails
  is pids pids.max 20
  # An empty cpuset of v2 that holds processes cannot be had again: then all that it meant.
  if [ -n "$before" ]; then
    is cpuset cpuset.cpus "$before"
  else
    is cpuset cpuset.cpus "$(cat /sys/fs/cgroup/cpuset.cpus.effective)"
  fi
}

# bats test_tags=rt-only
@test "update: says which value it cannot read, and changes nothing" {
  need_controller pids
  bundle '.linux.resources.pids.limit = 20'
  created
  rt update --pids-limit many "$ID"
  fails 'invalid value for pids-limit: "many"'
  by_document '{"pids": {"limit": "5"}}'
  fails "/pids/limit"
  by_document '{"memory": {"swappiness": 101}}'
  fails "/memory/swappiness"
  is pids pids.max 20
}

@test "update: refuses a stopped and an unknown container" {
  bundle
  created
  rt kill "$ID" KILL
  ok
  eventually is_stopped
  rt update --pids-limit 5 "$ID"
  fails "container not running"
  rt update --pids-limit 5 nobody
  fails "does not exist"
}
is_stopped() {
  rt state "$ID"
  [ "$(jq -r .status <<<"$stdout")" = stopped ]
}

# RM-11. On v1 it is the kernel that refuses.
@test "update: checkBeforeUpdate refuses a limit below what is in use" {
  need_controller memory
  bundle '.process.args = ["/probe", "wait"] | .linux.resources.memory = {limit: 67108864}'
  started
  eventually grep -q ready "$T/out"
  by_document '{"memory": {"limit": 4096, "checkBeforeUpdate": true}}'
  fails
  memory_is 67108864
}

@test "update: schemas of Intel RDT are refused where there is none, and nothing is changed" {
  need_controller pids
  [ ! -e /sys/fs/resctrl/info ] || skip "this machine has resctrl"
  bundle '.linux.resources.pids.limit = 20'
  created
  rt update --pids-limit 5 --l3-cache-schema L3:0=f "$ID"
  fails "Intel RDT/CAT: l3 cache schema is not enabled"
  rt update --pids-limit 5 --mem-bw-schema MB:0=50 "$ID"
  fails "Intel RDT/MBA: memory bandwidth schema is not enabled"
  is pids pids.max 20
}

# cli.md section 7, 17.
@test "update: takes a whole document from stdin, and a later flag keeps the rest" {
  need_controller cpu
  need_controller memory
  bundle
  created
  local document
  for document in \
    '{"memory":{"limit":33554432},"cpu":{"shares":512,"quota":20000,"period":50000}}' \
    '{"devices":[],"memory":{"limit":33554432,"swap":-1,"kernel":0},"cpu":{"shares":512,"quota":20000,"period":50000,"cpus":"","mems":""},"blockIO":{}}'; do
    printf '%s' "$document" >"$T/in"
    "$RUNTIME" --root "$ROOT" update --resources - "$ID" <"$T/in"
    memory_is 33554432
  done
  rt update --cpu-period 40000 "$ID"
  ok
  if is_v2; then
    is cpu cpu.max "20000 40000"
  else
    is cpu cpu.cfs_quota_us 20000
    is cpu cpu.cfs_period_us 40000
  fi
}
