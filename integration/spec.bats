#!/usr/bin/env bats
# The command "spec": cli.md 1B.3.
load helpers

@test "spec: writes config.json into the current directory and prints nothing" {
  cd "$T"
  rt spec
  ok
  [ -z "$stdout" ]
  jq -e . config.json >/dev/null
}

@test "spec: --bundle names the directory" {
  mkdir "$B"
  rt spec --bundle "$B"
  ok
  [ -f "$B/config.json" ]
  rt spec -b "$B"
  fails
}

@test "spec: refuses to overwrite a config.json" {
  mkdir "$B"
  echo mine >"$B/config.json"
  rt spec --bundle "$B"
  fails "config.json exists" "emove it first"
  [ "$(cat "$B/config.json")" = mine ]
}

@test "spec: respects the umask" {
  mkdir "$B"
  call "$T/stdout" "$T/stderr" sh -c 'umask 027; exec "$@"' sh "$RUNTIME" spec --bundle "$B"
  ok
  [ "$(stat -c %a "$B/config.json")" = 640 ]
}

@test "spec: has the process that callers edit" {
  mkdir "$B"
  rt spec --bundle "$B"
  stdout=$(cat "$B/config.json")
  expect '.process.args == ["sh"] and .process.cwd == "/" and .process.terminal and .process.noNewPrivileges'
  expect '.process.user.uid == 0 and .process.user.gid == 0'
  expect '.process.env == ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"]'
  expect '.process.rlimits == [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}]'
  expect '.root == {path: "rootfs", readonly: true}'
  expect '(.process.capabilities.bounding | sort) == ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]'
}

# CVE-2022-24769: security.md. runc 1.1.5 still lists ambient.
@test "spec: has no inheritable capabilities" {
  mkdir "$B"
  rt spec --bundle "$B"
  stdout=$(cat "$B/config.json")
  expect '(.process.capabilities.inheritable // []) == []'
}

@test "spec: has the mounts of cli.md 1B.3" {
  mkdir "$B"
  rt spec --bundle "$B"
  stdout=$(cat "$B/config.json")
  expect '[.mounts[].destination] == ["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup"]'
  expect '.mounts[1].options == ["nosuid", "strictatime", "mode=755", "size=65536k"]'
  expect '.mounts[2].options == ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]'
  expect '.mounts[5].options == ["nosuid", "noexec", "nodev", "ro"]'
}

# CVE-2015-3630: the list of today; 1.1.5 has the same but for new entries.
@test "spec: masks and protects what the kernel shows too much of" {
  mkdir "$B"
  rt spec --bundle "$B"
  stdout=$(cat "$B/config.json")
  expect '["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
           "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"] - .linux.maskedPaths == []'
  expect '["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"] - .linux.readonlyPaths == []'
}

@test "spec: has the five namespaces, and the cgroup one on a v2 host" {
  mkdir "$B"
  rt spec --bundle "$B"
  stdout=$(cat "$B/config.json")
  expect '["pid", "network", "ipc", "uts", "mount"] - [.linux.namespaces[].type] == []'
  if is_v2; then
    expect '[.linux.namespaces[].type] | index("cgroup") != null'
  else
    expect '[.linux.namespaces[].type] | index("cgroup") == null'
  fi
}

# bats test_tags=rt-only
@test "spec: names the host rt, is indented by tabs and has the version 1.3" {
  mkdir "$B"
  rt spec --bundle "$B"
  stdout=$(cat "$B/config.json")
  expect '.hostname == "rt" and (.ociVersion | startswith("1.3."))'
  grep -q $'^\t"ociVersion"' "$B/config.json"
}

@test "spec: what it writes can be run" {
  mkdir "$B"
  make_rootfs "$B/rootfs"
  rt spec --bundle "$B"
  edit '.process.terminal = false | .process.args = ["/bin/echo", "works"]'
  run_here
  ok
  [ "$stdout" = works ]
}

@test "spec: --rootless has a user namespace with the caller's ids and no network namespace" {
  mkdir "$B"
  rt spec --rootless --bundle "$B"
  ok
  stdout=$(cat "$B/config.json")
  expect '[.linux.namespaces[].type] | index("network") == null and .[-1] == "user"'
  expect '.linux.uidMappings == [{containerID: 0, hostID: 0, size: 1}]'
  expect '.linux.gidMappings == [{containerID: 0, hostID: 0, size: 1}]'
  expect '.linux.resources == null'
  expect '[.mounts[] | select(.destination == "/sys")] ==
          [{destination: "/sys", type: "none", source: "/sys", options: ["rbind", "nosuid", "noexec", "nodev", "ro"]}]'
  expect '[.mounts[].options // [] | .[] | select(startswith("gid=") or startswith("uid="))] == []'
}

@test "spec: refuses an argument" {
  cd "$T"
  rt spec extra
  fails
  [ ! -e config.json ]
}
