# For the files of single controllers: where the controller is, and what a limit is called there.
# Loaded after helpers.bash. Controllers have the names of v1: what is "io" on v2 is "blkio" here.

# The version that has the controller on this host, 1 or 2; nothing where none has it.
version_of() {
  if ! is_v2 && [ -d "/sys/fs/cgroup/$1" ]; then
    echo 1
  elif grep -qw "${1/blkio/io}" "$(unified_root)/cgroup.controllers" 2>/dev/null; then
    echo 2
  fi
}

unified_root() { if is_v2; then echo "$TOP_GROUP"; else echo /sys/fs/cgroup/unified; fi; }

# For a user of a session it is the user's own systemd that makes the cgroups, with the controllers that it was given;
# the user is root inside, and what no user has on its own is left out.
TOP_GROUP=/sys/fs/cgroup
if [ "${RT_TEST_MODE:-}" = user ]; then
  TOP_GROUP+=$(systemctl --user show --value -p ControlGroup)
  BUNDLE_OF_USER=" | .linux.namespaces += [{type: \"user\"}]
    | .linux.uidMappings = [{containerID: 0, hostID: $EUID, size: 1}]
    | .linux.gidMappings = [{containerID: 0, hostID: $(id -g), size: 1}]
    | .mounts[].options |= (. // [] | map(select(startswith(\"gid=\") | not)))
    | del(.linux.resources.devices)"
  has_controller() { grep -qw "$1" "$TOP_GROUP/cgroup.controllers"; }
  cgroup_dir() { echo "$TOP_GROUP/user.slice/t-${2:-$ID}.scope"; }
fi

# need CONTROLLER: skips where no hierarchy has it. On a hybrid host each controller has its own version; other
# runtimes look for v1 alone there.
need() {
  VERSION=$(version_of "$1")
  [ -n "$VERSION" ] || skip "no $1 controller here"
  is_v2 || [ "$VERSION" = 1 ] || is_rt || skip "no $1 controller in v1"
}

# The directory of the container, or of the cgroup PATH below its, in the hierarchy of the controller.
group_of() {
  if is_v2 || [ "$(version_of "$1")" = 1 ]; then cgroup_dir "$1"; else echo "$(unified_root)/$ID"; fi
}

# limit CONTROLLER FILE: what the kernel says.
limit() { cat "$(group_of "$1")/$2"; }

# has CONTROLLER FILE VALUE: and it says so.
has() {
  local is
  is=$(limit "$1" "$2") || die "no $2" || return 1
  [ "$is" = "$3" ] || die "$2 is \"$is\", not \"$3\""
}

# limits CONTROLLER V1-FILE=VALUE V2-FILE=VALUE: the one of the version that has it; "-" is nothing to look at.
limits() {
  local expected=$2
  [ "$(version_of "$1")" = 1 ] || expected=$3
  [ "$expected" = - ] || has "$1" "${expected%%=*}" "${expected#*=}"
}

# update_by JSON: of the default container, which must succeed.
update_by() {
  printf '%s' "$1" >"$T/resources.json"
  rt update --resources "$T/resources.json" "$ID"
  ok
}

# Ends and deletes the container; nothing of its cgroup is left.
deleted() {
  kill_and_wait
  rt delete "$ID"
  ok
  [ -z "$(marked_cgroups)" ] || die "still there: $(marked_cgroups)"
}

# resources JSON...: the default bundle with these limits.
resources() {
  local filters=() part
  for part in "$@"; do
    filters+=(".linux.resources += $part")
  done
  bundle "${filters[@]}"
}

# For a bundle whose program makes cgroups below its own.
CGROUP_INSIDE='.linux.namespaces += [{type: "cgroup"}]
  | .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev"]}]'
# Shell text for the program: deep/deeper in every hierarchy that there is, and join PID, which goes there. An empty
# cpuset of v1 takes no process.
NEST='
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then H=/sys/fs/cgroup; else H=$(echo /sys/fs/cgroup/*); fi
  join() {
    for h in $H; do
      case $h in *cpuset*) continue ;; esac
      echo $1 >$h/deep/deeper/cgroup.procs || exit 1
    done
  }
  for h in $H; do
    mkdir -p $h/deep/deeper || exit 1
  done
'
