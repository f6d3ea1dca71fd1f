#!/usr/bin/env bats
# What must not be an error: runtime-spec.md section 1, and rows of the others that say so.
load helpers

# A config with an object of nearly every kind.
full_bundle() {
  mkdir -p "$T/src"
  local limits='{}'
  ! has_controller pids || limits+=' + {pids: {limit: 100}}'
  ! has_controller cpu || limits+=' + {cpu: {shares: 1024}}'
  ! has_controller memory || limits+=' + {memory: {limit: 100000000}}'
  bundle '.hooks = {createRuntime: [{path: "/bin/true", args: ["true"], env: ["A=b"], timeout: 9}], poststop: [{path: "/bin/true"}]}
    | .annotations = {"com.example.key": "value"} | .domainname = "d"
    | .process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}] | .process.consoleSize = {height: 3, width: 4}
    | .process.scheduler = {policy: "SCHED_OTHER", nice: 1} | .process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 4}
    | .process.execCPUAffinity = {initial: "0"}
    | .mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind"],
        uidMappings: [{containerID: 0, hostID: 1, size: 5}], gidMappings: [{containerID: 0, hostID: 1, size: 5}]}]
    | .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings
    | .linux.devices = [{type: "c", path: "/dev/null", major: 1, minor: 3}]
    | .linux.resources += '"$limits"'
    | .linux.sysctl = {"kernel.msgmax": "4321"} | .linux.personality = {domain: "LINUX"}
    | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["swapon"], action: "SCMP_ACT_ERRNO",
        args: [{index: 0, value: 1, op: "SCMP_CMP_EQ"}]}]}'
}

# GEN-05, EM-06, AN-04: in every object whose members the specification names, and in a map only where any key is one.
# bats test_tags=rt-only
@test "tolerated: a property that the specification does not know, in every object" {
  full_bundle
  edit '[paths(type == "object")] as $all
    | ["annotations", "sysctl"] as $maps
    | reduce ($all + [[]])[] as $p (.; if ($p | length > 0) and any($maps[]; . == ($p | last)) then . else
        setpath($p + ["x-unknown"]; {"deep": [1.5e300, null, {"er": true}]}) end)
    | .annotations["another"] = ""'
  [ "$(grep -c x-unknown "$B/config.json")" -ge 25 ]
  inside many id mounts
}

# GEN-12: blocks of other platforms, whatever is in them. runc 1.1.5 wants the types of the specification.
# bats test_tags=rt-only
@test "tolerated: blocks of other platforms" {
  bundle '.windows = {layerFolders: 5} | .solaris = [] | .vm = {kernel: {}, hypervisor: {path: "relative"}} | .zos = "x" | .freebsd = null
    | .process.commandLine = "cmd /c dir" | .process.user.username = "ContainerUser"'
  inside id
  expect '.uid == 0'
}

# GEN-03.
# bats test_tags=rt-only
@test "tolerated: members in any order" {
  full_bundle
  set_args /probe many mounts rlimits
  run_here
  ok
  # In mountinfo mounts stand as they were made, which two processes do side by side.
  local seen='([.mounts[] | [.target, .type, .options]] | sort), .rlimits'
  jq -c "$seen" <<<"$stdout" >"$T/before"
  jq 'walk(if type == "object" then to_entries | reverse | from_entries else . end)' "$B/config.json" >"$B/config.new"
  mv "$B/config.new" "$B/config.json"
  [ "$(jq -r 'keys_unsorted[0]' "$B/config.json")" != ociVersion ]
  run_here
  ok
  jq -c "$seen" <<<"$stdout" >"$T/after"
  cmp "$T/before" "$T/after"
}

# GEN-09: null is as if the member were not there, for every member that may be absent.
# bats test_tags=rt-only
@test "tolerated: null for everything that may be absent" {
  full_bundle
  edit '["ociVersion", "root", "linux", "path", "destination", "type", "size", "soft", "hard", "containerID", "hostID", "policy", "class",
         "priority", "major", "minor", "names", "action", "defaultAction", "op", "index", "value", "limit", "domain", "allow", "cwd", "args",
         "com.example.key", "kernel.msgmax", "process", "user", "mounts", "namespaces", "uidMappings", "gidMappings", "devices",
         "resources", "seccomp", "hostname", "options", "source", "access"] as $needed
    | reduce (paths | select(.[-1] | type == "string")) as $p (.; if any($needed[]; . == $p[-1]) then . else
        if (try getpath($p[:-1]) catch null | type) == "object" then setpath($p; null) else . end end)'
  [ "$(grep -c ': null' "$B/config.json")" -ge 15 ]
  inside id
  expect '.uid == 0'
}

# GEN-13, DV-22: nothing new is made, what is there by default is there.
# bats test_tags=rt-only
@test "tolerated: a config without linux, mounts and hostname" {
  bundle 'del(.linux, .mounts, .hostname)'
  inside many ns cgroup
  local name
  for name in mnt uts ipc net pid cgroup user; do
    [ "$(jq -r ".ns.$name" <<<"$stdout")" = "$(readlink "/proc/self/ns/$name")" ] || [ "$(jq -r ".ns.$name" <<<"$stdout")" = "" ] || die "$name"
  done
  inside stat /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx
  expect '[.[] | select(.type == "c")] | length == 6'
  expect '."/dev/ptmx".target == "pts/ptmx"'
}

# GEN-08, CAP-03, MNT-02: a warning is a warning.
# bats test_tags=rt-only
@test "tolerated: warnings do not change what is done" {
  bundle '.process.capabilities.bounding += ["CAP_NONSENSE", "cap_kill"] | .mounts += [{destination: "mnt/rel", type: "tmpfs", source: "t"}]
    | .process.args = ["/bin/sh", "-c", "exit 7"]'
  run_here
  [ "$status" -eq 7 ] || die "status"
  [ -z "$stderr" ] || die "not asked for"
  GLOBAL=(--log-level warning)
  run_here
  [ "$status" -eq 7 ] || die "status"
  [[ "$stderr" == *CAP_NONSENSE* && "$stderr" == *cap_kill* && "$stderr" == *"/mounts/6/destination"* ]] || die "warnings"
}

# BND-04: what a newer minor adds are members that we do not know. The manager has stamped it, so it is only a warning.
# bats test_tags=rt-only
@test "tolerated: a version that is newer than ours" {
  bundle '.ociVersion = "1.99.7-rc.1+dev" | .newInThatVersion = {a: 1}'
  inside id
  expect '.uid == 0'
  GLOBAL=(--log-level warning)
  set_args /bin/true
  run_here
  [ "$status" -eq 0 ] || die "run"
  [[ "$stderr" == *"/ociVersion"*"1.99.7"* ]] || die "no warning"
  bundle '.ociVersion = "1.3.9"'
  set_args /bin/true
  run_here
  [ "$status" -eq 0 ] && [ -z "$stderr" ] || die "a patch is no matter"
}

# AN-05: reserved for authors, no matter for a runtime.
@test "tolerated: annotations of every kind" {
  bundle '.annotations = {"org.opencontainers.image.stopSignal": "SIGTERM", "org.opencontainers.nonsense": "x", "no dots": "",
    "org.systemd.property.CollectMode": "nonsense", "run.oci.unknown": "x", "é": "ü"}'
  created
  rt state "$ID"
  expect '.annotations["org.opencontainers.nonsense"] == "x" and .annotations["no dots"] == "" and .annotations["é"] == "ü"'
}
