#!/usr/bin/env bats
# Descriptors and sockets that are passed in: cli.md 1C.4..1C.6, runtime-spec.md DEF-20, DEF-21; security.md R8.
load helpers

# with_fds SHELL-REDIRECTIONS FLAG...: foreground run of the default bundle under those redirections.
with_fds() {
  local redirections=$1
  shift
  call "$T/stdout" "$T/stderr" bash -c "exec \"\$@\" $redirections" bash \
    "$RUNTIME" --root "$ROOT" run --bundle "$B" "$@" "$ID"
}

@test "fds: the program has the three standard ones and no other" {
  bundle '.process.args = ["/probe", "fds"]'
  echo open >"$T/file"
  with_fds "3<$T/file 4<$T/file 7<$T/file 20</ 63</etc"
  ok
  expect 'keys == ["0", "1", "2"]'
}

@test "fds: a detached program has the three standard ones and no other" {
  bundle '.process.args = ["/probe", "fds"]'
  created
  rt start "$ID"
  ok
  eventually test -s "$T/out"
  stdout=$(cat "$T/out")
  expect 'keys == ["0", "1", "2"]'
}

@test "fds: --preserve-fds passes that many after the standard ones, and their content" {
  bundle '.process.args = ["/bin/sh", "-c", "cat <&3; cat <&4"]'
  echo three >"$T/f3"
  echo four >"$T/f4"
  with_fds "3<$T/f3 4<$T/f4" --preserve-fds 2
  ok
  [ "$stdout" = $'three\nfour' ]
  set_args /probe fds
  with_fds "3<$T/f3 4<$T/f4 5<$T/f4" --preserve-fds 2
  ok
  expect 'keys == ["0", "1", "2", "3", "4"]'
}

@test "fds: --preserve-fds works for create as well" {
  bundle '.process.args = ["/bin/sh", "-c", "cat <&3"]'
  echo three >"$T/f3"
  call "$T/out" "$T/err" bash -c "exec \"\$@\" 3<$T/f3" bash \
    "$RUNTIME" --root "$ROOT" create --preserve-fds 1 --bundle "$B" "$ID"
  ok
  rt start "$ID"
  ok
  eventually grep -qx three "$T/out"
}

# cli.md section 7 item 12: Podman leaves gaps. runc refuses them.
# bats test_tags=rt-only
@test "fds: --preserve-fds tolerates gaps, and nothing of ours falls into them" {
  bundle '.process.args = ["/probe", "fds"]'
  echo x >"$T/file"
  with_fds "3<$T/file 4<&- 5<$T/file 6<&- 7<$T/file" --preserve-fds 5
  ok
  expect 'keys == ["0", "1", "2", "3", "5", "7"]'
}

# CVE-2024-21626: at the state created.
@test "fds: the waiting process holds no directory and no file of the host" {
  bundle
  call "$T/out" "$T/err" bash -c 'exec "$@" 7</ 20</etc 63</tmp' bash \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  ok
  PID=$(pid_of "$ID")
  # By number, not by name: the container's own root is called "/" as well.
  local fd host
  for fd in /proc/"$PID"/fd/*; do
    for host in / /etc /tmp "$T" "$B" "$ROOT" "$TOP" /proc /sys /sys/fs/cgroup; do
      [ "$(stat -L -c %d:%i "$fd")" != "$(stat -c %d:%i "$host")" ] || die "${fd##*/} is the host's $host"
    done
  done
}

# R8 in full: runc 1.1.5 keeps a descriptor for /proc/self/fd.
# The channel, the gate, its own image, the container's root, the descriptors of a detached procfs.
# bats test_tags=rt-only
@test "fds: the waiting process holds a small, known set" {
  bundle
  created
  local fd target
  for fd in /proc/"$PID"/fd/*; do
    target=$(readlink "$fd")
    case "${fd##*/}:$target" in
      [012]:*) ;;
      *:"pipe:["* | *:"$ROOT/$ID/"* | *:"socket:["* | *:"/memfd:"* | *:anon_inode:* | *:/ | *:/1/fd) ;;
      *) die "${fd##*/} is $target" ;;
    esac
  done
  [ "$(ls "/proc/$PID/fd" | wc -l)" -le 8 ] || die "$(ls -l "/proc/$PID/fd")"
}

# --- standard streams ---

# DEF-20.
@test "fds: /dev/null of the host becomes that of the container" {
  bundle '.process.args = ["/bin/sh", "-c", "/probe fdstat 0; /probe stat /dev/null"]'
  started
  eventually status_is "$ID" stopped
  stdout=$(jq -s add "$T/out")
  expect '."0".ino == ."/dev/null".ino and ."0".dev == ."/dev/null".dev'
  expect '."0" | .type == "c" and .major == 1 and .minor == 3'
}

# cli.md 1C.2.
@test "fds: the streams belong to the user of the container, so that they can be reopened" {
  bundle '.process.user = {uid: 1000, gid: 1000} | .process.args = ["/bin/sh", "-c", "echo again >/proc/self/fd/1"]'
  created
  rt start "$ID"
  ok
  eventually grep -q again "$T/out"
  [ "$(stat -c %u "$T/out")" -eq 1000 ]
}

# CVE-2026-88265: runc 1.1.5 has the fault, and so shows that the test has teeth.
# bats test_tags=rt-only
@test "fds: an image whose /dev/null is a link redirects no stream" {
  bundle '.mounts |= map(select(.destination | startswith("/dev") | not)) | .process.args = ["/bin/echo", "to stdout"]'
  echo kept >"$B/rootfs/marker"
  ln -s /marker "$B/rootfs/dev/null"
  created_or_refused || return 0
  [ "$(cat "$B/rootfs/marker")" = kept ]
}

created_or_refused() {
  create
  [ "$status" -eq 0 ] || return 1
  rt start "$ID"
  eventually status_is "$ID" stopped
}

# --- socket activation: cli.md 1C.5 ---

# The runtime's own pid must be LISTEN_PID: a shell execs it.
activated() {
  local pid=$1
  shift
  call "$T/stdout" "$T/stderr" bash -c "LISTEN_FDS=1 LISTEN_PID=$pid exec \"\$@\" 3<$T/file 4<$T/file" bash \
    "$RUNTIME" --root "$ROOT" run --bundle "$B" "$@" "$ID"
}

@test "fds: LISTEN_FDS passes the sockets, and LISTEN_PID is 1" {
  echo listening >"$T/file"
  bundle '.process.args = ["/probe", "many", "env", "fds"]'
  activated '$$'
  ok
  expect '(.env | index("LISTEN_FDS=1") and index("LISTEN_PID=1")) and (.fds | keys == ["0", "1", "2", "3"])'
}

@test "fds: LISTEN_FDS for another process is ignored" {
  echo listening >"$T/file"
  bundle '.process.args = ["/probe", "many", "env", "fds"]'
  activated 1
  ok
  expect '(.env | any(startswith("LISTEN_")) | not) and (.fds | keys == ["0", "1", "2"])'
}

@test "fds: --preserve-fds counts after LISTEN_FDS" {
  echo listening >"$T/file"
  bundle '.process.args = ["/probe", "fds"]'
  activated '$$' --preserve-fds 1
  ok
  expect 'keys == ["0", "1", "2", "3", "4"]'
}

# --- sd_notify: cli.md 1C.6 ---

# A socket that writes what it gets, one datagram a line, to $T/helpers/notify.
notify_socket() {
  helper notify python3 -uc '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    data, fds, _, _ = socket.recv_fds(s, 4096, 4)
    print(data.decode().replace("\n", "|"))
    import os
    for fd in fds:
        os.close(fd)' "$T/notify.sock"
  eventually test -S "$T/notify.sock"
}

@test "fds: READY=1 of the program reaches NOTIFY_SOCKET, with MAINPID, and start waits for it" {
  notify_socket
  bundle '.process.args = ["/probe", "notify", "READY=1"]'
  call "$T/out" "$T/err" env NOTIFY_SOCKET="$T/notify.sock" "$RUNTIME" --root "$ROOT" run -d --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "run: $(cat "$T/err")"
  grep -q 'READY=1' "$T/helpers/notify" || die "$(cat "$T/helpers/notify")"
  grep -q "MAINPID=$(pid_of "$ID")" "$T/helpers/notify" || die "$(cat "$T/helpers/notify")"
}

@test "fds: without NOTIFY_SOCKET the program has none" {
  bundle
  inside env
  expect 'any(startswith("NOTIFY_SOCKET=")) | not'
}
