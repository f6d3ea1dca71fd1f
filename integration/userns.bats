#!/usr/bin/env bats
# User namespaces: runtime-spec.md NS-06, NS-11..14, DEV-09, PR-07, PR-08.
load helpers

# The ids 0..999 of the container are 100000.. outside; the image belongs to them.
MAPPED='.linux.namespaces += [{type: "user"}]
  | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}]
  | .linux.gidMappings = [{containerID: 0, hostID: 200000, size: 1000}]'

mapped_bundle() {
  bundle "$MAPPED" "$@"
  chown -R 100000:200000 "$B/rootfs"
}

@test "userns: root inside is the mapped id outside" {
  mapped_bundle
  started
  [ "$(stat -c %u:%g "/proc/$PID")" = 100000:200000 ] || die "$(stat -c %u:%g "/proc/$PID")"
  [ "$(readlink "/proc/$PID/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

@test "userns: the maps are those of the config, all entries" {
  mapped_bundle '.linux.uidMappings += [{containerID: 5000, hostID: 300000, size: 7}]'
  started
  [ "$(awk '{print $1, $2, $3}' "/proc/$PID/uid_map" | xargs)" = "0 100000 1000 5000 300000 7" ]
  [ "$(awk '{print $1, $2, $3}' "/proc/$PID/gid_map" | xargs)" = "0 200000 1000" ]
}

@test "userns: the program sees itself as the configured user" {
  mapped_bundle '.process.user = {uid: 7, gid: 8, additionalGids: [9, 10]}'
  inside id
  expect '.uid == 7 and .euid == 7 and .gid == 8 and .groups == [9, 10]'
}

@test "userns: the other namespaces belong to it" {
  mapped_bundle
  started
  # The owner of the uts namespace: root inside may set the host name with SYS_ADMIN there.
  mapped_caps='.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])'
  edit "$mapped_caps"
  rt delete --force "$ID"
  edit '.process.args = ["/probe", "mount", "tmpfs", "t", "/mnt"]'
  run_here
  ok
  expect '.ok'
}

# DEV-09: no mknod there; the host's nodes are bound.
@test "userns: has working default devices" {
  mapped_bundle
  inside stat /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty
  expect '[.[] | "\(.type) \(.major):\(.minor)"] == ["c 1:3", "c 1:5", "c 1:7", "c 1:8", "c 1:9", "c 5:0"]'
  inside write /dev/null /dev/zero
  expect 'all(.[]; .ok)'
}

@test "userns: can mount proc, sysfs, devpts, tmpfs and mqueue" {
  mapped_bundle
  inside mounts
  expect '["/proc", "/sys", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"] - [.[].target] == []'
}

@test "userns: an id that is not mapped is refused" {
  local change
  for change in '.process.user.uid = 1000' '.process.user.gid = 5000' '.process.user.additionalGids = [4000]'; do
    mapped_bundle "$change"
    create
    fails
    nothing_left
  done
}

# NS-13.
@test "userns: a user namespace without mappings is refused" {
  bundle '.linux.namespaces += [{type: "user"}]'
  create
  fails
  nothing_left
}

# NS-12: runc 1.1.5 ignores them.
# bats test_tags=rt-only
@test "userns: mappings without a user namespace are refused" {
  bundle "$MAPPED" '.linux.namespaces |= map(select(.type != "user"))'
  create
  fails
  nothing_left
}

@test "userns: mappings that overlap are refused by the kernel, and nothing is left" {
  mapped_bundle '.linux.uidMappings += [{containerID: 500, hostID: 300000, size: 10}]'
  create
  fails
  nothing_left
}

@test "userns: the image keeps its owners" {
  mapped_bundle
  touch "$B/rootfs/foreign"
  chown 0:0 "$B/rootfs/foreign"
  inside stat /foreign /probe
  expect '."/foreign" | .uid == 65534 and .gid == 65534'
  expect '."/probe" | .uid == 0 and .gid == 0'
  [ "$(stat -c %u "$B/rootfs/foreign")" -eq 0 ]
}

@test "userns: masks and read-only paths hold" {
  mapped_bundle
  inside write /proc/sys/kernel/domainname
  expect '."/proc/sys/kernel/domainname".ok == false'
  inside read /proc/keys
  expect '."/proc/keys" | .result == 0 or .ok == false'
}

@test "userns: a bind keeps flags and read-only, with a source that only root may reach" {
  mkdir -m 0700 "$T/private"
  mkdir "$T/private/src"
  touch "$T/private/src/file"
  mapped_bundle '.mounts += [{destination: "/mnt", source: ($T + "/private/src"), options: ["rbind", "ro", "nosuid"]}]'
  # MNT-03: the parent opens the source. runc 1.1.5 cannot.
  if is_rt; then
    inside mounts
    expect '[.[] | select(.target == "/mnt")] | last | .options | split(",") | index("ro") and index("nosuid")'
  else
    chmod 0711 "$T/private"
    inside mounts
    expect '[.[] | select(.target == "/mnt")] | last | .options | split(",") | index("ro") and index("nosuid")'
  fi
}

@test "userns: the working directory and the devices' owner are the container's ids" {
  mapped_bundle '.process.cwd = "/made" | .process.user = {uid: 5, gid: 6}'
  inside stat /made /dev/shm
  expect '."/made".type == "dir" and ."/dev/shm".uid == 0'
}

@test "userns: a user namespace by path is joined" {
  mapped_bundle
  created
  local first=$PID
  bundle_at "$T/second" "second-$MARK" "$MAPPED" ".linux.namespaces |= map(if .type == \"user\" then .path = \"/proc/$first/ns/user\" else . end)
    | .process.args = [\"/probe\", \"many\", \"ns\", \"id\"]" 'del(.linux.uidMappings) | del(.linux.gidMappings)'
  chown -R 100000:200000 "$T/second/rootfs"
  rt run --bundle "$T/second" "second-$MARK"
  # runc 1.1.5 wants mappings beside a path as well.
  if is_rt; then
    ok
    expect ".ns.user == \"$(readlink "/proc/$first/ns/user")\" and .id.uid == 0"
  fi
}

# SY-03: runc 1.1.5 knows no user.*.
# bats test_tags=rt-only
@test "userns: the sysctls of all its namespaces are set" {
  local before
  before=$(cat /proc/sys/user/max_net_namespaces /proc/sys/kernel/shmmax)
  mapped_bundle '.linux.sysctl = {"user.max_net_namespaces": "5", "net.ipv4.ip_forward": "1", "kernel.shmmax": "99999",
    "fs.mqueue.msg_max": "11"}'
  inside sysctl user/max_net_namespaces net/ipv4/ip_forward kernel/shmmax fs/mqueue/msg_max
  expect '."user/max_net_namespaces" == "5" and ."net/ipv4/ip_forward" == "1"'
  expect '."kernel/shmmax" == "99999" and ."fs/mqueue/msg_max" == "11"'
  [ "$(cat /proc/sys/user/max_net_namespaces /proc/sys/kernel/shmmax)" = "$before" ]
}

# NS-14: managers send the mappings beside the path.
# bats test_tags=rt-only
@test "userns: mappings beside a path must be those of the namespace" {
  mapped_bundle '.linux.uidMappings += [{containerID: 5000, hostID: 300000, size: 7}]'
  created
  local join=".linux.namespaces |= map(if .type == \"user\" then .path = \"/proc/$PID/ns/user\" else . end)"
  bundle_at "$T/second" "second-$MARK" "$MAPPED" "$join | .process.args = [\"/probe\", \"id\"]" \
    '.linux.uidMappings = [{containerID: 5000, hostID: 300000, size: 7}] + .linux.uidMappings'
  chown -R 100000:200000 "$T/second/rootfs"
  rt run --bundle "$T/second" "second-$MARK"
  ok
  expect '.uid == 0'
  ID=third-$MARK
  local change
  for change in 'uidMappings[0].size = 999' 'gidMappings[0].hostID = 200001' 'uidMappings |= .[:1]'; do
    mapped_bundle "$join" '.linux.uidMappings += [{containerID: 5000, hostID: 300000, size: 7}]' ".linux.$change"
    create
    fails "/linux/${change:0:11}: the joined user namespace has other mappings: \"0 "
    rt state "$ID"
    fails "does not exist"
  done
}

@test "userns: oom_score_adj and rlimits are set though the program has no rights outside" {
  mapped_bundle '.process.oomScoreAdj = 500 | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]'
  inside many process rlimits
  expect '.process.oom_score_adj == 500 and .rlimits.NOFILE == {soft: "100", hard: "200"}'
}

@test "userns: capabilities inside give nothing outside" {
  mapped_bundle '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN", "CAP_MKNOD", "CAP_DAC_OVERRIDE"])'
  inside mknod /tmp/node c 1 3
  expect '.mknod.errno == "EPERM"'
  touch "$T/outside"
  chmod 0600 "$T/outside"
  edit '.mounts += [{destination: "/mnt/file", source: ($T + "/outside"), options: ["bind"]}]'
  inside write /mnt/file
  expect '."/mnt/file".errno == "EACCES"'
}

# NS-11: 340 lines are the kernel's limit.
@test "userns: three hundred lines of mapping work" {
  mapped_bundle '.linux.uidMappings = [range(300) | {containerID: (. * 2), hostID: (100000 + . * 2), size: 2}]'
  inside id
  expect '.uid == 0'
}

# MNT-04: only the user namespace that owns a cgroup namespace may mount its hierarchies.
# bats test_tags=rt-only
@test "userns: with a joined cgroup namespace of the host the container's own cgroup is bound, read-only" {
  bundle_at "$T/first" "first-$MARK" '.linux.namespaces += [{type: "cgroup"}]'
  rt create --bundle "$T/first" "first-$MARK"
  ok
  mapped_bundle '.mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid"]}]' \
    ".linux.namespaces += [{type: \"cgroup\", path: \"/proc/$(pid_of "first-$MARK")/ns/cgroup\"}]"
  GLOBAL=(--log "$T/log" --log-level warning)
  inside mounts
  expect '[.[] | select(.type | startswith("cgroup"))] | length > 0 and
          all(.[]; (.root | endswith($id)) and (.options | split(",") | index("ro") and index("nosuid")))'
  grep -q "only the user namespace that owns the cgroup namespace may mount cgroup" "$T/log"
  grep -q "bound from outside instead" "$T/log"
}

# bats test_tags=rt-only
@test "userns: a map without an id 0, for create and for exec" {
  mapped_bundle '.linux.uidMappings[0].containerID = 7 | .linux.gidMappings[0].containerID = 8 | .process.user = {uid: 7, gid: 8}'
  # Group 5 of the devpts is not mapped either.
  edit '.mounts[].options |= (. // [] | map(select(startswith("gid=") | not)))'
  started
  rt exec "$ID" /probe id
  ok
  expect '.uid == 7 and .gid == 8'
}
