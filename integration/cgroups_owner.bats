#!/usr/bin/env bats
# Whose the container's cgroup is, and what it can be made in: runtime-spec.md CG-07, CG-09..15.
# bats file_tags=rt-only
load helpers

CGROUP_MOUNT='.mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid"]}]'
NEW_NAMESPACE='.linux.namespaces += [{type: "cgroup"}]'

# owner_is UID [FILE...]: of the container's cgroup and of these files in it.
owner_is() {
  local uid=$1 dir file
  dir=$(cgroup_dir pids)
  shift
  for file in . "$@"; do
    [ "$(stat -c %u "$dir/$file")" -eq "$uid" ] || die "$file belongs to $(stat -c %u "$dir/$file"), wanted $uid"
  done
}

# CG-10, CG-14: the process user's, as the host sees it.
@test "cgroup owner: the process's user has it, in a new cgroup namespace with a writable mount" {
  is_v2 || skip "v2 only"
  bundle "$CGROUP_MOUNT" "$NEW_NAMESPACE" '.process.user = {uid: 1234, gid: 0}'
  created
  owner_is 1234 cgroup.procs cgroup.threads cgroup.subtree_control
  [ "$(stat -c %u "$(cgroup_dir pids)/cgroup.freeze")" -eq 0 ]
  rt delete --force "$ID"
  bundle "$CGROUP_MOUNT" "$NEW_NAMESPACE" '.process.user = {uid: 7, gid: 0}
    | .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}]
    | .linux.gidMappings = .linux.uidMappings'
  chown -R 100000:100000 "$B/rootfs"
  created
  owner_is 100007 cgroup.procs
  # The ids of a joined user namespace are not in the config.
  edit ".linux.namespaces |= map(if .type == \"user\" then .path = \"/proc/$PID/ns/user\" else . end)
    | del(.linux.uidMappings, .linux.gidMappings) | .linux.cgroupsPath = \"/second-$MARK\""
  ID=second-$MARK
  created
  owner_is 100007 cgroup.procs
}

# CG-11, CG-12, CG-13.
@test "cgroup owner: stays root in every other case" {
  local change
  while read -r change; do
    bundle '.process.user = {uid: 1234, gid: 0}' "$change"
    create
    [ "$status" -eq 0 ] || die "$change"
    owner_is 0 cgroup.procs
    rt delete --force "$ID"
    ok
  done <<END
$CGROUP_MOUNT
$NEW_NAMESPACE
$CGROUP_MOUNT | .linux.namespaces += [{type: "cgroup", path: "/proc/self/ns/cgroup"}]
$NEW_NAMESPACE | $CGROUP_MOUNT | .mounts[-1].options += ["ro"]
$NEW_NAMESPACE | $CGROUP_MOUNT | .mounts[-1].source = "elsewhere"
END
  is_v2 && return 0
  bundle '.process.user = {uid: 1234, gid: 0}' "$CGROUP_MOUNT" "$NEW_NAMESPACE"
  created
  owner_is 0 cgroup.procs
}

# CG-07, CG-09: below a threaded group nothing can be joined.
@test "cgroup owner: a group that no process can enter is refused" {
  is_v2 || skip "v2 only"
  local outer=/sys/fs/cgroup/outer-$MARK
  mkdir "$outer"
  echo threaded >"$outer/cgroup.type"
  bundle '.linux.cgroupsPath = "/outer-\($mark)/\($id)"'
  create
  fails "outer-$MARK/$ID" "invalid state"
  rt state "$ID"
  fails "does not exist"
  [ ! -e "$outer/$ID" ]
  rmdir "$outer"
}

# CG-09: the controllers that limits need are switched on in the groups above, none in the group itself.
@test "cgroup owner: controllers are enabled on the way down" {
  is_v2 || skip "v2 only"
  bundle '.linux.cgroupsPath = "/one-\($mark)/\($id)"'
  created
  local leaf=/sys/fs/cgroup/one-$MARK/$ID
  [ "$(cat "$leaf/cgroup.controllers")" = "$(cat /sys/fs/cgroup/cgroup.controllers)" ]
  [ "$(cat "/sys/fs/cgroup/one-$MARK/cgroup.subtree_control")" = "$(cat /sys/fs/cgroup/cgroup.controllers)" ]
  [ -z "$(cat "$leaf/cgroup.subtree_control")" ]
}

# CG-09, RU-02: a limit is never dropped because its controller is elsewhere.
@test "cgroup owner: a limit without its controller is refused" {
  is_v2 || skip "v2 only"
  local row
  while IFS='|' read -r controller text row; do
    grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers && continue
    bundle "$row"
    create
    fails "$text" "controller \"$controller\" is not in the cgroup v2 hierarchy of this host" "no such file"
    nothing_left
  done <<'END'
memory|/linux/resources/memory|.linux.resources.memory = {limit: 33554432}
cpu|/linux/resources/cpu|.linux.resources.cpu = {shares: 512}
cpuset|/linux/resources/cpu|.linux.resources.cpu = {cpus: "0"}
pids|/linux/resources/pids|.linux.resources.pids = {limit: 12}
io|/linux/resources/blockIO|.linux.resources.blockIO = {weight: 300}
rdma|/linux/resources/rdma|.linux.resources.rdma = {mlx5_1: {hcaHandles: 3}}
memory|/linux/resources/unified/memory.high|.linux.resources.unified = {"memory.high": "1000000"}
END
}

# The rule of no internal processes: who breaks it is named, and the way out.
@test "cgroup owner: a limit below a group that holds processes is refused, and why" {
  is_v2 || skip "v2 only"
  local controller outer=/sys/fs/cgroup/outer-$MARK limit
  read -r controller _ </sys/fs/cgroup/cgroup.controllers
  [ -n "$controller" ] || skip "v2 only, with a controller"
  case " $(cat /sys/fs/cgroup/cgroup.controllers) " in
    *" memory "*) controller=memory limit='{memory: {limit: 33554432}}' ;;
    *" hugetlb "*) controller=hugetlb limit='{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}' ;;
    *) skip "v2 only, with memory or hugetlb" ;;
  esac
  grep -qw "$controller" /sys/fs/cgroup/cgroup.subtree_control || echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
  mkdir "$outer"
  helper stranger sleep 60
  echo "$HELPER" >"$outer/cgroup.procs"
  bundle '.linux.cgroupsPath = "/outer-\($mark)/\($id)"' ".linux.resources += $limit"
  create
  fails "controller \"$controller\" is not enabled below cgroup \"/outer-$MARK\"" "processes live in it" "move them"
  [ ! -e "$outer/$ID" ]
  # Giving it the threaded controllers alone would have changed what it is.
  [ "$(cat "$outer/cgroup.type")" = domain ]
  [ -z "$(cat "$outer/cgroup.subtree_control")" ]
  kill -0 "$HELPER"
  kill "$HELPER"
  eventually rmdir_gone "$outer"
}

@test "cgroup owner: a group that gives controllers to others below it is refused, and stays" {
  is_v2 || skip "v2 only"
  local controller group
  controller=$(cut -d' ' -f1 /sys/fs/cgroup/cgroup.controllers)
  grep -qw "$controller" /sys/fs/cgroup/cgroup.subtree_control || echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
  group=$(cgroup_dir pids)
  mkdir "$group"
  echo "+$controller" >"$group/cgroup.subtree_control"
  bundle
  create
  fails "cannot hold processes" "$controller"
  rmdir "$group"
}

# A cgroup filesystem mounted in the host's namespace would have taken nsdelegate from the host.
@test "cgroup owner: joining the cgroup namespace of the host changes nothing of the host's hierarchy" {
  is_v2 || skip "v2 only"
  local before
  before=$(grep ' - cgroup2 ' /proc/self/mountinfo)
  bundle "$CGROUP_MOUNT" '.linux.namespaces += [{type: "cgroup", path: "/proc/self/ns/cgroup"}]'
  inside mkdir /sys/fs/cgroup/new
  expect '."/sys/fs/cgroup/new".errno == "EROFS"'
  [ "$(grep ' - cgroup2 ' /proc/self/mountinfo)" = "$before" ] || die "was $before"
}
