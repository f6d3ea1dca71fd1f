#!/usr/bin/env bats
# The runtime inside a container that it has started itself, with and without a user namespace; what the
# kernel refuses there is said. cli.md section 5, rule 8; security.md row 37 and R4.
load helpers

# The outer container keeps nothing back: all capabilities, no masks, a cgroup namespace with writable cgroups.
OPEN='.process.capabilities |= (($all | fromjson) as $caps | {bounding: $caps, effective: $caps, permitted: $caps})
  | .process.noNewPrivileges = false
  | .linux.maskedPaths = [] | .linux.readonlyPaths = []
  | .linux.resources = {devices: [{allow: true, access: "rwm"}]}
  | .linux.namespaces += [{type: "cgroup"}]
  | .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup"},
                {destination: "/run", type: "tmpfs", source: "tmpfs"},
                {destination: "/rt", source: $runtime, options: ["bind", "ro"]}]
  | .mounts |= map(if .destination == "/sys" then .options = ["nosuid", "noexec", "nodev"] else . end)'
# Root there is the user 100000 outside.
MAPPED='.linux.namespaces += [{type: "user"}]
  | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
  | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'

# outer FILTER...: the bundle of the outer container, with the runtime at /rt and the script of the test at
# /script. One that is not static brings its libraries.
outer() {
  local all library
  all=$(setpriv --dump | sed -n 's/^Capability bounding set: //p' | jq -Rc 'split(",") | map("CAP_" + ascii_upcase)')
  cp "$(realpath "$RUNTIME")" "$T/rt"
  chmod 0755 "$T/rt"
  bundle "\"$T/rt\" as \$runtime | $(jq -n --arg all "$all" '$all') as \$all | $OPEN" "$@"
  for library in $(ldd "$T/rt" 2>/dev/null | grep -o '/[^ ]*'); do
    mkdir -p "$B/rootfs/$(dirname "$library")"
    cp -L "$library" "$B/rootfs/$library"
  done
  for name in grep sed setsid setpriv tr; do ln -sf busybox "$B/rootfs/bin/$name"; done
  edit '.process.args = ["/bin/sh", "/script"]'
}

# inner FILTER...: the bundle inside it, at /inner; /waiting is the same with a program that stays.
inner() {
  local dir=$B/rootfs/inner
  bundle_at "$dir" inner 'del(.linux.cgroupsPath)' 'del(.linux.resources)' "$@"
  mkdir -p "$B/rootfs/waiting"
  jq '.process.args = ["/probe", "sleep"] | .root.path = "/inner/rootfs"' "$dir/config.json" \
    >"$B/rootfs/waiting/config.json"
}

# script: what the outer container does, from stdin; "rt" is the runtime there.
script() {
  {
    echo 'set -eu'
    if is_rt; then options="--log-level warning"; else options=; fi
    echo "rt() { /rt --root /run/rt $options \"\$@\"; }"
    echo 'is() { rt state two | grep -q "\"status\": \"$1\""; }'
    cat
  } >"$B/rootfs/script"
}

# Every command once.
all_commands() {
  script <<'END'
rt run -b /inner one
rt create -b /waiting two
is created
rt list | grep -q "two .*created"
rt start two
is running
rt kill two KILL
until is stopped; do sleep 0.05; done
rt delete two
if rt state two 2>/dev/null; then exit 9; fi
rt run -d -b /waiting three
rt delete --force three
echo all done
END
}

mapped() { chown -R 100000:100000 "$B/rootfs"; }

# The outer container ran, and so did everything in it.
all_done() {
  [ "$status" -eq 0 ] || die "outer status"
  [[ "$stdout" == *"all done"* ]] || die "the script did not end"
}

@test "nested: every command inside a privileged container" {
  outer
  inner '.process.args = ["/bin/echo", "inner says", "hello"]'
  all_commands
  run_here
  all_done
  [[ "$stdout" == *"inner says hello"* ]]
}

@test "nested: the inner container has a cgroup below the outer one's, and its limits" {
  local limit='pids: {limit: 20}' group
  # On v2 a limit would need a group of its own for the processes of the outer container.
  is_v2 && limit=
  outer
  inner ".linux.resources = {$limit}"
  script <<'END'
rt run -d -b /waiting two
sleep 1000
END
  started
  group=$(cgroup_dir pids)/two
  eventually test -d "$group"
  eventually grep -q . "$group/cgroup.procs"
  is_v2 || eventually grep -qx 20 "$group/pids.max"
}

@test "nested: every command inside a container with a user namespace, its root without rights over the host" {
  outer "$MAPPED"
  inner '.process.args = ["/bin/echo", "inner says", "hello"]'
  mapped
  all_commands
  run_here
  all_done
  [[ "$stdout" == *"inner says hello"* ]]
}

@test "nested: a user namespace in a user namespace" {
  outer "$MAPPED"
  inner '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 1000, size: 10}]
    | .linux.gidMappings = [{containerID: 0, hostID: 1000, size: 10}]
    | .process.args = ["/bin/cat", "/proc/self/uid_map"]'
  mapped
  chown -R 101000:101000 "$B/rootfs/inner"
  all_commands
  run_here
  all_done
  # As the inner container sees it: its parent's ids.
  grep -qxE ' *0 +1000 +10' <<<"$stdout"
}

@test "nested: a user without rights inside the container" {
  outer '.process.user = {uid: 1000, gid: 1000}' '.process.capabilities = {}' \
    '(.mounts[] | select(.destination == "/run")).options = ["mode=1777"]'
  inner '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1}]
    | .linux.gidMappings = [{containerID: 0, hostID: 1000, size: 1}]
    | (.mounts[].options |= (. // [] | map(select(startswith("gid=") | not))))
    | .process.args = ["/bin/id"]'
  chown -R 1000:1000 "$B/rootfs/inner"
  all_commands
  run_here
  all_done
  [[ "$stdout" == *"uid=0"* ]]
}

# mount_too_revealing() of the kernel.
# bats test_tags=rt-only
@test "nested: under masked paths of the outer container a new proc is refused, and the rule is said" {
  outer "$MAPPED"
  edit '.linux.maskedPaths = ["/proc/kcore", "/proc/keys"]'
  inner '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 10}]
    | .linux.gidMappings = [{containerID: 0, hostID: 0, size: 10}]'
  mapped
  script <<'END'
if rt create -b /inner two 2>/tmp/said; then exit 9; fi
cat /tmp/said
[ -z "$(rt list -q)" ]
echo all done
END
  run_here
  all_done
  [[ "$stdout" == *"a user namespace may mount proc only while it can see one with nothing mounted over it"* ]] || die "rule"
}

# The same without an own pid namespace: then the outer one's proc shows the right processes, masks and all.
# bats test_tags=rt-only
@test "nested: under masked paths a container of the same pid namespace gets the outer one's proc" {
  outer "$MAPPED"
  edit '.linux.maskedPaths = ["/proc/keys"]'
  inner '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 10}]
    | .linux.gidMappings = [{containerID: 0, hostID: 0, size: 10}]
    | del(.linux.namespaces[] | select(.type == "pid")) | .linux.maskedPaths = [] | .linux.readonlyPaths = []
    | .process.args = ["/bin/sh", "-c", "readlink /proc/self && cat /proc/keys | head -c 1"]'
  mapped
  script <<'END'
rt run -b /inner one
echo all done
END
  run_here
  all_done
  [[ "$stderr" == *"bound from outside instead"* ]]
}

# bats test_tags=rt-only
@test "nested: in a user namespace devices are bound, and rules for them are left out with a warning" {
  outer "$MAPPED"
  inner '.linux.resources = {devices: [{allow: false, access: "rwm"}]} | .process.args = ["/probe", "write", "/dev/null", "/dev/zero"]'
  mapped
  script <<'END'
rt run -b /inner one
echo all done
END
  run_here
  all_done
  [[ "$stdout" == *'"/dev/null":{"ok":true'* ]] || die "devices"
  [[ "$stderr" == *"/linux/resources/devices is not applied"* ]]
}

# R4: rt-init's own procfs is refused there as well; it takes what it sees, and fails rather than be redirected.
# bats test_tags=rt-only
@test "nested: sysctls of the inner container are written to its own namespaces" {
  outer "$MAPPED"
  inner '.linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.readonlyPaths = []
    | .process.args = ["/bin/cat", "/proc/sys/net/ipv4/ip_forward"]'
  mapped
  script <<'END'
rt run -b /inner one
cat /proc/sys/net/ipv4/ip_forward
echo all done
END
  run_here
  all_done
  [ "$(head -n 2 <<<"$stdout" | xargs)" = "1 0" ] || die "sysctl"
}

# bats test_tags=rt-only
@test "nested: where cgroups are read-only, --rootless true does without one" {
  outer '(.mounts[] | select(.destination == "/sys/fs/cgroup")).options = ["ro"]'
  inner '.process.args = ["/bin/echo", "inner says", "hello"]'
  script <<'END'
if rt run -b /inner one 2>/tmp/said; then exit 9; fi
grep -qi "read-only file system" /tmp/said
rt --rootless true run -b /inner one
echo all done
END
  run_here
  all_done
  [[ "$stderr" == *"device rules are not applied: there is no cgroup for them"* ]]
  [[ "$stdout" == *"inner says hello"* ]]
}

# bats test_tags=rt-only
@test "nested: a user namespace that the kernel does not grant is an error with its rule" {
  outer "$MAPPED" '.process.capabilities |= map_values(. + ["CAP_SYS_RESOURCE"] | unique)'
  inner '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 10}]
    | .linux.gidMappings = [{containerID: 0, hostID: 0, size: 10}]'
  mapped
  # That number belongs to the outer container's user namespace.
  script <<'END'
echo 0 >/proc/sys/user/max_user_namespaces
if rt create -b /inner two 2>/tmp/said; then exit 9; fi
cat /tmp/said
[ -z "$(rt list -q)" ]
echo all done
END
  run_here
  all_done
  [[ "$stdout" == *"as many user namespaces as sysctl user.max_user_namespaces allows"* ]] || die "rule"
}
