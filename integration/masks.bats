#!/usr/bin/env bats
# maskedPaths, readonlyPaths and sysctl: runtime-spec.md MK-01, RO-01, SY-01..03; security.md CVE-2025-31133.
load helpers

@test "masks: a masked file reads as empty and is the null device" {
  bundle '.linux.maskedPaths = ["/secret"]'
  echo hidden >"$B/rootfs/secret"
  inside read /secret
  expect '."/secret" | .ok and .result == 0'
  inside stat /secret
  expect '."/secret" | .type == "c" and .major == 1 and .minor == 3'
}

@test "masks: a masked directory is empty and read-only" {
  bundle '.linux.maskedPaths = ["/hidden"]'
  mkdir "$B/rootfs/hidden"
  touch "$B/rootfs/hidden/file"
  inside stat /hidden/file
  expect '."/hidden/file".type == "none"'
  inside create /hidden/new
  expect '."/hidden/new".errno == "EROFS"'
  inside mounts
  expect '[.[] | select(.target == "/hidden")] | last | .type == "tmpfs"'
}

@test "masks: a masked path that is not there is skipped" {
  bundle '.linux.maskedPaths += ["/nowhere", "/proc/nothing"]'
  inside stat /nowhere
  expect '."/nowhere".type == "none"'
}

@test "masks: the usual ones below /proc and /sys hold" {
  bundle
  inside read /proc/keys
  expect '."/proc/keys" | .ok and .result == 0'
  inside stat /proc/keys
  expect '."/proc/keys" | .type == "c" and .minor == 3'
}

@test "masks: hold for root with all capabilities but SYS_ADMIN" {
  bundle '.linux.maskedPaths = ["/secret"] | .process.capabilities |= map_values(. + ["CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"])'
  echo hidden >"$B/rootfs/secret"
  inside umount /secret
  expect '.errno == "EPERM"'
}

# MK-01: not followed out of the root; the host's file must not be covered either.
@test "masks: a link in the image does not lead outside" {
  echo kept >"$T/outside"
  bundle '.linux.maskedPaths = ["/link"]'
  ln -s "$T/outside" "$B/rootfs/link"
  create
  [ "$(cat "$T/outside")" = kept ]
}

@test "masks: a read-only path cannot be written, what is around it can" {
  bundle '.linux.readonlyPaths += ["/conf", "/one"]'
  mkdir "$B/rootfs/conf"
  touch "$B/rootfs/one"
  inside create /conf/new /beside
  expect '."/conf/new".errno == "EROFS" and ."/beside".ok'
  inside write /one
  expect '."/one".errno == "EROFS"'
}

@test "masks: a read-only path that is not there is skipped" {
  bundle '.linux.readonlyPaths += ["/nowhere"]'
  inside id
}

@test "masks: /proc/sys and its neighbours are read-only" {
  bundle '.process.capabilities |= map_values(. + ["CAP_DAC_OVERRIDE"])'
  inside write /proc/sys/kernel/hostname /proc/irq/default_smp_affinity
  expect 'all(.[]; .errno == "EROFS")'
}

# RO-01: recursive, and the flags of the source stay.
@test "masks: a read-only path keeps nosuid, nodev and noexec of the mount that it lies on" {
  bundle '.mounts += [{destination: "/data", type: "tmpfs", source: "t", options: ["nosuid", "nodev", "noexec"]}]
          | .linux.readonlyPaths += ["/data"]'
  inside mounts
  expect '[.[] | select(.target == "/data")] | last | .options | split(",")
          | index("ro") and index("nosuid") and index("nodev") and index("noexec")'
}

# RO-01. runc 1.1.5 binds recursively, yet makes the top alone read-only.
@test "masks: a read-only path shows what is mounted below it" {
  mkdir -p "$T/src"
  touch "$T/src/file"
  bundle '.mounts += [{destination: "/data/sub", source: ($T + "/src"), options: ["bind"]}]
          | .linux.readonlyPaths += ["/data"]'
  inside stat /data/sub/file
  expect '."/data/sub/file".type == "file"'
}

@test "masks: cannot be taken away by a remount" {
  bundle
  inside remount-rw /proc/sys
  expect '.ok == false'
}

# GEN-06: runc 1.1.5 says nothing about relative ones.
# bats test_tags=rt-only
@test "masks: a relative path is refused" {
  local change
  for change in '.linux.maskedPaths = ["proc/kcore"]' '.linux.readonlyPaths = ["proc/sys"]'; do
    bundle "$change"
    create
    fails
    nothing_left
  done
}

# --- sysctl ---

@test "sysctl: a namespaced value is set, under a read-only /proc/sys" {
  bundle '.linux.sysctl = {"kernel.shmmax": "123456", "net.ipv4.ip_forward": "1", "fs.mqueue.msg_max": "17",
                           "kernel.domainname": "dom.example"}'
  inside sysctl kernel/shmmax net/ipv4/ip_forward fs/mqueue/msg_max kernel/domainname
  expect '."kernel/shmmax" == "123456" and ."net/ipv4/ip_forward" == "1"'
  expect '."fs/mqueue/msg_max" == "17" and ."kernel/domainname" == "dom.example"'
}

@test "sysctl: leaves the host as it was" {
  local before
  before=$(cat /proc/sys/kernel/shmmax /proc/sys/net/ipv4/ip_forward)
  bundle '.linux.sysctl = {"kernel.shmmax": "123456", "net.ipv4.ip_forward": "1"}'
  started
  [ "$(cat /proc/sys/kernel/shmmax /proc/sys/net/ipv4/ip_forward)" = "$before" ]
}

# SY-03.
@test "sysctl: one that would change the host is refused" {
  local key
  for key in kernel.panic vm.swappiness kernel.core_pattern kernel.hostname fs.file-max; do
    bundle ".linux.sysctl = {\"$key\": \"1\"}"
    create
    fails "$key"
    nothing_left
  done
}

@test "sysctl: net.* is refused without a network namespace of its own, kernel.shm* without an ipc one" {
  bundle '.linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.namespaces |= map(select(.type != "network"))
          | .mounts |= map(select(.destination != "/sys"))'
  create
  fails
  nothing_left
  bundle '.linux.sysctl = {"kernel.shmmax": "1"} | .linux.namespaces |= map(select(.type != "ipc"))'
  create
  fails
  nothing_left
}

@test "sysctl: a value that the kernel refuses fails the create" {
  bundle '.linux.sysctl = {"net.ipv4.ip_forward": "word"}'
  create
  fails "invalid argument"
  nothing_left
}

@test "sysctl: one that does not exist fails the create" {
  bundle '.linux.sysctl = {"net.ipv4.nosuchthing": "1"}'
  create
  fails
  nothing_left
}

# SY-02: the slash form, for names with dots in them.
@test "sysctl: takes slashes as separators" {
  bundle '.linux.sysctl = {"net/ipv4/ip_forward": "1"}'
  inside sysctl net/ipv4/ip_forward
  expect '."net/ipv4/ip_forward" == "1"'
}

# SY-02: names of interfaces have dots; runc 1.1.5 makes slashes of all. The network namespace is joined and not ours: SY-03.
# bats test_tags=rt-only
@test "sysctl: both forms reach an interface with a dot in its name" {
  local key tag=6
  helper holder unshare --net sleep 60
  eventually grep -qx sleep "/proc/$HELPER/comm"
  nsenter --net="/proc/$HELPER/ns/net" ip link add veth0.7 type veth peer name veth1
  for key in "net.ipv4.conf.veth0/7.tag" "net/ipv4/conf/veth0.7/tag"; do
    tag=$((tag + 1))
    bundle ".linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/$HELPER/ns/net\" else . end)" \
      ".linux.sysctl = {\"$key\": \"$tag\"}"
    inside sysctl net/ipv4/conf/veth0.7/tag
    expect ".[\"net/ipv4/conf/veth0.7/tag\"] == \"$tag\"" || die "$key"
  done
}

# SY-01: rt has its own procfs. runc needs the container's.
# bats test_tags=rt-only
@test "sysctl: is set without a /proc in the container" {
  bundle '.mounts |= map(select(.destination != "/proc")) | .linux.maskedPaths = [] | .linux.readonlyPaths = []
    | .linux.sysctl = {"kernel.domainname": "without.proc"}'
  inside uts
  expect '.domainname == "without.proc"'
}

# R19; security.md 1d: keys that climb.
@test "sysctl: keys that climb or are empty are refused" {
  local key
  for key in "net.ipv4/../../kernel/panic" "net/../kernel/panic" "" "net..ipv4" "kernel.shm_rmid_forced/../panic"; do
    bundle ".linux.sysctl = {\"$key\": \"1\"}"
    create
    fails
    nothing_left
  done
}
