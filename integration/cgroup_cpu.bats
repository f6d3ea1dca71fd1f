#!/usr/bin/env bats
# The cpu controller: runtime-spec.md 13.3, 14.2.
load helpers
load cgroups

@test "cgroups: cpu.shares is set" {
  need cpu
  resources '{cpu: {shares: 512}}'
  created
  if is_rt; then limits cpu cpu.shares=512 cpu.weight=59; fi
  # runc 1.1.5 has the formula of before on v2.
  rt update --cpu-share 262144 "$ID"
  ok
  limits cpu cpu.shares=262144 cpu.weight=10000
  rt update --cpu-share 2 "$ID"
  ok
  limits cpu cpu.shares=2 cpu.weight=1
  deleted
}

@test "cgroups: cpu.quota and cpu.period are set" {
  need cpu
  resources '{cpu: {quota: 20000, period: 50000}}'
  created
  limits cpu cpu.cfs_quota_us=20000 'cpu.max=20000 50000'
  limits cpu cpu.cfs_period_us=50000 -
  # A period below the quota of before is refused by v1 until the quota is there.
  update_by '{"cpu": {"quota": 5000, "period": 10000}}'
  limits cpu cpu.cfs_quota_us=5000 'cpu.max=5000 10000'
  limits cpu cpu.cfs_period_us=10000 -
  update_by '{"cpu": {"quota": -1, "period": 10000}}'
  # systemd keeps no period without a quota.
  [ -n "${RT_TEST_MANAGER:-}" ] || limits cpu cpu.cfs_quota_us=-1 'cpu.max=max 10000'
  deleted
  resources '{cpu: {period: 20000}}'
  created
  limits cpu cpu.cfs_period_us=20000 'cpu.max=max 20000'
}

# The kernel counts the periods that were cut short; without a quota there is none.
@test "cgroups: cpu.quota bites" {
  need cpu
  resources '{cpu: {quota: 10000, period: 100000}}'
  edit '.process.args = ["/bin/sh", "-c", "/probe burn 1000; read word; /probe burn 300; exec /probe sleep"]'
  mkfifo "$T/in"
  sleep 60 >"$T/in" 3>&- 4>&- &
  HELPERS+=("$!")
  timeout "$LIMIT" "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" create --bundle "$B" "$ID" <"$T/in" >"$T/out" 2>"$T/err" 3>&- 4>&-
  rt start "$ID"
  ok
  eventually has_lines 1
  jq -e '.cpu_ms < 400' "$T/out" >/dev/null || die "$(cat "$T/out")"
  local before
  before=$(throttled)
  [ "$before" -gt 2 ] || die "throttled $before times"
  update_by '{"cpu": {"quota": -1, "period": 100000}}'
  before=$(throttled)
  echo word >"$T/in"
  eventually has_lines 2
  [ "$(throttled)" -eq "$before" ] || die "throttled without a quota"
}
has_lines() { [ "$(wc -l <"$T/out")" -eq "$1" ]; }
throttled() { limit cpu cpu.stat | sed -n 's/^nr_throttled //p'; }

@test "cgroups: a quota that the kernel refuses fails the create" {
  need cpu
  [ -z "${RT_TEST_MANAGER:-}" ] || skip "systemd rounds quotas up"
  resources '{cpu: {quota: 1, period: 100000}}'
  create
  fails "invalid argument"
  nothing_left
}

# RC-12, RC-06: runc 1.1.5 does not know them.
# bats test_tags=rt-only
@test "cgroups: cpu.idle and cpu.burst are set" {
  need cpu
  resources '{cpu: {quota: 50000, period: 100000, burst: 20000}}'
  created
  limits cpu cpu.cfs_burst_us=20000 cpu.max.burst=20000
  # Neither order alone fits: 40000 is above no quota of before, 10000 is below the burst of before.
  update_by '{"cpu": {"quota": 60000, "period": 100000, "burst": 55000}}'
  limits cpu cpu.cfs_burst_us=55000 cpu.max.burst=55000
  update_by '{"cpu": {"quota": 10000, "period": 100000, "burst": 0}}'
  limits cpu cpu.cfs_quota_us=10000 'cpu.max=10000 100000'
  update_by '{"cpu": {"shares": 512, "idle": 1}}'
  has cpu cpu.idle 1
  update_by '{"cpu": {"shares": 512, "idle": 0}}'
  has cpu cpu.idle 0
  limits cpu cpu.shares=512 cpu.weight=59
}

@test "cgroups: realtime bandwidth is set on v1 and refused on v2" {
  need cpu
  if [ "$VERSION" = 2 ]; then
    is_rt || return 0
    resources '{cpu: {realtimeRuntime: 1000}}'
    create
    fails "/linux/resources/cpu/realtimeRuntime" "cgroup v2 has nothing like it"
    nothing_left
    return
  fi
  [ -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || skip "a kernel without realtime groups"
  resources '{cpu: {realtimeRuntime: 1000, realtimePeriod: 100000}}'
  created
  has cpu cpu.rt_runtime_us 1000
  has cpu cpu.rt_period_us 100000
}
