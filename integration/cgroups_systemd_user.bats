#!/usr/bin/env bats
# Cgroups from the user's own systemd: cli.md 4.2, 4.3. Skipped unless a user of a session without privileges runs
# the file (integration/run --vm user).
load helpers
load systemd

# What no user can have on its own is left out; the own id is root inside.
user_bundle() {
  systemd_bundle "$(printf '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: %d, size: 1}]
    | .linux.gidMappings = [{containerID: 0, hostID: %d, size: 1}]' "$(id -u)" "$(id -g)")" \
    '.mounts[].options |= (. // [] | map(select(startswith("gid=") | not)))' 'del(.linux.resources.devices)' "$@"
}

setup() {
  [ "$EUID" -ne 0 ] && [ -d /run/systemd/system ] || skip "no user of a session"
  common_setup
  GLOBAL=(--systemd-cgroup)
  UNIT=t-$ID.scope
  marked_units >"$T/units.before"
}

manager_group() { systemctl --user show --value -p ControlGroup; }

@test "systemd of a user: the unit is in user.slice of the user's manager" {
  user_bundle
  started
  has ActiveState active
  has Slice user.slice
  has ControlGroup "$(manager_group)/user.slice/$UNIT"
  in_unit "$PID"
  GLOBAL=()
  rt delete --force "$ID"
  ok
  no_unit
}

@test "systemd of a user: a slice is below the user's manager" {
  local top=${MARK//-/_}
  user_bundle ".linux.cgroupsPath = \"$top-b.slice:t:$ID\""
  created
  has ControlGroup "$(manager_group)/$top.slice/$top-b.slice/$UNIT"
  in_unit "$PID"
}

@test "systemd of a user: limits of the delegated controllers are set, and bite" {
  user_bundle '.linux.resources = {memory: {limit: 67108864}, pids: {limit: 25}}'
  created
  has MemoryMax 67108864
  has TasksMax 25
  in_file memory.max 67108864
  in_file pids.max 25
  rt update --memory 96m "$ID"
  ok
  has MemoryMax 100663296
  ctl daemon-reload
  in_file memory.max 100663296
}

@test "systemd of a user: a failed create leaves no unit" {
  user_bundle
  set_args /no/such/program
  create
  fails /no/such/program
  no_unit
}

@test "systemd of a user: without a bus address it is the bus of XDG_RUNTIME_DIR" {
  user_bundle
  unset DBUS_SESSION_BUS_ADDRESS
  created
  has ActiveState active
}

# bats test_tags=rt-only
@test "systemd of a user: an address of an abstract socket or of another kind is understood or refused by name" {
  user_bundle
  DBUS_SESSION_BUS_ADDRESS="tcp:host=localhost,port=1" create
  fails "tcp:"
  no_unit
  DBUS_SESSION_BUS_ADDRESS="unix:path=$T/none" create
  fails "$T/none"
  no_unit
  DBUS_SESSION_BUS_ADDRESS="unix:path=$XDG_RUNTIME_DIR/bus,guid=0123456789abcdef0123456789abcdef" create
  ok
}

# The peer on the bus is the user that the kernel sees, not the 0 that the namespace shows.
@test "systemd of a user: inside a user namespace it is the same bus" {
  user_bundle
  call "$T/out" "$T/err" unshare --user --map-root-user "$RUNTIME" --root "$ROOT" --systemd-cgroup create --bundle "$B" "$ID"
  # The container's own namespace maps ids of the outer one.
  [ "$status" -eq 0 ] || { edit '.linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0'
    call "$T/out" "$T/err" unshare --user --map-root-user "$RUNTIME" --root "$ROOT" --systemd-cgroup create --bundle "$B" "$ID"; }
  ok
  has ActiveState active
}
