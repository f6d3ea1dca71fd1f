#!/usr/bin/env bats
# What a user namespace may mount, and what the kernel says no to: runtime-spec.md DEF-02, MNT-04, MNT-13, EM-18.
load helpers
load rootless

setup() {
  common_setup
  become_user
}

# A mount of the host on $T/src, with a file, and with another mount below it on $T/src/below.
host_mount() {
  mkdir "$T/src"
  mount -t tmpfs -o "mode=755,uid=$UNPRIVILEGED_UID" host "$T/src"
  mkdir "$T/src/below"
  touch "$T/src/file" "$T/src/below/covered"
  chown "$UNPRIVILEGED_UID" "$T/src/below"
}

teardown() {
  umount -R "$T/src" 2>/dev/null || true
  common_teardown
}

options_of() { jq -r --arg at "$1" '[.[] | select(.target == $at)] | last | .options' <<<"$stdout"; }

type_of() { jq -r --arg at "$1" '[.[] | select(.target == $at)] | last | .type' <<<"$stdout"; }

@test "rootless mounts: with namespaces of its own it has its own proc, sysfs, mqueue and devpts" {
  user_bundle "$OWN_ID"
  inside mounts
  expect '["/proc", "/sys", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"] - [.[].target] == []'
  [ "$(type_of /sys)" = sysfs ]
  edit '.process.args = ["/bin/ls", "/sys/class/net"]'
  run_here
  [ "$stdout" = lo ] || die "another network's sysfs"
}

# DEF-02.
# bats test_tags=rt-only
@test "rootless mounts: without a network namespace the caller's /sys is bound, read-only, and said in one line" {
  user_bundle "$OWN_ID" 'del(.linux.namespaces[] | select(.type == "network"))' \
    '(.mounts[] | select(.destination == "/sys")).options = ["nosuid"]'
  GLOBAL=(--log "$T/run/log" --log-level warning)
  inside mounts
  [[ ",$(options_of /sys)," == *,ro,* ]] || die "writable"
  stdout=$(jq -c '[.[] | select(.target | startswith("/sys/")) | select(.options | split(",") | index("ro") | not)]' <<<"$stdout")
  expect '. == []'
  [ "$(grep -c "only the user namespace that owns the network namespace may mount sysfs" "$T/run/log")" -eq 1 ] || die "$(cat "$T/run/log")"
}

# bats test_tags=rt-only
@test "rootless mounts: without a pid namespace the caller's /proc is bound" {
  user_bundle "$OWN_ID" 'del(.linux.namespaces[] | select(.type == "pid"))' \
    '.process.args = ["/bin/readlink", "/proc/self"]'
  GLOBAL=(--log "$T/run/log" --log-level warning)
  run_here
  ok
  [ "$stdout" -gt 1 ] || die "another proc"
  [ "$(grep -c "only the user namespace that owns the pid namespace may mount proc" "$T/run/log")" -eq 1 ]
}

# bats test_tags=rt-only
@test "rootless mounts: what the kernel refuses for good is an error with its rule" {
  user_bundle "$OWN_ID" 'del(.linux.namespaces[] | select(.type == "ipc"))'
  create
  fails "only the user namespace that owns the ipc namespace may mount mqueue"
  nothing_left
  user_bundle "$OWN_ID" '.mounts += [{destination: "/mnt", type: "ext4", source: "/dev/null"}]'
  create
  fails "only the initial user namespace may mount ext4"
  nothing_left
}

@test "rootless mounts: a gid= that is not mapped is refused" {
  user_bundle "$OWN_ID"
  edit '(.mounts[] | select(.destination == "/dev/pts")).options += ["gid=5"]'
  create
  fails "gid"
  if is_rt; then fails "cannot specify gid=5 mount option for rootless container"; fi
  nothing_left
  # With group 5 of the subordinate ones it is not.
  user_bundle "$MANY_IDS"
  edit '(.mounts[] | select(.destination == "/dev/pts")).options += ["gid=5"]'
  inside mounts
  # As the host sees it: the sixth subordinate group but one.
  [[ "$(jq -r '.[] | select(.target == "/dev/pts") | .super' <<<"$stdout")" == *gid=600004* ]]
}

# MNT-13, EM-18.
@test "rootless mounts: a bind keeps the flags that the host has locked" {
  host_mount
  mount -o remount,bind,nosuid,nodev,noexec,ro "$T/src"
  user_bundle "$OWN_ID" '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["rbind", "nosuid", "nodev", "noexec", "ro"]}]'
  inside mounts
  [ "$(options_of /mnt | tr , '\n' | grep -cxE 'ro|nosuid|nodev|noexec')" -eq 4 ] || die "$(options_of /mnt)"
}

# bats test_tags=rt-only
@test "rootless mounts: flags that are not spoken of stay, and taking a locked one off is an error that names it" {
  host_mount
  mount -o remount,bind,nosuid,nodev,ro "$T/src"
  user_bundle "$OWN_ID" '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["rbind"]}]'
  inside mounts
  [ "$(options_of /mnt | tr , '\n' | grep -cxE 'ro|nosuid|nodev')" -eq 3 ] || die "$(options_of /mnt)"
  edit '.mounts[-1].options = ["rbind", "rw", "suid", "exec"]'
  create
  fails "may not take off what the mount has on the host (ro, nosuid)" "$T/src"
  rt state "$ID"
  fails "does not exist"
}

@test "rootless mounts: what a mount of the host covers is not shown" {
  host_mount
  mount -t tmpfs host "$T/src/below"
  user_bundle "$OWN_ID" '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind"]}]'
  create
  fails
  if is_rt; then fails "use rbind"; fi
  rt state "$ID"
  fails "does not exist"
  edit '.mounts[-1].options = ["rbind"] | .process.args = ["/bin/ls", "/mnt/below"]'
  run_here
  ok
  [ -z "$stdout" ]
}

# bats test_tags=rt-only
@test "rootless mounts: an id-mapped mount is refused" {
  mkdir "$T/src"
  user_bundle "$OWN_ID" '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind", "idmap"]}]'
  create
  fails "id-mapped mount needs CAP_SYS_ADMIN"
  nothing_left
}

@test "rootless mounts: a read-only root, masks and read-only paths hold" {
  user_bundle "$OWN_ID" '.root.readonly = true'
  inside write /etc/passwd /proc/sys/kernel/domainname
  expect '."/etc/passwd".errno == "EROFS" and ."/proc/sys/kernel/domainname".ok == false'
  inside read /proc/keys
  expect '."/proc/keys" | .result == 0 or .ok == false'
}

@test "rootless mounts: a relative source, a file, a tmpfs and what lies below another mount" {
  user_bundle "$OWN_ID" '.mounts += [
    {destination: "/t", type: "tmpfs", source: "t", options: ["size=1m", "mode=700"]},
    {destination: "/t/data", source: "data", options: ["bind", "ro"]},
    {destination: "/t/file", source: "data/file", options: ["bind"]}] | .process.args = ["/bin/cat", "/t/data/file", "/t/file"]'
  mkdir "$B/data"
  echo here >"$B/data/file"
  chown -R "$UNPRIVILEGED_UID" "$B/data"
  run_here
  ok
  [ "$(xargs <<<"$stdout")" = "here here" ]
}

# bats test_tags=rt-only
@test "rootless mounts: a hundred of them" {
  user_bundle "$OWN_ID" '.mounts += [range(100) | {destination: "/mnt/\(.)", source: "rootfs/etc", options: ["bind"]}]
    | .process.args = ["/bin/ls", "/mnt"]'
  run_here
  ok
  [ "$(wc -l <<<"$stdout")" -eq 100 ]
}
