#!/usr/bin/env bats
# The memory controller: runtime-spec.md 13.2, 14.1.
load helpers
load cgroups

# v1 spells unlimited as the largest multiple of a page.
V1_MAX=9223372036854771712

need_swap() {
  is_v2 || [ -e /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes ] || skip "no swap accounting"
}

@test "cgroups: memory.limit is set" {
  need memory
  resources '{memory: {limit: 33554432, reservation: 16777216}}'
  created
  limits memory memory.limit_in_bytes=33554432 memory.max=33554432
  limits memory memory.soft_limit_in_bytes=16777216 memory.low=16777216
  update_by '{"memory": {"limit": 67108864, "reservation": 8388608}}'
  limits memory memory.limit_in_bytes=67108864 memory.max=67108864
  limits memory memory.soft_limit_in_bytes=8388608 memory.low=8388608
  deleted
}

@test "cgroups: memory.limit -1 is unlimited" {
  need memory
  resources '{memory: {limit: -1, reservation: -1}}'
  created
  limits memory memory.limit_in_bytes=$V1_MAX memory.max=max
  limits memory memory.soft_limit_in_bytes=$V1_MAX memory.low=max
  rt update --memory 32m "$ID"
  ok
  limits memory memory.limit_in_bytes=33554432 memory.max=33554432
  rt update --memory -1 "$ID"
  ok
  limits memory memory.limit_in_bytes=$V1_MAX memory.max=max
}

@test "cgroups: memory.limit bites: 137" {
  need memory
  resources '{memory: {limit: 33554432, swap: 33554432}}'
  is_v2 || edit 'del(.linux.resources.memory.swap)'
  set_args /probe eat 100000000
  run_here
  [ "$status" -eq 137 ] || die "wanted 137"
  [[ "$stdout" != *ate* ]]
}

# RM-12: what the kernel counts is there as long as the container is.
@test "cgroups: a kill for lack of memory is counted, and one after a raise is none" {
  need memory
  resources '{memory: {limit: 33554432}}' '{}'
  edit '.process.args = ["/bin/sh", "-c", "/probe eat 60000000 || echo killed; read word; /probe eat 60000000; exec /probe sleep"]'
  mkfifo "$T/in"
  sleep 60 >"$T/in" 3>&- 4>&- &
  HELPERS+=("$!")
  status=0
  timeout "$LIMIT" "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" create --bundle "$B" "$ID" <"$T/in" >"$T/out" 2>"$T/err" 3>&- 4>&- || status=$?
  [ "$status" -eq 0 ] || die "$(cat "$T/err")"
  rt start "$ID"
  ok
  eventually grep -q killed "$T/out"
  [ "$(kills)" -eq 1 ] || die "counted $(kills)"
  rt update --memory 128m "$ID"
  ok
  echo word >"$T/in"
  eventually grep -q 'ate 60000000' "$T/out"
  [ "$(kills)" -eq 1 ] || die "counted $(kills)"
}
kills() {
  if is_v2; then limit memory memory.events; else limit memory memory.oom_control; fi |
    sed -n 's/^oom_kill //p'
}

@test "cgroups: memory.limit lets pass what is below it" {
  need memory
  resources '{memory: {limit: 67108864}}'
  inside eat 20000000
  [ "$stdout" = "ate 20000000" ]
}

@test "cgroups: memory.swappiness and memory.disableOOMKiller are set on v1 and refused on v2" {
  need memory
  if [ "$VERSION" = 1 ]; then
    resources '{memory: {swappiness: 10, disableOOMKiller: true}}'
    created
    has memory memory.swappiness 10
    limit memory memory.oom_control | grep -qx 'oom_kill_disable 1'
    return
  fi
  # runc passes over them in silence.
  is_rt || return 0
  local member
  for member in 'swappiness: 10' 'disableOOMKiller: true' 'kernel: 1000000' 'kernelTCP: 1000000'; do
    resources "{memory: {$member}}"
    create
    fails "/linux/resources/memory/${member%%:*}" "cgroup v2 has nothing like it"
  done
  nothing_left
  resources '{memory: {disableOOMKiller: false, useHierarchy: true, kernel: 0, kernelTCP: 0}}'
  created
}

# 14.1. On v2 the two are converted, on v1 they are in one order or the other.
@test "cgroups: memory.swap is memory and swap together" {
  need memory
  need_swap
  resources '{memory: {limit: 33554432, swap: 50331648}}'
  created
  limits memory memory.memsw.limit_in_bytes=50331648 memory.swap.max=16777216
  update_by '{"memory": {"limit": 67108864, "swap": 67108864}}'
  limits memory memory.limit_in_bytes=67108864 memory.max=67108864
  limits memory memory.memsw.limit_in_bytes=67108864 memory.swap.max=0
  update_by '{"memory": {"limit": 16777216, "swap": -1}}'
  limits memory memory.memsw.limit_in_bytes=$V1_MAX memory.swap.max=max
  update_by '{"memory": {"limit": 16777216, "swap": 20971520}}'
  limits memory memory.memsw.limit_in_bytes=20971520 memory.swap.max=4194304
}

@test "cgroups: memory.swap below memory.limit is refused" {
  need memory
  resources '{memory: {limit: 33554432, swap: 16777216}}'
  create
  fails
  nothing_left
}

# security.md row 10, RM-12. runc 1.1.5 reports something else, and may leave the group. v1 refuses the limit when it
# cannot take back what is used by then; else the kernel kills.
# bats test_tags=rt-only
@test "cgroups: a memory limit that is too low for a start is said so" {
  need memory
  resources '{memory: {limit: 65536}}'
  create
  [ "$status" -eq 0 ] && return 0
  if [[ "$VERSION" = 1 && "$stderr" != *OOM* ]]; then
    fails "/linux/resources/memory: the limit 65536 is too low for the " " bytes in use, raise it"
  else
    fails "OOM"
  fi
  nothing_left
}

# systemd removes the cgroup of a scope as soon as nobody is in it: then it is rt's own next call that fails, which is
# bpf(2) at the latest.
# bats test_tags=rt-only
@test "cgroups: a memory limit that is too low for a start is said so, however late rt is" {
  need memory
  [ "$VERSION" = 2 ] || skip "v2 only"
  resources '{memory: {limit: 65536}}'
  call "$T/out" "$T/err" strace -o "$T/trace" -e trace=bpf -e inject=bpf:delay_enter=500000 \
    "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" create --bundle "$B" "$ID"
  fails "OOM"
  nothing_left
}

# The counter of a cgroup that was there before says what happened before. v1 only.
killed_earlier() {
  local group
  group=$(group_of memory)
  mkdir -p "$group"
  echo 33554432 >"$group/memory.limit_in_bytes"
  (echo "$BASHPID" >"$group/cgroup.procs" && exec "$B/rootfs/probe" eat 60000000) || true
  [ "$(kills)" -ge 1 ] || die "counted $(kills)"
  echo -1 >"$group/memory.limit_in_bytes"
}

# bats test_tags=rt-only
@test "cgroups: an earlier kill in the same cgroup is no reason why create fails" {
  need memory
  [ "$VERSION" = 1 ] || skip "v1 only"
  bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["no-such-option=1"]}]'
  killed_earlier
  create
  fails "no-such-option"
  rmdir "$(group_of memory)"
  nothing_left
}

# little_more BYTES: beyond what is used now. An environment of a megabyte has then no room in the program's memory beside rt-init's.
LONG='[range(10) | "LONG\(.)=" + ("x" * 100000)]'
little_more() {
  if [ "$(version_of memory)" = 1 ]; then
    echo "$(($(limit memory memory.usage_in_bytes) + $1))" >"$(group_of memory)/memory.limit_in_bytes"
  else
    echo "$(($(limit memory memory.current) + $1))" >"$(group_of memory)/memory.max"
  fi
}

# bats test_tags=rt-only
@test "cgroups: a kill for lack of memory while the program is executed is said so" {
  need memory
  resources '{memory: {limit: 33554432}}'
  edit ".process.env += $LONG"
  created_never_reaped
  little_more 8192
  rt start "$ID"
  fails "OOM-killed"
  rt delete "$ID"
  ok
  kill "$HELPER"
  finish "$HELPER"
  nothing_left
}

# bats test_tags=rt-only
@test "cgroups: a kill for lack of memory of what is to be executed is said so" {
  need memory
  [ -z "${RT_TEST_MANAGER:-}" ] || skip "systemd ends a scope in which the kernel has killed"
  resources '{memory: {limit: 33554432}}'
  started
  jq ".process | .args = [\"/bin/true\"] | .env += $LONG" "$B/config.json" >"$T/process.json"
  little_more 1000000
  rt exec --process "$T/process.json" "$ID"
  fails "lack of memory"
  [ "$status" -eq 255 ]
  [ "$(status_of "$ID")" = running ]
}

# bats test_tags=rt-only
@test "cgroups: an earlier kill in the same cgroup is no reason why start fails" {
  need memory
  [ "$VERSION" = 1 ] || skip "v1 only"
  bundle 'del(.linux.namespaces[] | select(.type == "pid"))' '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "kill -9 $PPID"]}]'
  killed_earlier
  created
  rt start "$ID"
  fails "died before the program was executed"
  rt delete "$ID"
  ok
  rmdir "$(group_of memory)"
  nothing_left
}

@test "cgroups: unified memory files are written, and memory.oom.group takes all" {
  need memory
  [ "$VERSION" = 2 ] || skip "v2 only"
  resources '{memory: {limit: 33554432}}' '{unified: {"memory.oom.group": "1", "memory.high": "31457280", "memory.min": "4096",
    "memory.swap.max": "0"}}' '{}'
  edit '.process.args = ["/bin/sh", "-c", "/probe eat 100000000; echo survived; exec /probe sleep"]'
  created
  has memory memory.oom.group 1
  has memory memory.high 31457280
  has memory memory.min 4096
  update_by '{"unified": {"memory.high": "max"}}'
  has memory memory.high max
  rt start "$ID"
  eventually status_is "$ID" stopped
  not grep -q survived "$T/out"
}
