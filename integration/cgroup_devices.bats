#!/usr/bin/env bats
# The devices controller, files on v1 and a program on v2: runtime-spec.md RD-01..09.
load helpers
load cgroups

MKNOD='.process.capabilities |= map_values(. + ["CAP_MKNOD"])'

# The rules are asked before the driver: a device that does not exist (240:7) answers ENXIO where the rules
# allow it, EPERM where they do not.

# RD-01, RD-08, GHSA-g54h: what the rules do not allow cannot be opened, though it can be made.
@test "devices: after deny-all only the defaults can be opened" {
  bundle "$MKNOD"
  inside mknod /tmp/mem c 1 1
  expect '.mknod.ok and .open.errno == "EPERM"'
  inside mknod /tmp/none c 240 7
  expect '.mknod.ok and .open.errno == "EPERM"'
  inside mknod /tmp/zero c 1 5
  expect '.mknod.ok and .open.ok'
}

@test "devices: an allow rule lets one device through and no other" {
  bundle "$MKNOD" '.linux.resources.devices += [{allow: true, type: "c", major: 240, minor: 7, access: "r"}]'
  inside mknod /tmp/this c 240 7
  expect '.open.errno == "ENXIO"'
  inside mknod /tmp/other c 240 8
  expect '.open.errno == "EPERM"'
  inside mknod /tmp/block b 240 7
  expect '.open.errno == "EPERM"'
}

@test "devices: access letters are kept apart" {
  bundle '.linux.devices = [{path: "/dev/k", type: "c", major: 240, minor: 7, fileMode: 438}]
    | .linux.resources.devices += [{allow: true, type: "c", major: 240, minor: 7, access: "w"}]'
  inside write /dev/k
  expect '."/dev/k".errno == "ENXIO"'
  inside read /dev/k
  expect '."/dev/k".errno == "EPERM"'
}

# RD-01: later entries override earlier ones. EM-17.
@test "devices: a later rule overrides an earlier one" {
  bundle "$MKNOD" '.linux.resources.devices += [{allow: true, type: "c", major: 240, minor: 7, access: "rwm"},
                                                {allow: false, type: "c", major: 240, minor: 7, access: "rw"}]'
  inside mknod /tmp/node c 240 7
  expect '.mknod.ok and .open.errno == "EPERM"'
}

# RD-07: a partial deny takes away what it names and leaves the rest.
@test "devices: a deny of one right leaves the other" {
  bundle '.linux.devices = [{path: "/dev/k", type: "c", major: 240, minor: 7, fileMode: 438}]
    | .linux.resources.devices += [{allow: true, type: "c", major: 240, minor: 7, access: "rwm"},
                                   {allow: false, type: "c", major: 240, minor: 7, access: "w"}]'
  inside write /dev/k
  expect '."/dev/k".errno == "EPERM"'
  inside read /dev/k
  expect '."/dev/k".errno == "ENXIO"'
}

@test "devices: a wildcard minor allows the whole major" {
  bundle "$MKNOD" '.linux.resources.devices += [{allow: true, type: "c", major: 240, access: "rwm"}]'
  inside mknod /tmp/node c 240 99
  expect '.open.errno == "ENXIO"'
  inside mknod /tmp/other c 241 99
  expect '.open.errno == "EPERM"'
}

# GHSA-g54h: default deny even without a rule. runc 1.1.5 too.
@test "devices: without any rule the rest is denied" {
  bundle "$MKNOD" 'del(.linux.resources)'
  inside mknod /tmp/mem c 1 1
  expect '.open.ok == false'
}

# RD-05: runc 1.1.5 lets it pass.
# bats test_tags=rt-only
@test "devices: an unknown access letter is refused" {
  bundle '.linux.resources.devices += [{allow: true, type: "c", major: 1, minor: 11, access: "rx"}]'
  create
  fails
  nothing_left
}

# R21, RD-07: a device policy that is not in force must stop the create. runc 1.1.5 is not traced here.
# bats test_tags=rt-only
@test "cgroups: device rules that the kernel does not permit fail the create" {
  is_v2 || skip "v2 only"
  bundle
  LIMIT=20
  call "$T/stdout" "$T/stderr" strace -f -o /dev/null -e inject=bpf:error=EPERM \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  fails "device rules"
  nothing_left
}

# bpf(2) of a process that is stopped, frozen or traced at the wrong moment: EAGAIN, and nothing is wrong.
# bats test_tags=rt-only
@test "cgroups: a load of the device rules that is interrupted is done again" {
  is_v2 || skip "v2 only"
  bundle
  call "$T/out" "$T/err" strace -o "$T/trace" -e trace=bpf -e inject=bpf:error=EAGAIN:when=1..3 \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "$(cat "$T/err")"
  grep -q 'EAGAIN.*INJECTED' "$T/trace" || die "nothing was injected: $(cat "$T/trace")"
  rt delete --force "$ID"
  bundle
  LIMIT=20
  call "$T/out" "$T/err" strace -o "$T/trace" -e trace=bpf -e inject=bpf:error=EAGAIN \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  fails "device filter: bpf: resource temporarily unavailable"
  nothing_left
}

# Managers' plugins edit the rules behind our back: an update leaves them alone.
@test "cgroups: device rules stay through an update of limits" {
  bundle '.linux.devices = [{path: "/dev/k", type: "c", major: 240, minor: 7, fileMode: 438}]
    | .linux.resources.devices += [{allow: true, type: "c", major: 240, minor: 7, access: "r"}]'
  started
  update_by '{"devices": [{"allow": true, "access": "rwm"}]}'
  rt exec "$ID" /probe read /dev/k
  expect '."/dev/k".errno == "ENXIO"'
  rt exec "$ID" /probe write /dev/k
  expect '."/dev/k".errno == "EPERM"'
  deleted
}

# The program is loaded beside the mounts; bpf(2) is made slow here, so that a hook that did not wait for it would be first.
# bats test_tags=rt-only
@test "devices: a createContainer hook finds the device rules in force" {
  is_v2 || skip "v2 only"
  mknod "$T/node" c 240 7
  bundle '.linux.resources.devices = [{allow: false, access: "rwm"}]
    | .hooks.createContainer = [{path: "/bin/sh", args: ["sh", "-c", "cat \($T)/node 2>&1 | grep \"not permitted\""]}]'
  call "$T/out" "$T/err" strace -o "$T/trace" -e trace=bpf -e inject=bpf:delay_enter=300000 \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "$(cat "$T/err")"
  grep -q 'PROG_ATTACH.*DELAYED' "$T/trace" || die "nothing was slow: $(cat "$T/trace")"
}
