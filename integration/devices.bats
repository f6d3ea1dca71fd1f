#!/usr/bin/env bats
# Devices and links in /dev: runtime-spec.md DEF-05..20, DEV-01..09. What may be opened: cgroup_devices.bats.
load helpers

@test "devices: the defaults are there with number, mode and owner" {
  bundle
  inside stat /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty
  expect '[.[] | .type == "c" and .mode == 438 and .uid == 0 and .gid == 0] | all'
  expect '[.[] | "\(.major):\(.minor)"] == ["1:3", "1:5", "1:7", "1:8", "1:9", "5:0"]'
}

@test "devices: the defaults work" {
  bundle
  inside read /dev/null /dev/zero /dev/full /dev/urandom
  expect '."/dev/null".result == 0 and ."/dev/zero".result == 4096 and ."/dev/full".result == 4096 and ."/dev/urandom".result == 4096'
  inside write /dev/null /dev/zero /dev/full
  expect 'all(.[]; .ok)'
}

# DEF-12..16.
@test "devices: ptmx and the links of the standard streams" {
  bundle
  inside stat /dev/ptmx /dev/fd /dev/stdin /dev/stdout /dev/stderr
  expect '."/dev/ptmx".target == "pts/ptmx" and ."/dev/fd".target == "/proc/self/fd"'
  expect '."/dev/stdin".target == "/proc/self/fd/0" and ."/dev/stdout".target == "/proc/self/fd/1" and ."/dev/stderr".target == "/proc/self/fd/2"'
}

@test "devices: there is no /dev/console without a terminal" {
  bundle
  inside stat /dev/console
  expect '."/dev/console".type == "none"'
}

# EM-15, SY-01: runc 1.1.5 needs a /proc in the container.
# bats test_tags=rt-only
@test "devices: works without /proc" {
  bundle '.mounts |= map(select(.destination != "/proc")) | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
  inside stat /dev/null
  expect '."/dev/null".type == "c"'
}

@test "devices: one of the config is made, with mode and owner as given" {
  bundle '.linux.devices = [{path: "/dev/kmsg0", type: "c", major: 1, minor: 11, fileMode: 416, uid: 12, gid: 34},
                            {path: "/dev/loopx", type: "b", major: 7, minor: 200, fileMode: 384}]'
  inside stat /dev/kmsg0 /dev/loopx
  expect '."/dev/kmsg0" | .type == "c" and .major == 1 and .minor == 11 and .mode == 416 and .uid == 12 and .gid == 34'
  expect '."/dev/loopx" | .type == "b" and .major == 7 and .minor == 200 and .mode == 384'
}

# EM-16: the umask of the caller does not matter.
@test "devices: the mode survives the caller's umask" {
  umask 077
  bundle '.linux.devices = [{path: "/dev/one", type: "c", major: 1, minor: 11, fileMode: 438}]'
  chmod -R go+rX "$B"
  inside stat /dev/one /dev/null
  expect 'all(.[]; .mode == 438)'
}

# DEV-05, DEV-06. Decimal 8630 is 020666: callers send the whole st_mode.
@test "devices: the file type's bits in fileMode do not matter, absent ones are 0666 and root's" {
  bundle '.linux.devices = [{path: "/dev/full-mode", type: "c", major: 1, minor: 5, fileMode: 8630},
                            {path: "/dev/no-mode", type: "b", major: 7, minor: 200}]'
  inside stat /dev/full-mode /dev/no-mode
  expect '."/dev/full-mode" | .type == "c" and .mode == 438'
  expect '."/dev/no-mode" | .type == "b" and .mode == 438 and .uid == 0 and .gid == 0'
}

# DEV-03: what a link leads to is neither made nor used, the parents are made inside.
# bats test_tags=rt-only
@test "devices: a link in the image does not lead outside" {
  mkdir "$T/outside"
  bundle '.linux.devices = [{path: "/way/zero", type: "c", major: 1, minor: 5}]'
  ln -s "$T/outside" "$B/rootfs/way"
  create
  [ -z "$(ls "$T/outside")" ]
  rt delete --force "$ID"
  bundle '.linux.devices = [{path: "/zero", type: "c", major: 1, minor: 5}]'
  ln -s "$T/outside/zero" "$B/rootfs/zero"
  create
  fails "/linux/devices/0" "/zero"
  [ -z "$(ls "$T/outside")" ]
  nothing_left
}

# DEV-01. runc makes none at all then.
# bats test_tags=rt-only
@test "devices: a bound /dev is left alone, those elsewhere are made" {
  mkdir -p "$T/dev"
  bundle '.linux.devices = [{path: "/dev/x", type: "c", major: 1, minor: 5}, {path: "/srv/zero", type: "c", major: 1, minor: 5}]
    | .mounts = [{destination: "/dev", source: ($T + "/dev"), options: ["bind"]}, .mounts[0]]'
  inside stat /srv/zero /dev/null
  expect '."/srv/zero".minor == 5 and ."/dev/null".type == "none"'
  [ -z "$(ls "$T/dev")" ]
}

# DEV-09: as in a user namespace.
@test "devices: a caller without CAP_MKNOD gives the host's nodes" {
  bundle
  set_args /probe stat /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty
  call "$T/stdout" "$T/stderr" setpriv --bounding-set -mknod "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '[.[] | "\(.type) \(.major):\(.minor)"] == ["c 1:3", "c 1:5", "c 1:7", "c 1:8", "c 1:9", "c 5:0"]'
}

# DEV-03.
@test "devices: one may lie outside /dev, in a directory that must be made" {
  bundle '.linux.devices = [{path: "/made/for/it/zero", type: "c", major: 1, minor: 5, fileMode: 438}]'
  inside stat /made/for/it/zero
  expect '."/made/for/it/zero" | .type == "c" and .major == 1 and .minor == 5'
}

# DEV-02.
@test "devices: u is a character device, p is a FIFO" {
  bundle '.linux.devices = [{path: "/dev/un", type: "u", major: 1, minor: 5, fileMode: 438},
                            {path: "/dev/fifo", type: "p", fileMode: 384}]'
  inside stat /dev/un /dev/fifo
  expect '."/dev/un".type == "c" and ."/dev/fifo" .type == "p" and ."/dev/fifo".mode == 384'
}

# DEF-19.
@test "devices: one of the config takes the place of a default" {
  bundle '.linux.devices = [{path: "/dev/full", type: "c", major: 1, minor: 7, fileMode: 384, uid: 5}]'
  inside stat /dev/full
  expect '."/dev/full" | .mode == 384 and .uid == 5'
}

@test "devices: an unknown type is refused" {
  bundle '.linux.devices = [{path: "/dev/x", type: "q", major: 1, minor: 5}]'
  create
  fails
  nothing_left
}

# DEV-03, DEV-04, DV-19, EM-16: runc accepts these.
# bats test_tags=rt-only
@test "devices: a different file at the place is an error, a matching node is fine" {
  bundle '.linux.devices = [{path: "/occupied", type: "c", major: 1, minor: 5}]'
  touch "$B/rootfs/occupied"
  create
  fails "/occupied"
  nothing_left
  rm "$B/rootfs/occupied"
  mknod "$B/rootfs/occupied" c 1 5
  inside stat /occupied
  expect '."/occupied".minor == 5'
}

# DEV-03, DEV-04: runc 1.1.5 takes 0:0 and no path.
# bats test_tags=rt-only
@test "devices: one without its numbers or its path is refused" {
  local device
  for device in '{path: "/dev/x", type: "c"}' '{type: "c", major: 1, minor: 5}' \
    '{path: "/dev/x", type: "c", major: -1, minor: 5}'; do
    bundle ".linux.devices = [$device]"
    create
    fails
    nothing_left
  done
}

# DEV-07.
@test "devices: two paths with the same number are fine" {
  bundle '.linux.devices = [{path: "/dev/z1", type: "c", major: 1, minor: 5, fileMode: 438},
                            {path: "/dev/z2", type: "c", major: 1, minor: 5, fileMode: 438}]'
  inside read /dev/z1 /dev/z2
  expect 'all(.[]; .ok)'
}
