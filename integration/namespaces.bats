#!/usr/bin/env bats
# Namespaces, host names, network: runtime-spec.md section 10 and HN-01, HN-02.
load helpers

mine() { readlink "/proc/self/ns/$1"; }

@test "namespaces: those of the config are new, the others are the caller's" {
  bundle
  inside ns
  local kind
  for kind in pid net ipc uts mnt; do
    expect ".$kind != \"$(mine "$kind")\""
  done
  for kind in user cgroup time; do
    expect ".$kind == \"$(mine "$kind")\""
  done
}

@test "namespaces: one that is not listed is the caller's" {
  local type kind
  for type in network:net ipc:ipc uts:uts; do
    kind=${type#*:}
    bundle ".linux.namespaces |= map(select(.type != \"${type%:*}\")) | del(.hostname)
            | .mounts |= map(select(.destination != \"/sys\" and .destination != \"/dev/mqueue\"))"
    inside ns
    expect ".$kind == \"$(mine "$kind")\""
  done
}

@test "namespaces: the program is pid 1 of its own pid namespace" {
  bundle
  inside id
  expect '.pid == 1 and .ppid == 0'
}

@test "namespaces: without a pid namespace the program has a pid of the caller's" {
  bundle '.linux.namespaces |= map(select(.type != "pid"))'
  inside id
  expect '.pid > 1'
}

@test "namespaces: the program leads its own session" {
  bundle
  inside id
  expect '.sid == .pid and .pgid == .pid'
}

# NS-02.
@test "namespaces: a path is joined" {
  bundle
  created
  local first=$PID
  bundle_at "$T/second" "second-$MARK" ".linux.namespaces = [{type: \"mount\"}, {type: \"pid\"},
    {type: \"network\", path: \"/proc/$first/ns/net\"}, {type: \"ipc\", path: \"/proc/$first/ns/ipc\"},
    {type: \"uts\", path: \"/proc/$first/ns/uts\"}] | del(.hostname) | .process.args = [\"/probe\", \"many\", \"ns\", \"uts\"]"
  rt run --bundle "$T/second" "second-$MARK"
  ok
  local kind
  for kind in net ipc uts; do
    expect ".ns.$kind == \"$(readlink "/proc/$first/ns/$kind")\""
  done
  expect '.uts.hostname == "probe-host"'
  expect ".ns.pid != \"$(readlink "/proc/$first/ns/pid")\""
}

@test "namespaces: a pid namespace by path is joined" {
  bundle
  started
  bundle_at "$T/second" "second-$MARK" ".linux.namespaces |= map(if .type == \"pid\" then .path = \"/proc/$PID/ns/pid\" else . end)
    | .process.args = [\"/probe\", \"many\", \"ns\", \"id\"]"
  rt run --bundle "$T/second" "second-$MARK"
  ok
  expect ".ns.pid == \"$(readlink "/proc/$PID/ns/pid")\" and .id.pid > 1"
}

@test "namespaces: a path that is missing, of another type or no namespace is refused" {
  local path
  for path in /proc/self/ns/nothing /proc/self/ns/uts /etc/passwd; do
    bundle ".linux.namespaces |= map(if .type == \"network\" then .path = \"$path\" else . end)"
    create
    fails
    nothing_left
  done
}

# NS-02: runc 1.1.5 does refuse relative ones as they are not found.
@test "namespaces: a relative path is refused" {
  bundle '.linux.namespaces |= map(if .type == "network" then .path = "proc/self/ns/net" else . end)'
  create
  fails
  nothing_left
}

@test "namespaces: an unknown type is refused" {
  bundle '.linux.namespaces += [{type: "nosuch"}]'
  create
  fails "nosuch"
  nothing_left
}

# NS-05: runc 1.1.5 refuses some of them only.
@test "namespaces: two of one type are refused" {
  bundle '.linux.namespaces += [{type: "pid"}]'
  create
  fails
  nothing_left
}

# NS-07.
@test "namespaces: a cgroup namespace has the container's cgroup as its root" {
  bundle '.linux.namespaces += [{type: "cgroup"}]'
  inside many ns cgroup
  expect ".ns.cgroup != \"$(mine cgroup)\""
  expect '.cgroup | all(.[]; endswith(":/"))'
}

@test "namespaces: without a cgroup namespace the cgroup shows its path" {
  bundle
  inside cgroup
  expect 'any(.[]; endswith("/" + $id))'
}

# NS-10.
@test "namespaces: lo is up in a new network namespace, and is the only device" {
  bundle '.process.args = ["/bin/sh", "-c", "/probe link-up lo; ls /sys/class/net"]'
  run_here
  ok
  [ "$(head -n 1 <<<"$stdout" | jq .result)" -eq 1 ]
  [ "$(tail -n +2 <<<"$stdout" | grep -xc lo)" -eq 1 ]
}

@test "namespaces: hostname is set, and the host keeps its own" {
  local before
  before=$(uname -n)
  bundle '.hostname = "another-name"'
  inside uts
  expect '.hostname == "another-name"'
  [ "$(uname -n)" = "$before" ]
}

# HN-02: runc 1.1.5 does not know domainname.
# bats test_tags=rt-only
@test "namespaces: domainname is set" {
  bundle '.domainname = "dom.example"'
  inside uts
  expect '.domainname == "dom.example"'
}

@test "namespaces: hostname without an own uts namespace is refused" {
  bundle '.linux.namespaces |= map(select(.type != "uts"))'
  create
  fails
  nothing_left
}

@test "namespaces: a host name of 65 bytes is refused" {
  bundle '.hostname = ("x" * 65)'
  create
  fails
  nothing_left
}

# NS-15, NS-16, EM-22: time namespaces came with runc 1.2.
# bats test_tags=rt-only
@test "namespaces: time offsets are applied, whole seconds and the rest" {
  bundle '.linux.namespaces += [{type: "time"}]
          | .linux.timeOffsets = {monotonic: {secs: 1000000, nanosecs: 5}, boottime: {secs: 2000000}}'
  inside many ns clocks
  expect ".ns.time != \"$(mine time)\""
  expect '.clocks.monotonic > 1000000 and .clocks.monotonic < 2000000 and .clocks.boottime > 2000000'
}

# bats test_tags=rt-only
@test "namespaces: time offsets without a time namespace, or of an unknown clock, are refused" {
  bundle '.linux.timeOffsets = {monotonic: {secs: 1}}'
  create
  fails
  nothing_left
  bundle '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {realtime: {secs: 1}}'
  create
  fails
  nothing_left
}

# GEN-13 and NS-04: everything is inherited but the mount namespace.
@test "namespaces: with a mount namespace alone" {
  bundle 'del(.hostname) | .linux.namespaces = [{type: "mount"}]
    | .mounts |= map(select(.destination != "/sys" and .destination != "/dev/mqueue"))'
  inside ns
  expect ".pid == \"$(mine pid)\" and .mnt != \"$(mine mnt)\""
}

# PR-17..24, PS-01: came with runc 1.2.
# bats test_tags=rt-only
@test "namespaces: personality of the config is set, flags are refused" {
  bundle '.linux.personality = {domain: "LINUX32"}'
  inside many process uts
  expect '.process.personality == 8 and .uts.machine == "i686"'
  bundle '.linux.personality = {domain: "LINUX", flags: ["ADDR_NO_RANDOMIZE"]}'
  create
  fails
  nothing_left
}
