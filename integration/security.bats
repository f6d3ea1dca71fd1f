#!/usr/bin/env bats
# Published faults of container runtimes, each as a test that must find nothing: contract security.md sections 1 and 3.
# Defensive throughout: a marker directory outside of the bundle that must stay as it is. Where runc 1.1.5 has the
# fault, the test is rt-only and says "control": the same test on runc fails, which shows that it has teeth.
load helpers

# $T/marker with files of the names that runtimes write to, and what it looks like.
make_marker() {
  mkdir -p "$T/marker/sub" "$T/marker/kernel"
  local name
  for name in ptmx null console fd stdin stdout stderr c resolv.conf sub/file; do
    echo kept >"$T/marker/$name"
  done
  manifest >"$T/manifest"
}

manifest() { (cd "$T/marker" && find . -printf '%p %y %m %U:%G %i %s %T@ %l\n' | sort && find . -type f -exec sha256sum {} + | sort); }

marker_clean() {
  manifest >"$T/manifest.now"
  cmp -s "$T/manifest" "$T/manifest.now" || die "the marker changed: $(diff "$T/manifest" "$T/manifest.now")"
  not grep -qF "$T/marker" /proc/self/mountinfo
}

# Creates and starts, whichever of both may be refused; never a hang.
try_it() {
  LIMIT=10
  create
  [ "$status" -ne 124 ] && [ "$status" -ne 137 ] || die "hung"
  [ "$status" -eq 0 ] || return 0
  rt start "$ID"
  [ "$status" -ne 124 ] || die "start hung"
}

# --- links in the image ---

# CVE-2019-19921, CVE-2023-27561, CVE-2025-54867.
@test "security: /proc or /sys of the image that is a link is refused" {
  local name
  make_marker
  for name in proc sys; do
    bundle
    rmdir "$B/rootfs/$name"
    ln -s "$T/marker" "$B/rootfs/$name"
    create
    fails
    nothing_left
    rm "$B/rootfs/$name"
    mkdir "$B/rootfs/elsewhere"
    ln -s elsewhere "$B/rootfs/$name"
    create
    fails
    nothing_left
    rm -r "$B/rootfs"
  done
  marker_clean
}

# CVE-2026-41579, CVE-2026-47766: control.
# bats test_tags=rt-only
@test "security: /dev of the image that is a link touches nothing outside, with and without a /dev mount" {
  local filter
  make_marker
  for filter in '.' '.mounts |= map(select(.destination | startswith("/dev") | not))'; do
    bundle "$filter"
    rmdir "$B/rootfs/dev"
    ln -s "$T/marker" "$B/rootfs/dev"
    try_it
    marker_clean
    rt delete --force "$ID"
    ok
    rm -r "$B/rootfs"
  done
}

@test "security: /dev/pts, /dev/shm and /dev/mqueue of the image that are links touch nothing outside" {
  make_marker
  bundle '.mounts |= map(select(.destination != "/dev"))'
  local name
  for name in pts shm mqueue; do
    ln -s "$T/marker/sub" "$B/rootfs/dev/$name"
  done
  try_it
  marker_clean
}

# CVE-2026-88264.
@test "security: /dev/console of the image that is a link touches nothing outside" {
  make_marker
  helper tty "$TOOLS/recvtty" "$T/tty.sock" "$T/report"
  eventually test -S "$T/tty.sock"
  bundle '.process.terminal = true | .mounts |= map(select(.destination | startswith("/dev") | not) // empty)
    | .mounts += [{destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance", "ptmxmode=0666"]}]'
  ln -s "$T/marker/console" "$B/rootfs/dev/console"
  create --console-socket "$T/tty.sock"
  marker_clean
}

@test "security: a dangling /dev/console makes no file outside" {
  make_marker
  helper tty "$TOOLS/recvtty" "$T/tty.sock" "$T/report"
  eventually test -S "$T/tty.sock"
  bundle '.process.terminal = true | .mounts |= map(select(.destination != "/dev" and .destination != "/dev/shm" and .destination != "/dev/mqueue"))'
  ln -s "$T/marker/made-by-runtime" "$B/rootfs/dev/console"
  create --console-socket "$T/tty.sock"
  marker_clean
}

# CVE-2025-31133, CVE-2025-62161: control.
# bats test_tags=rt-only
@test "security: a masked path is the null device though /dev/null of the image is something else" {
  local kind
  for kind in link fifo missing zero; do
    bundle '.mounts |= map(select(.destination | startswith("/dev") | not)) | .linux.maskedPaths = ["/maskme"]'
    echo secret >"$B/rootfs/maskme"
    echo kept >"$B/rootfs/target"
    case $kind in
      link) ln -s /target "$B/rootfs/dev/null" ;;
      fifo) mkfifo "$B/rootfs/dev/null" ;;
      missing) ;;
      zero) mknod "$B/rootfs/dev/null" c 1 5 ;;
    esac
    try_it
    if [ -d "$ROOT/$ID" ]; then
      PID=$(pid_of "$ID")
      [ "$(stat -L -c '%t:%T %F' "/proc/$PID/root/maskme")" = "1:3 character special file" ] || die "$kind: $(stat -L "/proc/$PID/root/maskme")"
    fi
    rt delete --force "$ID"
    ok
    rm -r "$B/rootfs"
  done
}

# CVE-2019-18837, CVE-2021-30465's static form, CVE-2015-3629.
@test "security: a mount over a masked path, or over a device of a user namespace, stays inside" {
  local user='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings'
  local change
  for change in . "$user"; do
    bundle '.process.capabilities |= map_values(["CAP_SYS_ADMIN"]) | .linux.maskedPaths = ["/proc/keys", "/etc/group"]' "$change"
    set_args /bin/sh -c 'for path in /proc/keys /etc/group /dev/null /dev/full; do mount --bind /etc/passwd $path || exit; done
      cat /dev/full; sleep 100'
    run_detached
    [ "$status" -eq 0 ] || die "run"
    eventually grep -q root "$T/out"
    [ -c /dev/null ] && [ -c /dev/full ] || die "the host's device is covered"
    not grep -F "$MARK" /proc/self/mountinfo
    rt delete --force "$ID"
    ok
  done
}

@test "security: a mount destination behind a link stays inside the root" {
  make_marker
  mkdir "$T/src"
  touch "$T/src/seen"
  local target
  for target in "$T/marker/sub" "../../../../../../../../$T/marker/sub" "/proc/self/root/$T/marker/sub"; do
    bundle '.mounts += [{destination: "/way/in", source: ($T + "/src"), options: ["bind"]}]'
    mkdir "$B/rootfs/way"
    ln -s "$target" "$B/rootfs/way/in"
    try_it
    marker_clean
    rt delete --force "$ID"
    ok
    rm -r "$B/rootfs"
  done
}

@test "security: a file bound on a link of the image stays inside the root" {
  make_marker
  echo "nameserver inside" >"$T/conf"
  bundle '.mounts += [{destination: "/etc/resolv.conf", source: ($T + "/conf"), options: ["bind"]}]
          | .process.args = ["/bin/cat", "/etc/resolv.conf"]'
  ln -s "$T/marker/resolv.conf" "$B/rootfs/etc/resolv.conf"
  run_here
  marker_clean
  [ "$status" -ne 0 ] || [ "$stdout" = "nameserver inside" ]
}

@test "security: a chain of 39 links is followed inside, a loop is refused" {
  bundle '.mounts += [{destination: "/l1", type: "tmpfs", source: "t"}]'
  local n
  for n in {1..38}; do
    ln -s "l$((n + 1))" "$B/rootfs/l$n"
  done
  mkdir "$B/rootfs/l39"
  inside mounts
  expect '[.[] | select(.target == "/l39" and .type == "tmpfs")] | length == 1'
  rm -r "$B/rootfs/l39"
  ln -s l1 "$B/rootfs/l39"
  create
  fails
  nothing_left
}

# CVE-2015-3631, CVE-2019-16884: the destination is judged on what it is, not on its spelling.
@test "security: nothing covers /proc through a link or an odd spelling" {
  mkdir "$T/src"
  local where
  for where in //proc/./sys /mnt/../proc/sys /to-proc/sys /to-proc; do
    bundle ".mounts += [{destination: \"$where\", source: (\$T + \"/src\"), options: [\"bind\"]}]"
    [ -e "$B/rootfs/to-proc" ] || ln -s proc "$B/rootfs/to-proc"
    create
    fails
    nothing_left
  done
}

# CVE-2025-52881: control.
# bats test_tags=rt-only
@test "security: a sysctl is written to the real /proc though a hook has covered it" {
  bundle '.linux.sysctl = {"kernel.shm_rmid_forced": "1"}
    | .hooks.createContainer = [{path: "/bin/sh", env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], args: ["sh", "-c",
        "mount -t tmpfs fake \($B)/rootfs/proc/sys && mkdir -p \($B)/rootfs/proc/sys/kernel && echo FAKE >\($B)/rootfs/proc/sys/kernel/shm_rmid_forced"]}]'
  try_it
  if [ -d "$ROOT/$ID" ]; then
    PID=$(pid_of "$ID")
    [ "$(nsenter -t "$PID" -i cat /proc/sys/kernel/shm_rmid_forced)" = 1 ]
    [ "$(cat "/proc/$PID/root/proc/sys/kernel/shm_rmid_forced")" != 1 ] ||
      [ "$(stat -f -c %T "/proc/$PID/root/proc/sys/kernel/shm_rmid_forced")" = proc ]
  fi
}

# --- descriptors and the working directory: CVE-2024-21626 ---

# Each call of rt has directories of the host open on 7, 20, 63 and 300.
leaky() {
  call "$T/stdout" "$T/stderr" bash -c 'exec "$@" 7</ 20</etc 63</ 300</etc' bash "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  [ "$status" -ne 124 ] || die "hung"
}

@test "security: a working directory through /proc/self/fd never leads outside" {
  local n path
  for n in 3 4 5 6 7 8 9 20 63 300; do
    for path in "/proc/self/fd/$n" "/proc/1/fd/$n" "/proc/thread-self/fd/$n"; do
      bundle ".process.cwd = \"$path\" | .process.args = [\"/probe\", \"cwd\"]"
      leaky
      if [ "$status" -eq 0 ]; then
        expect '(.cwd // "/") | startswith("/")'
        expect '.cwd | startswith("(unreachable)") | not'
      fi
    done
  done
}

@test "security: a link of the image to /proc/self/fd is no way out either" {
  bundle '.process.cwd = "/leak" | .process.args = ["/probe", "cwd"]'
  ln -s /proc/self/fd/7 "$B/rootfs/leak"
  leaky
  [ "$status" -ne 0 ] || expect '.cwd | startswith("(unreachable)") | not'
}

@test "security: a program through /proc/self/fd is refused" {
  local n
  for n in 7 20 63; do
    bundle ".process.args = [\"/proc/self/fd/$n/bin/sh\", \"-c\", \"echo escaped\"]"
    leaky
    [ "$status" -ne 0 ] || die "ran"
    [[ "$stdout" != *escaped* ]]
  done
}

# --- the runtime's own image: CVE-2019-5736, K1 ---

# bats test_tags=rt-only
@test "security: the waiting process runs from a sealed memory file, not from the runtime's file" {
  bundle
  created
  [[ "$(readlink "/proc/$PID/exe")" == /memfd:* ]] || die "exe: $(readlink "/proc/$PID/exe")"
  [ "$(stat -L -c %d:%i "/proc/$PID/exe")" != "$(stat -L -c %d:%i "$RUNTIME")" ]
  # F_GET_SEALS: at least SEAL, SHRINK, GROW, WRITE.
  python3 -c '
import fcntl, os, sys
seals = fcntl.fcntl(os.open(sys.argv[1], os.O_RDONLY), 1034)
assert seals & 15 == 15, seals' "/proc/$PID/exe"
}

# bats test_tags=rt-only
@test "security: no page of the runtime's file is mapped in the waiting process" {
  bundle
  created
  local inode
  inode=$(stat -L -c %i "$RUNTIME")
  not grep -E " $inode +/" "/proc/$PID/maps"
  not grep -F "$RUNTIME" "/proc/$PID/maps"
}

@test "security: an image whose program is /proc/self/exe cannot change the runtime" {
  local before
  before=$(sha256sum "$(realpath "$RUNTIME")"; stat -L -c '%i %s %Y %a' "$RUNTIME")
  bundle '.process.args = ["/entry"]'
  printf '#!/proc/self/exe\n' >"$B/rootfs/entry"
  chmod +x "$B/rootfs/entry"
  LIMIT=5
  run_here
  [ "$status" -ne 0 ]
  rt delete --force "$ID"
  bundle '.process.args = ["/proc/self/exe"]'
  run_here
  rt delete --force "$ID"
  [ "$(sha256sum "$(realpath "$RUNTIME")"; stat -L -c '%i %s %Y %a' "$RUNTIME")" = "$before" ]
}

# CVE-2016-9962, R7: not dumpable, so its /proc entries belong to the host's root.
# bats test_tags=rt-only
@test "security: the waiting process of a user namespace is not traceable by its root" {
  bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}]
    | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 1000}]'
  chown -R 100000:100000 "$B/rootfs"
  created
  [ "$(stat -c %u "/proc/$PID/fd")" -eq 0 ] || die "owner $(stat -c %u "/proc/$PID/fd")"
  setpriv --reuid=100000 --regid=100000 --clear-groups ls "/proc/$PID/fd" >/dev/null 2>&1 && die "readable"
  true
}

# R20, AT_SECURE.
# bats test_tags=rt-only
@test "security: a set-user-id copy refuses to work" {
  local copy=$T/helpers/rt
  cp "$RUNTIME" "$copy"
  chmod 4755 "$copy"
  chmod 0711 "$T/helpers"
  call "$T/stdout" "$T/stderr" setpriv --reuid=65534 --regid=65534 --clear-groups "$copy" --root "$T/x" list
  [ "$status" -ne 0 ]
}

# bwrap CVE-2019-12439, Singularity CVE-2020-25039: who owns the state root.
# bats test_tags=rt-only
@test "security: a state root of another user is refused" {
  mkdir "$ROOT"
  chown 1000:1000 "$ROOT"
  bundle
  create
  fails
  [ -z "$(ls -A "$ROOT")" ]
  rmdir "$ROOT"
}

# H6 in small: how rt works on the file system.
# bats test_tags=rt-only
@test "security: no mount by path, and every descriptor is close-on-exec from birth" {
  bundle '.process.args = ["/bin/true"]'
  call "$T/out" "$T/err" strace -f -o "$T/trace" -e trace=mount,umount2,open,creat,openat,openat2,memfd_create,socketpair,pipe2,execve,execveat \
    "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "run"
  # What the program of the container itself does comes after its execve; /bin/true opens nothing of note.
  not grep -E ' (mount|open|creat)\(' "$T/trace"
  grep -E 'openat\(|openat2\(|memfd_create|socketpair|pipe2' "$T/trace" | grep -v -E 'CLOEXEC|resumed' >"$T/plain" || true
  [ ! -s "$T/plain" ] || die "$(head -n 5 "$T/plain")"
}
