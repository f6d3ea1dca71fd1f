#!/usr/bin/env bats
# containerd with the runtime as BinaryName of its shim: contract cli.md 2.1. One private daemon for the file, with
# its own root, state and socket, and neither CRI nor CNI. The comment of each test says what containerd relies on.
# The same file must pass with runc.
load ../helpers
load manager

setup_file() {
  command -v containerd >/dev/null && command -v umoci >/dev/null || skip "no containerd or no umoci"
  manager_begin
  cat >"$D/config.toml" <<END
version = 2
root = "$D/data"
state = "$D/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
  address = "$D/sock"
END
  RTB_MARK=$MARK XDG_RUNTIME_DIR=$D TMPDIR=$D containerd --config "$D/config.toml" </dev/null >"$D/log" 2>&1 3>&- 4>&- &
  echo $! >"$D/daemon"
  eventually task ls
  make_rootfs "$D/rootfs"
  umoci init --layout "$D/layout" && umoci new --image "$D/layout:latest" &&
    umoci insert --image "$D/layout:latest" "$D/rootfs" /
  tar -C "$D/layout" -cf "$D/image.tar" .
  ct images import --base-name test/image --snapshotter native "$D/image.tar" >/dev/null
}

teardown_file() {
  [ -n "${D:-}" ] || return 0
  remove_tasks
  manager_end "$(cat "$D/daemon")"
}

setup() {
  T=$D
  HELPERS=()
  ROOT=$D/runc/$MARK
}

teardown() { remove_tasks; }

remove_tasks() {
  local id
  for id in $(task ls -q); do
    task delete --force "$id" >/dev/null 2>&1 || true
  done
  for id in $(ct containers ls -q); do
    ct containers delete "$id" >/dev/null 2>&1 || true
  done
}

# The namespace is the mark, and so the parent of all cgroups.
ct() { timeout -k 5 30 ctr --address "$D/sock" -n "$MARK" "$@" 3>&- 4>&-; }
task() { ct tasks "$@"; }

OURS=(--runtime io.containerd.runc.v2 --snapshotter native)

# ran [FLAG...] IMAGE ID COMMAND...: ctr run with the runtime under test.
ran() { managed ct run --runc-binary "$RECORDER" --runc-root "$D/runc" "${OURS[@]}" "$@"; }

# sleeping ID [FLAG...]
sleeping() {
  local id=$1
  shift
  ran -d "$@" "$IMAGE" "$id" /probe sleep
  gives 0
}

IMAGE=test/image:latest

# The runtime's name and root come as options: --root is the option joined with the namespace.
@test "containerd: run prints, by the runtime that is named, in its own root" {
  ran --rm "$IMAGE" hello /bin/echo Hello World
  says "Hello World"
  grep -q -- "--root $D/runc/$MARK .*create --bundle .* hello" "$D/calls" || die "another runtime"
}

# The shim is a subreaper: init must be an orphan when create returns, so that its status is the container's.
@test "containerd: exit statuses are passed on" {
  local code
  for code in 0 1 3 255; do
    ran --rm "$IMAGE" code /probe exit "$code"
    [ "$status" -eq "$code" ] || die "wanted $code"
  done
}

# What is wrong is the last record of the log file in JSON; nothing of the container stays.
@test "containerd: what cannot run says why" {
  ran --rm "$IMAGE" wrong /nonexistent
  gives 1 "no such file or directory"
  ran --rm "$IMAGE" wrong nonexistent
  gives 1 'executable file not found in $PATH'
  ran --rm "$IMAGE" wrong /etc/passwd
  gives 1 "permission denied"
}

# The console socket gets the master of the terminal.
@test "containerd: --tty is a terminal" {
  on_a_terminal "sleep 4" ctr --address "$D/sock" -n "$MARK" run --rm --tty --runc-binary "$RECORDER" \
    --runc-root "$D/runc" "${OURS[*]}" "$IMAGE" term /probe tty
  gives 0
  expect '."0".tty and ."1".tty and .ctty'
  grep -q 'create .*--console-socket' "$D/calls" || die "no console socket"
}

# exec --process FILE --detach --pid-file: the pid is a child of the shim's, whose status it has.
@test "containerd: exec with its status, as another user and in another folder" {
  sleeping ex
  managed task exec --exec-id e1 ex /bin/sh -c 'echo out; echo err >&2; exit 7'
  [ "$status" -eq 7 ] && [ "$stdout" = out ] && [ "$stderr" = err ] || die "exec"
  managed task exec --exec-id e2 --user 1000:1001 --cwd /tmp ex /probe many id cwd
  gives 0
  expect '.id.uid == 1000 and .id.gid == 1001 and .cwd.cwd == "/tmp"'
  managed task exec --exec-id e3 ex /no/such/program
  [ "$status" -ne 0 ] || die "exec of nothing"
  gives "$status" "no such file or directory"
}

# pause and resume; a paused container refuses exec.
@test "containerd: pause and resume" {
  sleeping still
  managed task pause still
  gives 0
  [[ "$(task ls)" == *PAUSED* ]] || die "not paused"
  managed task exec --exec-id e still /bin/true
  [ "$status" -ne 0 ] || die "exec in a paused container"
  managed task resume still
  gives 0
  eventually awake
}

# ctr itself may end before it has copied the output.
awake() {
  managed task exec --exec-id "e$RANDOM" still /bin/echo awake
  says awake 2>/dev/null
}

# The shim finds the cgroup by /proc/PID/cgroup right after create.
@test "containerd: metrics are those of the container's cgroup, with its limit" {
  need_controller memory
  sleeping measured --memory-limit 67108864 --cpus 0.5
  managed task metrics --format json measured
  gives 0
  expect '(.memory.usage.limit // .memory.usage_limit) == 67108864 and (.pids.current >= 1)'
}

# kill ID N, and the pid's status 128+N; a second kill is "not found", not an error to repeat.
@test "containerd: kill with a signal, then delete; a second kill is not found" {
  sleeping told
  managed task kill -s SIGKILL told
  gives 0
  eventually stopped told
  managed task kill -s SIGKILL told
  [ "$status" -ne 0 ] || die "killed twice"
  gives "$status" "not found"
  managed task delete told
  gives 0 "exit code 137"
  not grep -q told <(task ls)
}

stopped() { task ls | grep -q "^$1 .*STOPPED"; }

# kill --all for what lives in the same pid namespace.
@test "containerd: kill --all ends every process" {
  sleeping every
  managed task exec -d --exec-id e every /bin/sleep 1000
  gives 0
  [ "$(task ps every | wc -l)" -eq 3 ] || die "two processes"
  managed task kill --all -s SIGKILL every
  gives 0
  eventually stopped every
}

# ps --format json: a list of pids and nothing else, on stdout and stderr together.
@test "containerd: ps shows the pids of init and exec" {
  sleeping shown
  local pid
  pid=$(task ls | awk '$1 == "shown" {print $2}')
  managed task ps shown
  gives 0 "$pid"
  grep -q 'ps --format json shown' "$D/calls" || die "no ps"
}

# Restrictions and identity by the configuration that ctr writes.
@test "containerd: folder, environment, capabilities, seccomp, read-only root, mounts" {
  mkdir -p "$D/shared"
  echo shared >"$D/shared/file"
  ran --rm --cwd /tmp --env A=b --cap-add CAP_NET_ADMIN --cap-drop CAP_CHOWN --seccomp --read-only \
    --mount "type=bind,src=$D/shared,dst=/mnt,options=rbind:ro" "$IMAGE" facts /probe many cwd env caps process
  gives 0
  expect '.cwd.cwd == "/tmp" and (.env | index("A=b")) and .process.seccomp == 2
    and (.caps.bounding | index("CAP_NET_ADMIN")) and (.caps.bounding | index("CAP_CHOWN") | not)'
  ran --rm --read-only --mount "type=bind,src=$D/shared,dst=/mnt,options=rbind:ro" "$IMAGE" facts \
    /bin/sh -c 'cat /mnt/file; /probe create /x /mnt/x'
  gives 0 shared EROFS
}

# linux.devices and their rules.
@test "containerd: a device" {
  ran --rm --device /dev/full "$IMAGE" dev /bin/sh -c 'echo x >/dev/full || echo refused'
  gives 0 refused
}

# Namespaces by path.
@test "containerd: the namespace of another container, and the host's network" {
  sleeping first
  local pid
  pid=$(task ls | awk '$1 == "first" {print $2}')
  ran --rm --with-ns "ipc:/proc/$pid/ns/ipc" --net-host "$IMAGE" second \
    /bin/sh -c 'readlink /proc/self/ns/ipc; readlink /proc/self/ns/net'
  says "$(readlink "/proc/$pid/ns/ipc")"$'\n'"$(readlink /proc/self/ns/net)"
}

# A user namespace with maps; the snapshot is made the mapped root's.
@test "containerd: --uidmap and --gidmap" {
  ran --rm --uidmap 0:800000:65536 --gidmap 0:800000:65536 --net-host=false "$IMAGE" mapped \
    /bin/sh -c 'id -u; cat /proc/self/uid_map'
  gives 0 800000
}

# The OOM watch is on the cgroup where init is after create.
@test "containerd: OOM ends with 137, and there is an event of it" {
  need_controller memory
  timeout -k 5 30 ctr --address "$D/sock" -n "$MARK" events >"$D/events" 2>&1 </dev/null 3>&- 4>&- &
  local watcher=$!
  sleep 0.5
  # The shim begins to watch after the start.
  ran --memory-limit 33554432 "$IMAGE" hungry /bin/sh -c 'sleep 2; exec /probe eat 200000000'
  gives 137
  eventually grep -q "/tasks/oom" "$D/events"
  kill -TERM "$watcher"
  wait "$watcher" || true
}

# A bundle whose root filesystem is a plain folder.
@test "containerd: --rootfs runs a folder" {
  ran --rm --rootfs "$D/rootfs" plain /bin/cat /etc/group
  gives 0 "root:x:0:"
}

# The pid file: digits alone, of a process in the container.
# (The end of stdin is not passed on by this ctr, whatever the runtime.)
@test "containerd: detached, it goes on, and stdin of a foreground one arrives" {
  sleeping back --pid-file "$D/pid"
  kill -0 "$(cat "$D/pid")" || die "no such process"
  stdout=$(echo through the pipe | ct run --rm --runc-binary "$RECORDER" --runc-root "$D/runc" "${OURS[@]}" "$IMAGE" \
    piped /bin/head -n 1)
  [ "$stdout" = "through the pipe" ] || die "stdin"
}

# What a dead shim left is deleted by force, by the next one that containerd starts for that.
@test "containerd: the death of a shim is the end of the container" {
  sleeping orphan
  local pid shim
  pid=$(task ls | awk '$1 == "orphan" {print $2}')
  shim=$(awk '{print $4}' "/proc/$pid/stat")
  grep -qz containerd-shim "/proc/$shim/cmdline" || die "the parent is no shim"
  kill -KILL "$shim"
  eventually not_alive "$pid"
  eventually deleted_by_force orphan
  eventually no_task orphan
}

not_alive() { ! kill -0 "$1" 2>/dev/null; }
deleted_by_force() { grep -q "delete --force $1" "$D/calls"; }
no_task() { ! task ls -q | grep -qx "$1"; }

# Nothing of one container's life is shared with another's.
@test "containerd: twenty at once" { at_once 20 numbered; }
numbered() {
  ct run --rm --runc-binary "$RECORDER" --runc-root "$D/runc" "${OURS[@]}" "$IMAGE" "n$1" /bin/echo "number $1"
}

@test "containerd: calls the runtime as docs/managers.md says" { calls_are_documented containerd; }
