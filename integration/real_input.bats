#!/usr/bin/env bats
# Images that somebody else made: a Debian root by debootstrap, and an OCI image unpacked by umoci.
# The Debian root is made once and kept in build/cache; without a mirror that answers, its tests are skipped.
load helpers
load debian_root

setup_file() { debian_setup; }
teardown_file() { debian_teardown; }

# A bundle on the Debian root; what it writes stays there for the next test.
debian() {
  need_debian
  mkdir -p "$B/rootfs"
  bundle ".root.path = \"$DEBIAN_ROOT\"
    | .process.env = [\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\", \"TERM=xterm\", \"LC_ALL=C\"]" "$@"
}

@test "real input: perl of Debian computes" {
  debian '.process.args = ["perl", "-e", "print join(q{,}, map { $_ * $_ } 1..5), qq{\n}"]'
  run_here
  ok
  [ "$stdout" = "1,4,9,16,25" ]
}

@test "real input: apt-get of Debian tells its version" {
  debian '.process.args = ["apt-get", "--version"]'
  run_here
  ok
  [[ "$stdout" == apt\ * ]] || die "version"
}

@test "real input: Debian's shell, its pipes and its process list" {
  debian '.process.args = ["bash", "-c", "set -o pipefail; seq 1000 | sort -rn | head -n 1; cat /etc/debian_version | wc -l; echo $$; hostname"]'
  run_here
  ok
  [ "$stdout" = $'1000\n1\n1\nprobe-host' ] || die "output"
}

@test "real input: dpkg of Debian verifies a package in a read-only container" {
  debian '.root.readonly = true | .process.args = ["dpkg", "--verify", "base-files"]
    | .mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs"}]'
  run_here
  ok
}

@test "real input: another user of Debian has its home and no rights" {
  debian '.process.user = {uid: 65534, gid: 65534} | .process.args = ["sh", "-c", "id -un; touch /etc/new 2>&1 | grep -o denied; echo $HOME"]'
  run_here
  ok
  [ "$stdout" = $'nobody\ndenied\n/nonexistent' ] || die "output"
}

# The interrupt is sent when the program says that it runs: before that it would be the shell's.
@test "real input: a shell on a pty is driven through the console socket" {
  debian '.process.terminal = true | .process.args = ["bash", "--norc", "-i"] | .process.env += ["PS1=prompt> "]'
  helper tty "$TOOLS/recvtty" "$T/tty.sock" "$T/report" --expect 'prompt>' --size 30x100 \
    --send 'stty size; tty\n' --expect '30 100' --expect '/dev/pts/0' --expect 'prompt>' \
    --send "sh -c 'echo star''ted; exec sleep 100'\n" --expect started --send '\c' --expect 'prompt>' --send 'exit 5\n'
  eventually test -S "$T/tty.sock"
  created --console-socket "$T/tty.sock"
  rt start "$ID"
  ok
  finish "$HELPER" || die "terminal: $(cat "$T/helpers/tty")"
  [ "$status" -eq 0 ] || die "terminal: $(cat "$T/helpers/tty" "$T/helpers/tty.err")"
  eventually status_is "$ID" stopped
}

@test "real input: Debian in a user namespace" {
  debian '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}]
    | .linux.gidMappings = [{containerID: 0, hostID: 0, size: 65536}] | .process.args = ["perl", "-e", "print $<, qq{\n}"]'
  run_here
  ok
  [ "$stdout" = 0 ]
}

# --- an OCI image, made and unpacked by umoci ---

image() {
  command -v umoci >/dev/null || skip "no umoci"
  make_rootfs "$T/tree"
  umoci init --layout "$T/layout" >/dev/null
  umoci new --image "$T/layout:tag" >/dev/null
  umoci unpack --image "$T/layout:tag" "$T/work" >/dev/null 2>&1
  cp -a "$T/tree/." "$T/work/rootfs/"
  umoci repack --image "$T/layout:tag" "$T/work" >/dev/null 2>&1
  umoci config --image "$T/layout:tag" --config.cmd /bin/echo --config.cmd "from the image" --config.env FROM=image \
    --config.workingdir /tmp --config.user 1000:1000 "$@" >/dev/null
  umoci unpack --image "$T/layout:tag" "$B" >/dev/null 2>&1
  # The config is the image's; its own cgroup and no terminal are ours. A host without those may lack privileges.
  edit ".linux.cgroupsPath = \"/$ID\" | .process.terminal = false"
}

@test "real input: an image that umoci unpacked runs with its own command" {
  image
  run_here
  ok
  [ "$stdout" = "from the image" ]
}

@test "real input: user, directory and environment of the image are in force" {
  image
  edit '.process.args = ["/probe", "many", "id", "cwd", "env"]'
  run_here
  ok
  expect '.id.uid == 1000 and .id.gid == 1000 and .cwd.cwd == "/tmp" and (.env | index("FROM=image"))'
}

@test "real input: the config that umoci wrote is created, started, killed and deleted" {
  image
  edit '.process.args = ["/probe", "wait"]'
  started
  eventually grep -q ready "$T/out"
  rt kill "$ID" TERM
  ok
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  nothing_left
}
