#!/usr/bin/env bats
# The command "events": cli.md 1B.2. The numbers are those of the kernel's files.
load helpers
load cgroups

# stats: one record of $ID, in $stdout.
stats() {
  rt events --stats "$ID"
  ok
  [ "$(wc -l <"$T/stdout")" -eq 1 ] || die "one line"
}

# stream NAME [FLAG...]: events of $ID as a helper, at a short interval.
stream() {
  local name=$1
  shift
  helper "$name" "$RUNTIME" --root "$ROOT" events --interval 100ms "$@" "$ID"
  STREAM=$HELPER
  eventually grep -q '"type":"stats"' "$T/helpers/$name"
}

@test "events: --stats is one record, with every part" {
  bundle
  started
  stats
  expect '.type == "stats" and .id == $id'
  expect '.data | (keys | contains(["blkio","cpu","cpuset","hugetlb","intel_rdt","memory","network_interfaces","pids"]))'
  expect '.data.network_interfaces == null and .data.intel_rdt == {}'
  expect '.data.cpu.usage | has("kernel") and has("user")'
  expect '.data.memory | (.usage, .swap, .kernel, .kernelTCP) | has("limit") and has("failcnt")'
  expect '.data.cpuset | has("sched_relax_domain_level") and has("cpu_exclusive")'
}

@test "events: memory as the kernel counts it" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 33554432}'
  started
  stats
  expect '.data.memory.usage.limit == 33554432'
  expect '.data.memory.usage.usage > 0 and .data.memory.usage.max >= 4096'
  if is_v2; then
    expect '.data.memory.raw | has("anon") and has("file")'
  else
    expect '.data.memory.raw.hierarchical_memory_limit == 33554432'
    expect '.data.memory.swap.limit >= 33554432'
  fi
}

@test "events: pids as the kernel counts them" {
  need_controller pids
  bundle '.linux.resources.pids.limit = 20'
  started
  stats
  expect ".data.pids == {current: $(cgroup_value pids pids.current), limit: 20}"
}

@test "events: no limit of pids is no member" {
  need_controller pids
  bundle
  # Who says nothing gets systemd's own limit.
  [ -z "${RT_TEST_MANAGER:-}" ] || bundle '.linux.resources.pids.limit = -1'
  started
  stats
  expect '.data.pids | has("limit") | not'
}

@test "events: cpu time, and how often it was held back" {
  need_controller cpu
  bundle '.process.args = ["/bin/sh", "-c", "while true; do true; done"] | .linux.resources.cpu = {quota: 1000, period: 10000}'
  started
  eventually was_throttled
  expect '.data.cpu.usage.total > 0 and .data.cpu.throttling.periods > 0'
  expect '.data.cpu.throttling.throttledTime > 0'
  # In nanoseconds: the usage that is read before and after encloses it.
  local before=$(cpu_time)
  stats
  expect ".data.cpu.usage.total >= $before and .data.cpu.usage.total <= $(cpu_time)"
}
was_throttled() {
  stats
  jq -e '.data.cpu.throttling.throttledPeriods > 1' <<<"$stdout" >/dev/null
}
cpu_time() {
  if is_v2; then
    echo "$(sed -n 's/^usage_usec //p' "$(cgroup_dir cpu)/cpu.stat")000"
  else
    cgroup_value cpuacct cpuacct.usage
  fi
}

@test "events: which cpus may be used" {
  need_controller cpuset
  bundle '.linux.resources.cpu = {cpus: "0"}'
  started
  stats
  # runc has nothing of cpuset on v2.
  if is_rt || ! is_v2; then expect '.data.cpuset.cpus == [0]'; fi
}

# bats test_tags=rt-only
@test "events: huge pages, by size" {
  need_controller hugetlb
  bundle
  started
  stats
  local size
  for size in $(cd "$(cgroup_dir hugetlb)" && ls | sed -n 's/^hugetlb\.\([0-9]*[KMG]B\)\..*/\1/p' | sort -u); do
    expect ".data.hugetlb[\"$size\"] == {failcnt: 0}"
  done
}

@test "events: pressure on v2" {
  is_v2 || skip "v1 has no pressure"
  [ -e /proc/pressure/cpu ] || skip "no PSI in this kernel"
  bundle
  started
  [ -e "$(cgroup_dir cpu)/cpu.pressure" ] || skip "no PSI in this kernel"
  stats
  expect '.data.cpu.psi | (.some, .full) | (.avg10 | type == "number") and has("avg60") and has("avg300") and (.total | type == "number")'
}

@test "events: a record an interval, and the end with the container" {
  bundle
  started
  stream events
  eventually two_records
  not helper_ended "$STREAM"
  kill_and_wait
  rt delete "$ID"
  ok
  finish "$STREAM"
  [ "$status" -eq 0 ] || die "$(cat "$T/helpers/events.err")"
  if is_rt; then [ ! -s "$T/helpers/events.err" ] || die "$(cat "$T/helpers/events.err")"; fi
  [ "$(jq -rs 'map(.type) | unique | join(" ")' "$T/helpers/events")" = stats ]
}
two_records() { [ "$(wc -l <"$T/helpers/events")" -ge 2 ]; }

# bats test_tags=rt-only
@test "events: the stream ends as soon as the container has stopped, deleted or not" {
  bundle
  started
  helper quiet "$RUNTIME" --root "$ROOT" events --interval 1h "$ID"
  eventually asleep "$HELPER"
  rt kill "$ID" KILL
  ok
  finish "$HELPER"
  [ "$status" -eq 0 ] || die "$(cat "$T/helpers/quiet.err")"
  [ ! -s "$T/helpers/quiet" ] || die "a record before the interval was over"
}
asleep() { grep -q poll "/proc/$1/wchan" 2>/dev/null || grep -q '^State:.S' "/proc/$1/status"; }

@test "events: an oom is told, and the stream goes on" {
  need_controller memory
  bundle '.linux.resources.memory = {limit: 33554432, swap: 33554432}'
  started
  stream events
  rt exec "$ID" /probe eat 100000000
  [ "$status" -eq 137 ] || die "was not killed"
  eventually grep -q '"type":"oom"' "$T/helpers/events"
  [ "$(jq -c 'select(.type == "oom")' "$T/helpers/events" | head -n 1)" = "{\"type\":\"oom\",\"id\":\"$ID\"}" ]
  not helper_ended "$STREAM"
}

@test "events: a paused container still counts" {
  bundle
  started
  rt pause "$ID"
  ok
  stats
  rt resume "$ID"
  ok
}

@test "events: a created container counts too" {
  bundle
  created
  stats
}

# bats test_tags=rt-only
@test "events: of several containers at once" {
  bundle
  started
  local first=$ID
  ID=d-$MARK
  bundle_at "$T/second" "$ID"
  B=$T/second
  started
  rt events --stats "$first" "$ID"
  ok
  [ "$(jq -r .id <"$T/stdout" | xargs)" = "$first $ID" ]
  helper both "$RUNTIME" --root "$ROOT" events --interval 100ms "$first" "$ID"
  eventually both_seen "$first"
  local both=$HELPER
  kill_and_wait
  not helper_ended "$both"
  ID=$first
  kill_and_wait
  finish "$both"
  [ "$status" -eq 0 ]
}
both_seen() { grep -q "\"id\":\"$1\"" "$T/helpers/both" && grep -q "\"id\":\"$ID\"" "$T/helpers/both"; }

@test "events: refuses a stopped and an unknown container, and an interval that is none" {
  bundle
  started
  rt events --interval 0s "$ID"
  fails "duration interval must be greater than 0"
  rt events --interval often "$ID"
  fails 'invalid value "often" for flag'
  kill_and_wait
  rt events --stats "$ID"
  fails "container with id $ID is not running"
  rt events "$ID"
  fails "container with id $ID is not running"
  rt events --stats nobody
  fails "does not exist"
}

# bats test_tags=rt-only
@test "events: a container without a cgroup is told so" {
  GLOBAL=(--cgroup-manager disabled)
  bundle 'del(.linux.resources, .linux.cgroupsPath)'
  started
  rt events --stats "$ID"
  fails "the container has no cgroup"
}

# bats test_tags=rt-only
@test "events: a hundred records leave no descriptors behind" {
  bundle
  started
  helper many "$RUNTIME" --root "$ROOT" events --interval 2ms "$ID"
  eventually grep -q stats "$T/helpers/many"
  local before
  before=$(open_files "$HELPER")
  eventually hundred
  [ "$(open_files "$HELPER")" -le "$((before + 1))" ] || die "$before, then $(ls -l "/proc/$HELPER/fd")"
}
hundred() { [ "$(wc -l <"$T/helpers/many")" -ge 100 ]; }
open_files() { find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l; }

# bats test_tags=rt-only
@test "events: sleeps between the records" {
  bundle
  started
  helper quiet "$RUNTIME" --root "$ROOT" events --interval 1h "$ID"
  eventually asleep "$HELPER"
  local before
  before=$(awk '{print $14 + $15}' "/proc/$HELPER/stat")
  sleep 1
  [ "$(($(awk '{print $14 + $15}' "/proc/$HELPER/stat") - before))" -le 2 ] || die "it is busy"
}
