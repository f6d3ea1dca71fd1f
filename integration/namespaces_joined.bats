#!/usr/bin/env bats
# Namespaces that are joined by path, in every mix: runtime-spec.md NS-02, NS-06..10, NS-15, NS-16, decision 0019.
load helpers

mine() { readlink "/proc/self/ns/$1"; }

# The name in /proc/PID/ns of a type of the specification.
file_of() {
  case "$1" in
    network) echo net ;;
    mount) echo mnt ;;
    *) echo "$1" ;;
  esac
}

# Starts a process in new namespaces of these types; $HELD is its pid. Ids as in $MAPPED.
hold() {
  local type flags=()
  for type in "$@"; do
    case "$type" in
      network) flags+=(--net) ;;
      *) flags+=("--$type") ;;
    esac
  done
  helper holder unshare "${flags[@]}" --fork --kill-child sleep 60
  eventually held
  case " $* " in *" user "*)
    echo "0 100000 1000" >"/proc/$HELD/uid_map"
    echo "0 200000 1000" >"/proc/$HELD/gid_map" ;;
  esac
}

held() {
  HELD=$(cat "/proc/$HELPER/task/$HELPER/children") && HELD=${HELD% } && [ -n "$HELD" ] &&
    [ "$(cat "/proc/$HELD/comm")" = sleep ]
}

release() {
  kill -KILL "$HELPER"
  wait "$HELPER" 2>/dev/null || true
}

# join TYPE...: the bundle's namespaces are those of the holder, in this order, and then new ones.
join() {
  local list= type
  for type in "$@"; do
    list+="{type: \"$type\", path: \"/proc/$HELD/ns/$(file_of "$type")\"}, "
  done
  bundle "[$list{type: \"pid\"}, {type: \"network\"}, {type: \"ipc\"}, {type: \"uts\"}, {type: \"mount\"}] as \$all
    | .linux.namespaces = [\$all | to_entries[] | .value as \$one
        | select(.key == ([\$all[].type] | index(\$one.type))) | \$one]
    | del(.hostname)"
  case " $* " in *" user "*) chown -R 100000:200000 "$B/rootfs" ;; esac
}

# The joined types are the holder's inside, five others are new, the rest is the caller's.
check_joined() {
  local type file inner holders
  inside many ns id
  for type in pid network ipc uts mount user cgroup time; do
    file=$(file_of "$type")
    inner=$(jq -r ".ns.$file" <<<"$stdout")
    holders=$(readlink "/proc/$HELD/ns/$file")
    case " $* :$type" in
      *" $type "*) [ "$inner" = "$holders" ] || die "$type of $*" ;;
      *:user | *:cgroup | *:time) [ "$inner" = "$(mine "$file")" ] || die "$type beside $*" ;;
      *) [ "$inner" != "$holders" ] && [ "$inner" != "$(mine "$file")" ] || die "$type beside $*" ;;
    esac
  done
  expect '.id.uid == 0'
}

# NS-02, NS-06, NS-08, NS-09.
@test "joined namespaces: every mix in every order" {
  local row
  while read -r row; do
    # shellcheck disable=SC2086
    set -- $row
    # runc 1.1.5 does not know time, and wants mappings beside a joined user namespace.
    case "$row" in *time* | *user*) is_rt || continue ;; esac
    case "$row" in
      *user*) hold pid network ipc uts mount cgroup time user ;;
      *) hold pid network ipc uts mount cgroup time ;;
    esac
    join "$@"
    check_joined "$@"
    release
  done <<'END'
network
ipc uts
uts network ipc
pid
mount
cgroup
time
pid time
mount pid
cgroup mount network
user
user network
network user
mount user
pid user mount
time uts user
pid network ipc uts mount cgroup time
pid network ipc uts mount user cgroup time
time cgroup user mount uts ipc network pid
user mount cgroup pid network time uts ipc
END
}

# NS-09, decision 0019.
@test "joined namespaces: the root filesystem is the bundle's in a joined mount namespace, too" {
  hold mount
  join mount
  echo here >"$B/rootfs/word"
  set_args /bin/cat /word
  run_here
  ok
  [ "$stdout" = here ]
  not grep -qF "$MARK" /proc/self/mountinfo
}

# bats test_tags=rt-only
@test "joined namespaces: a mount namespace that does not show the root filesystem is refused" {
  hold mount
  join mount
  nsenter --mount="/proc/$HELD/ns/mnt" mount -t tmpfs hidden "$T"
  create
  fails "$B/rootfs" "no such file"
  nothing_left
  nsenter --mount="/proc/$HELD/ns/mnt" mkdir -p "$B/rootfs"
  create
  fails "rootfs \"$B/rootfs\" is another directory"
  nothing_left
}

# Decision 0019: runc replaces the host's root. So does a runtime that fails this test, but of a host of its own.
# bats test_tags=rt-only
@test "joined namespaces: the runtime's own mount namespace and that of the first process are refused" {
  local own='unshare --mount --pid --fork --mount-proc --propagation private'
  HELD=self
  join mount
  # shellcheck disable=SC2086
  call "$T/out" "$T/err" $own sh -c '"$@"; exit $?' sh "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  fails "/linux/namespaces/0/path" "mount namespace of the host"
  nothing_left
  HELD=1
  join mount
  # shellcheck disable=SC2086
  call "$T/out" "$T/err" $own sh -c 'unshare --mount "$@"; exit $?' sh "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  fails "/linux/namespaces/0/path" "mount namespace of the host"
  nothing_left
}

# NS-10.
@test "joined namespaces: lo of a joined network namespace is left as it is" {
  hold network
  join network
  inside link-up lo
  expect '.result == 0'
}

# --- time ---

# bats test_tags=rt-only
@test "time namespace: offsets in all forms are those of the config" {
  bundle '.linux.namespaces += [{type: "time"}] | .process.args = ["/bin/cat", "/proc/self/timens_offsets"]'
  local offsets want
  while IFS='|' read -r offsets want; do
    edit ".linux.timeOffsets = $offsets"
    run_here
    ok
    [ "$(tr -s ' ' <<<"$stdout" | xargs)" = "$want" ] || die "$offsets"
  done <<'END'
{}|monotonic 0 0 boottime 0 0
{monotonic: {secs: 86400}}|monotonic 86400 0 boottime 0 0
{boottime: {nanosecs: 999999999}}|monotonic 0 0 boottime 0 999999999
{monotonic: {secs: -60, nanosecs: 1}, boottime: {secs: -30}}|monotonic -60 1 boottime -30 0
{boottime: {secs: 5, nanosecs: 6}, monotonic: {}}|monotonic 0 0 boottime 5 6
END
}

# NS-15: the first process is in it already.
# bats test_tags=rt-only
@test "time namespace: the program's clocks have the offsets" {
  bundle '.linux.namespaces += [{type: "time"}]
          | .linux.timeOffsets = {monotonic: {secs: -60, nanosecs: 500000000}, boottime: {secs: 86400}}'
  local before
  before=$(cut -d. -f1 /proc/uptime)
  inside clocks
  expect ".monotonic >= $before - 60 and .monotonic < $before - 50 and .boottime >= $before + 86400 and .boottime < $before + 86410"
}
