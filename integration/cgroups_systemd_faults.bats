#!/usr/bin/env bats
# Cgroups from systemd when something goes wrong, when there are many, and properties from annotations: cli.md 4.3,
# security.md faults 16 and 17, R19. Skipped unless systemd is pid 1 and we are root.
load helpers
load systemd

# --- the end of a unit ---

@test "systemd: the unit is gone after delete" {
  systemd_bundle
  started
  has ActiveState active
  rt delete --force "$ID"
  ok
  no_unit
  [ -z "$(marked_cgroups)" ]
}

@test "systemd: the unit is gone after delete when the program ended by itself" {
  systemd_bundle
  set_args /bin/true
  started
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  no_unit
}

@test "systemd: the unit is gone after delete when memory ran out" {
  systemd_bundle '.linux.resources.memory = {limit: 33554432}'
  set_args /probe eat 100000000
  started
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  no_unit
}

@test "systemd: the unit of a paused container is gone after delete --force" {
  systemd_bundle
  started
  rt pause "$ID"
  ok
  rt delete --force "$ID"
  ok
  no_unit
}

@test "systemd: groups that the container made go with the unit" {
  systemd_bundle '.linux.namespaces += [{type: "cgroup"}]
    | .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev"]}]'
  started
  rt exec "$ID" /bin/mkdir -p /sys/fs/cgroup/a/b /sys/fs/cgroup/c
  ok
  [ -d "$(scope_dir)/a/b" ]
  rt delete --force "$ID"
  ok
  no_unit
}

@test "systemd: run takes its unit along" {
  systemd_bundle
  set_args /bin/cat /proc/self/cgroup
  run_here
  ok
  [[ "$stdout" == *"/system.slice/$UNIT"* ]] || die "it was elsewhere"
  no_unit
}

@test "systemd: a unit that somebody stopped is no fault of delete" {
  systemd_bundle
  started
  systemctl stop "$UNIT"
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  no_unit
}

# --- a create that fails ---

@test "systemd: a failed create leaves no unit" {
  systemd_bundle
  set_args /no/such/program
  create
  fails /no/such/program
  no_unit
  nothing_left
}

@test "systemd: a limit that a file refuses leaves no unit" {
  systemd_bundle '.linux.resources.unified = {"memory.no.such": "1"}'
  create
  fails memory.no.such
  no_unit
  nothing_left
}

# bats test_tags=rt-only
@test "systemd: what a killed create left goes by delete --force" {
  systemd_bundle '.hooks.createRuntime = [{path: "/bin/sleep", args: ["sleep", "30"]}]'
  helper create "$RUNTIME" --root "$ROOT" --systemd-cgroup create --bundle "$B" "$ID"
  eventually unit_is_active 2>/dev/null
  kill -KILL "$HELPER"
  rt delete --force "$ID"
  ok
  no_unit
}

unit_is_active() { has ActiveState active; }

# A slice stays until somebody stops it; the hook takes the bus away from its creator.
# bats test_tags=rt-only
@test "systemd: a unit that systemd was not asked to stop stays known, and goes by delete" {
  helper relay socat "UNIX-LISTEN:$T/bus" UNIX-CONNECT:/run/dbus/system_bus_socket
  eventually test -S "$T/bus"
  UNIT=${MARK//-/_}-s.slice
  bundle ".linux.cgroupsPath = \"$(slice_of_mark)::$UNIT\"
    | .hooks.createRuntime = [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"kill -KILL $HELPER; exit 3\"]}]"
  GLOBAL+=(--log "$T/log" --log-level warning)
  DBUS_SYSTEM_BUS_ADDRESS=unix:path=$T/bus create
  fails createRuntime
  grep -q "level=warning.*stop systemd unit $UNIT" "$T/log" || die "not in the log: $(cat "$T/log")"
  unit_is_active
  status_is "$ID" stopped
  rt delete "$ID"
  ok
  has ActiveState inactive
  nothing_left
}

# --- a unit of that name ---

@test "systemd: a failed unit of the same name is no hindrance" {
  systemd_bundle
  systemd-run --quiet --scope --unit "$UNIT" -p RuntimeMaxSec=1 /bin/sleep 60 >"$T/other" 2>&1 || true
  has ActiveState failed
  created
  has ActiveState active
  in_unit "$PID"
}

# runc 1.1 takes away what it has not made.
# bats test_tags=rt-only
@test "systemd: a unit of the same name that runs is refused, and left alone" {
  systemd_bundle
  helper other systemd-run --quiet --scope --unit "$UNIT" /bin/sleep 60
  eventually unit_is_active 2>/dev/null
  create
  fails "$UNIT" already
  has ActiveState active
  kill -0 "$HELPER"
  systemctl stop "$UNIT"
  nothing_left
}

# --- annotations ---

@test "systemd: org.systemd.property sets a property of the unit" {
  systemd_bundle '.annotations = {"org.systemd.property.TimeoutStopUSec": "uint64 7000000",
    "org.systemd.property.CollectMode": "\u0027inactive-or-failed\u0027"}'
  created
  has TimeoutStopUSec 7s
  has CollectMode inactive-or-failed
}

@test "systemd: org.systemd.property in seconds is in microseconds on the bus" {
  systemd_bundle '.annotations = {"org.systemd.property.TimeoutStopSec": "uint64 8"}'
  created
  has TimeoutStopUSec 8s
}

# R19: whoever may annotate must not get to run programs on the host, nor to start or stop its units.
# bats test_tags=rt-only
@test "systemd: a property that is not on the list is refused" {
  local name
  for name in ExecStart ExecStopPost User Environment Slice PIDs Delegate Wants Requires Conflicts NoSuchProperty "A B" ""; do
    systemd_bundle ".annotations = {\"org.systemd.property.$name\": \"'x'\"}"
    create
    fails "org.systemd.property.$name"
    no_unit
    nothing_left
  done
}

# bats test_tags=rt-only
@test "systemd: a property with a value of another type is refused" {
  local value
  for value in "'x'" "int32 7" "uint64" "uint64 -1" "uint64 99999999999999999999" "true" "uint64 7 8" "['7']"; do
    systemd_bundle ".annotations = {\"org.systemd.property.TimeoutStopUSec\": \"$value\"}"
    create
    fails org.systemd.property.TimeoutStopUSec
    no_unit
    nothing_left
  done
}

# bats test_tags=rt-only
@test "systemd: without --systemd-cgroup the properties are only words" {
  GLOBAL=()
  bundle '.annotations = {"org.systemd.property.ExecStart": "x"}'
  created
}

# --- the bus ---

# A socket that takes connections and never says a word; the system bus lies under it in this mount namespace only.
# bats test_tags=rt-only
@test "systemd: a bus that does not answer is said within its deadline, and leaves nothing" {
  systemd_bundle
  mute_bus
  LIMIT=60
  create
  un_mute
  fails systemd
  no_unit
  nothing_left
}

# bats test_tags=rt-only
@test "systemd: a bus that closes the connection is said" {
  systemd_bundle
  mute_bus ",max-children=1" SYSTEM:true
  create
  un_mute
  fails systemd
  no_unit
  nothing_left
}

# At the start of a host systemd is there before the bus is.
# bats test_tags=rt-only
@test "systemd: without a bus it is systemd's own socket" {
  systemd_bundle
  touch "$T/none"
  mount --bind "$T/none" /run/dbus/system_bus_socket
  create
  local created=$status active
  active=$(unit_value ActiveState)
  rt delete --force "$ID"
  umount /run/dbus/system_bus_socket
  ok
  [ "$created $active" = "0 active" ] || die "create: $created, $active"
  no_unit
}

# mute_bus [LISTEN-OPTION] [ADDRESS]: what lies over the sockets answers by ADDRESS of socat.
mute_bus() {
  local socket
  for socket in /run/dbus/system_bus_socket /run/systemd/private; do
    helper "mute-${socket##*/}" socat "UNIX-LISTEN:$T/${socket##*/},fork${1:-}" "${2:-EXEC:sleep 60}"
    eventually test -S "$T/${socket##*/}"
    mount --bind "$T/${socket##*/}" "$socket"
  done
}

un_mute() {
  umount /run/dbus/system_bus_socket /run/systemd/private
  kill "${HELPERS[@]}"
}

# --- many ---

@test "systemd: twenty at once leave no unit" {
  local n pids=() failed=0
  systemd_bundle
  for n in $(seq 20); do
    one_of_many "$n" >"$T/helpers/$n" 2>&1 3>&- 4>&- &
    pids+=("$!")
  done
  for n in "${pids[@]}"; do
    wait "$n" || failed=$((failed + 1))
  done
  [ "$failed" -eq 0 ] || die "$failed failed: $(cat "$T"/helpers/*)"
  [ -z "$(marked_units)" ] || die "left: $(marked_units)"
  [ -z "$(marked_cgroups)" ]
}

one_of_many() {
  local id=$ID-$1 dir=$T/many/$1
  mkdir -p "$dir"
  jq --arg path ":t:$id" --arg root "$B/rootfs" '.linux.cgroupsPath = $path | .root = {path: $root, readonly: true}' \
    "$B/config.json" >"$dir/config.json"
  "$RUNTIME" --root "$ROOT" --systemd-cgroup create --bundle "$dir" "$id" </dev/null || return 1
  ctl is-active --quiet "t-$id.scope" || return 1
  "$RUNTIME" --root "$ROOT" start "$id" || return 1
  "$RUNTIME" --root "$ROOT" delete --force "$id"
}
