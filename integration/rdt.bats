#!/usr/bin/env bats
# linux.intelRdt: runtime-spec.md section 15 (RDT-01 to RDT-14). Few machines have resctrl: what is done in it is
# tested on a fixture tree (tests/kernel/resctrl_test.cc); here are the errors, and the real thing where it is.
load helpers

mounted() { grep -q ' - resctrl ' /proc/self/mountinfo; }

# bats test_tags=rt-only
@test "rdt: without a mounted resctrl it is refused" {
  local real=$RUNTIME rdt
  printf '#!/bin/sh\nexec unshare -m sh -c "umount -a -t resctrl; exec \\"\\$@\\"" sh %s "$@"\n' "$real" >"$T/rt"
  chmod +x "$T/rt"
  for rdt in '{}' '{closID: "g"}' '{enableMonitoring: true}' '{closID: "/", memBwSchema: "MB:0=10"}'; do
    bundle ".linux.intelRdt = $rdt"
    GLOBAL=(--log "$T/log" --log-format json)
    RUNTIME=$T/rt
    create
    RUNTIME=$real
    GLOBAL=()
    fails "/linux/intelRdt: no resctrl filesystem is mounted"
    [ "$(jq -rs '.[-1].pointer' "$T/log")" = /linux/intelRdt ] || die "$(cat "$T/log")"
    nothing_left
  done
}

# bats test_tags=rt-only
@test "rdt: group names and schemas that cannot be are refused" {
  local row
  for row in 'closID|{closID: "."}' 'closID|{closID: ".."}' 'closID|{closID: "a/b"}' 'closID|{closID: "/a"}' \
    'memBwSchema|{memBwSchema: "L3:0=1"}' 'memBwSchema|{memBwSchema: "MB:0=1\nL3:0=1"}' 'schemata/1|{schemata: ["L3:0=1", "a\nb"]}'; do
    bundle ".linux.intelRdt = ${row#*|}"
    create
    fails "/linux/intelRdt/${row%%|*}: must"
    nothing_left
  done
}

# RDT-02.
# bats test_tags=rt-only
@test "rdt: without intelRdt nobody looks for resctrl" {
  bundle
  local real=$RUNTIME
  printf '#!/bin/sh\nexec strace -f -o %s/trace %s "$@"\n' "$T" "$real" >"$T/rt"
  chmod +x "$T/rt"
  set_args /probe id
  RUNTIME=$T/rt
  run_here
  RUNTIME=$real
  ok
  grep -q openat "$T/trace"
  not grep resctrl "$T/trace"
}

# RDT-13: words of older versions are unknown properties now.
# bats test_tags=rt-only
@test "rdt: enableCMT and enableMBM are no words of the specification any more" {
  bundle '.linux.intelRdt = {enableCMT: "x", enableMBM: 7}'
  create
  mounted || fails "no resctrl filesystem is mounted"
  rt delete --force "$ID"
}

@test "rdt: a container has its group, and takes it along" {
  mounted || skip "no resctrl here"
  bundle '.linux.intelRdt = {}'
  created
  grep -qx "$PID" "/sys/fs/resctrl/$ID/tasks"
  rt delete --force "$ID"
  [ ! -e "/sys/fs/resctrl/$ID" ]
}
