#!/usr/bin/env bats
# All commands as a user without privileges: cli.md section 5; runtime-spec.md NS-11, PR-10, DEV-09, MNT-13.
load helpers
load rootless

setup() {
  common_setup
  become_user
}

@test "rootless: create, start, state, list, kill and delete, with the state in XDG_RUNTIME_DIR" {
  user_bundle "$OWN_ID"
  ROOT=$T/run/$RUNTIME_NAME
  rt_plain create --bundle "$B" "$ID"
  # The container's output is in the same files; its program waits.
  [ "$status" -eq 0 ] || die "create"
  [ "$(stat -c '%u %a' "$ROOT")" = "$UNPRIVILEGED_UID 1700" ] || die "$(stat -c '%u %a' "$ROOT")"
  status_is "$ID" created
  rt_plain start "$ID"
  ok
  rt_plain state "$ID"
  expect ".status == \"running\" and .pid > 1"
  rt_plain list --quiet
  [ "$stdout" = "$ID" ]
  rt_plain kill "$ID" KILL
  ok
  eventually status_is "$ID" stopped
  rt_plain delete "$ID"
  ok
  rt_plain state "$ID"
  fails "does not exist"
}

@test "rootless: run passes output and exit status" {
  user_bundle "$OWN_ID" '.process.args = ["/bin/sh", "-c", "echo said; exit 7"]'
  run_here
  [ "$status" -eq 7 ] || die "status"
  [ "$stdout" = said ]
}

@test "rootless: root inside is the user outside, by a map of one id and setgroups denied" {
  user_bundle "$OWN_ID"
  started
  [ "$(awk '/^[UG]id/ {print $2}' "/proc/$PID/status" | xargs)" = "4242 4343" ]
  [ "$(xargs <"/proc/$PID/uid_map")" = "0 4242 1" ]
  [ "$(xargs <"/proc/$PID/gid_map")" = "0 4343 1" ]
  [ "$(cat "/proc/$PID/setgroups")" = deny ]
}

@test "rootless: newuidmap and newgidmap map the subordinate ids" {
  user_bundle "$MANY_IDS" '.process.user = {uid: 1000, gid: 1001}'
  # runc sets no groups for a user, whatever the namespace permits.
  is_rt && edit '.process.user.additionalGids = [7, 8]'
  started
  [ "$(awk '/^[UG]id/ {print $2}' "/proc/$PID/status" | xargs)" = "500999 601000" ]
  [ "$(xargs <"/proc/$PID/uid_map")" = "0 4242 1 1 500000 65536" ]
  if is_rt; then
    [ "$(sed -n 's/^Groups:\t//p' "/proc/$PID/status" | xargs)" = "600006 600007" ]
  fi
  rt kill "$ID" KILL
  ok
}

# bats test_tags=rt-only
@test "rootless: files that only the caller may read are bound, also where root inside is another id" {
  mkdir "$T/private"
  echo secret >"$T/private/file"
  user_bundle '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 500000, size: 100}]
    | .linux.gidMappings = [{containerID: 0, hostID: 600000, size: 100}]
    | .mounts += [{destination: "/mnt", source: ($T + "/private"), options: ["rbind"]}]
    | .process.args = ["/probe", "stat", "/mnt"]'
  chown -R "$UNPRIVILEGED_UID" "$T/private"
  chmod 0700 "$T/private" "$B"
  run_here
  ok
  expect '."/mnt".type == "dir" and ."/mnt".uid == 65534'
}

@test "rootless: a range that subuid does not give is refused, and said" {
  user_bundle "$MANY_IDS" '.linux.uidMappings[1].hostID = 400000'
  create
  fails
  if is_rt; then
    fails "not allowed" "/etc/subuid gives user \"rtuser\" 500000 65536"
  fi
  nothing_left
}

# bats test_tags=rt-only
@test "rootless: a user without a range is told how to get one" {
  mount --bind /dev/null /etc/subuid
  user_bundle "$MANY_IDS"
  create
  umount /etc/subuid
  fails "/etc/subuid has no range for user \"rtuser\"" "usermod --add-subuids"
  nothing_left
}

# bats test_tags=rt-only
@test "rootless: where newuidmap is missing, its package is named" {
  mount --bind /dev/null /usr/bin/newuidmap
  user_bundle "$MANY_IDS"
  create
  umount /usr/bin/newuidmap
  fails "newuidmap is not installed" "uidmap"
  nothing_left
}

# PR-10.
@test "rootless: additional groups need setgroups, an empty list does not" {
  user_bundle "$OWN_ID" '.process.user.additionalGids = [0]'
  create
  fails "cannot set any additional groups in a rootless container"
  nothing_left
  edit '.process.user.additionalGids = []'
  inside id
  expect '.uid == 0 and .gid == 0'
}

@test "rootless: a container without a user namespace is refused" {
  user_bundle
  create
  fails "rootless container requires user namespaces"
  nothing_left
}

# DEV-09.
@test "rootless: the default devices are the host's, bound" {
  user_bundle "$OWN_ID"
  inside stat /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty
  expect '[.[] | "\(.type) \(.major):\(.minor)"] == ["c 1:3", "c 1:5", "c 1:7", "c 1:8", "c 1:9", "c 5:0"]'
  inside write /dev/null /dev/zero
  expect 'all(.[]; .ok)'
}

@test "rootless: it gives nothing that the user does not have" {
  echo secret >"$T/outside"
  chmod 0600 "$T/outside"
  user_bundle "$OWN_ID" '.process.capabilities |= (map_values(. + ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_MKNOD"]))' \
    '.mounts += [{destination: "/mnt/file", source: ($T + "/outside"), options: ["bind"]}]'
  inside read /mnt/file
  expect '."/mnt/file".errno == "EACCES"'
  inside mknod /tmp/node c 1 3
  expect '.mknod.errno == "EPERM"'
}

@test "rootless: a file of the bundle that the user may not read fails the create" {
  user_bundle "$OWN_ID"
  chown 0:0 "$B/config.json"
  chmod 0600 "$B/config.json"
  create
  fails
  nothing_left
}

# The window in which a helper may write our maps is closed: its files in /proc belong to root again.
# bats test_tags=rt-only
@test "rootless: what waits for start cannot be traced by its user" {
  user_bundle "$OWN_ID"
  created
  [ "$(stat -c %u "/proc/$PID/environ")" -eq 0 ]
  not as_user cat "/proc/$PID/environ"
}

# bats test_tags=rt-only
@test "rootless: a time namespace gets its offsets" {
  user_bundle "$OWN_ID" '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 864000}}
    | .process.args = ["/bin/cat", "/proc/uptime"]'
  run_here
  ok
  [ "$(cut -d. -f1 <<<"$stdout")" -gt 864000 ]
}

@test "rootless: oom_score_adj can be raised, and lowering it is refused" {
  user_bundle "$OWN_ID" '.process.oomScoreAdj = 700'
  inside process
  expect '.oom_score_adj == 700'
  edit '.process.oomScoreAdj = -500'
  create
  fails
  if is_rt; then fails "-500 is below the caller's" "CAP_SYS_RESOURCE"; fi
  nothing_left
}

@test "rootless: limits on resources up to the hard limit, and no further" {
  user_bundle "$OWN_ID" '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]'
  inside rlimits
  expect '.NOFILE == {soft: "100", hard: "200"}'
  edit '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 1000000000}]'
  create
  fails
  if is_rt; then fails "hard limit 1000000000 is above the caller's" "CAP_SYS_RESOURCE"; fi
  nothing_left
}

@test "rootless: a terminal by console socket" {
  user_bundle "$OWN_ID" '.process.terminal = true | .process.args = ["/probe", "tty"]'
  helper tty as_user "$TOOLS/recvtty" "$T/run/tty.sock" "$T/run/report"
  eventually test -S "$T/run/tty.sock"
  started --console-socket "$T/run/tty.sock"
  finish "$HELPER"
  stdout=$(tr -d '\r' <"$T/helpers/tty")
  expect 'all(."0", ."1", ."2"; .tty and .name == "/dev/pts/0") and .ctty'
}

@test "rootless: hooks, pid file and preserved descriptors" {
  user_bundle "$OWN_ID" '.hooks = {
      createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($T)/run/createRuntime; ls -l /proc/$(jq .pid)/ns/net >\($T)/run/ns"]}],
      createContainer: [{path: "/bin/sh", args: ["sh", "-c", "echo $$ >\($T)/run/createContainer"]}],
      startContainer: [{path: "/bin/sh", args: ["sh", "-c", "echo started >/tmp/startContainer"]}],
      poststart: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($T)/run/poststart"]}],
      poststop: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($T)/run/poststop"]}]}'
  exec 5<<<kept
  created --pid-file "$T/run/pid" --preserve-fds 3
  exec 5<&-
  [ "$(cat "$T/run/pid")" = "$PID" ]
  rt start "$ID"
  ok
  rt delete --force "$ID"
  ok
  [ "$(cat "$T/run/createRuntime" "$T/run/poststart" "$T/run/poststop" | xargs)" = "4242 4242 4242" ]
  [ -s "$T/run/createContainer" ]
  # A hook of the user sets the network up, by that file.
  grep -q "net:" "$T/run/ns" || die "namespaces of the container cannot be opened"
  [ "$(cat "$B/rootfs/tmp/startContainer")" = started ]
}

@test "rootless: a seccomp filter with and without no_new_privs" {
  local nnp
  for nnp in true false; do
    user_bundle "$OWN_ID" ".process.noNewPrivileges = $nnp" '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
      syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 95}]}' \
      '.process.args = ["/bin/sh", "-c", "mkdir /tmp/x 2>&1; grep Seccomp: /proc/self/status"]'
    ln -sf busybox "$B/rootfs/bin/grep"
    run_here
    ok
    [[ "$stdout" == *"not supported"*"Seccomp:"*2 ]] || die "nnp $nnp"
  done
}

@test "rootless: a second container joins the user namespace of the first" {
  user_bundle "$MANY_IDS"
  started
  local first=$PID
  bundle_at "$T/second" "second-$MARK" "$NO_LIMITS" "$MANY_IDS" \
    ".linux.namespaces |= map(if .type == \"user\" then .path = \"/proc/$first/ns/user\" else . end)
     | .process.args = [\"/probe\", \"many\", \"ns\", \"id\"]"
  chown -R "$UNPRIVILEGED_UID:$UNPRIVILEGED_GID" "$T/second"
  rt run --bundle "$T/second" "second-$MARK"
  ok
  expect ".ns.user == \"$(readlink "/proc/$PID/ns/user")\" and .id.uid == 0"
}

# bats test_tags=rt-only
@test "rootless: a state root that cannot be had is an error that names XDG_RUNTIME_DIR" {
  user_bundle "$OWN_ID"
  local command
  for command in "create --bundle $B $ID" "state $ID" "list" "delete --force $ID"; do
    # shellcheck disable=SC2086
    call "$T/out" "$T/err" "$T/as/with" "" $command
    fails "XDG_RUNTIME_DIR is not set" "--root"
  done
  call "$T/out" "$T/err" "$T/as/with" "$T/no/where" create --bundle "$B" "$ID"
  fails "XDG_RUNTIME_DIR" "permission denied"
  mkdir -m 0777 "$T/foreign" "$T/foreign/rt"
  call "$T/out" "$T/err" "$T/as/with" "$T/foreign" create --bundle "$B" "$ID"
  fails "must belong to the caller"
}

@test "rootless: spec --rootless writes what the user can run as it is" {
  user_bundle "$OWN_ID"
  rm "$B/config.json"
  rt spec --rootless --bundle "$B"
  ok
  stdout=$(cat "$B/config.json")
  expect '.linux.uidMappings == [{containerID: 0, hostID: 4242, size: 1}]'
  # "As it is" but for the program; a terminal is the caller's choice.
  edit '.process.args = ["/bin/echo", "works"] | .process.terminal = false'
  chown 4242 "$B/config.json"
  run_here
  ok
  [ "$stdout" = works ]
}

@test "rootless: features and list need no privileges" {
  rt features
  ok
  expect '.linux.namespaces | index("user") != null'
  rt_plain list
  ok
}

@test "rootless: a seccomp listener reaches the agent" {
  local getcpu=309
  [ "$(uname -m)" = x86_64 ] || getcpu=168
  helper agent as_user "$TOOLS/seccomp_agent" "$T/run/agent.sock" "$T/run/agent.state" errno 42
  eventually test -S "$T/run/agent.sock"
  user_bundle "$OWN_ID" '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: ($T + "/run/agent.sock"),
    syscalls: [{names: ["getcpu"], action: "SCMP_ACT_NOTIFY"}]}'
  inside syscall "$getcpu"
  expect '.errno == "ENOMSG"'
  eventually grep -qx "notified $getcpu" "$T/helpers/agent"
}

# bats test_tags=rt-only
@test "rootless: rt-init is dumpable only while the maps are written and hooks run" {
  user_bundle "$MANY_IDS" '.hooks.createRuntime = [{path: "/bin/true"}] | .process.args = ["/bin/true"]'
  call "$T/out" "$T/err" strace -f -qq -e trace=prctl,unshare,execve -e signal=none -o "$T/trace" \
    "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "run"
  # 1 and 0: dumpable or not; U: the user namespace; N: all others; M and H: newuidmap and the hook.
  stdout=$(sed -n -e '/PR_SET_DUMPABLE, SUID_DUMP_USER/s/.*/1/p' -e '/PR_SET_DUMPABLE, SUID_DUMP_DISABLE/s/.*/0/p' \
    -e '/unshare(CLONE_NEWUSER)/s/.*/U/p' -e '/unshare(/s/.*/N/p' -e '/execve("[^"]*newuidmap"/s/.*/M/p' \
    -e '/execve("\/bin\/true", \["\/bin\/true"\], 0x[0-9a-f]* \/\* 0 vars/s/.*/H/p' "$T/trace" | tr -d '\n')
  grep -qE 'U1M0N.*1H0' <<<"$stdout" || die "order"
  # Twice, and closed each time.
  [ "$(tr -cd 1 <<<"$stdout")" = 11 ] || die "windows"
}

# runc 1.1.5 wants an id 0.
# bats test_tags=rt-only
@test "rootless: a map without an id 0, for create and for exec" {
  user_bundle "$OWN_ID" '.linux.uidMappings[0].containerID = 7 | .linux.gidMappings[0].containerID = 8
    | .process.user = {uid: 7, gid: 8}'
  started
  [ "$(awk '/^[UG]id/ {print $2}' "/proc/$PID/status" | xargs)" = "4242 4343" ]
  rt exec "$ID" /probe id
  ok
  expect '.uid == 7 and .gid == 8'
}
