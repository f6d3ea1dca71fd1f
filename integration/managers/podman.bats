#!/usr/bin/env bats
# Podman and conmon with the runtime: contract cli.md 2.3. The comment of each test says what they rely on. The same
# file must pass with runc or crun.
load ../helpers
load ../rootless
load ../criu
load manager
load podman

setup_file() {
  criu_setup
  podman_begin
  lay_over /etc/subuid "containers:900000:1000000"
  lay_over /etc/subgid "containers:900000:1000000"
}

teardown_file() {
  umount /etc/subuid /etc/subgid 2>/dev/null
  podman_end
}

setup() {
  T=$D
  HELPERS=()
  cd "$D"  # conmon leaves a file "oom" where Podman was started
}

teardown() { remove_containers; }

# conmon: create with a bundle and a pid file; podman: start. No --root, no driver flag on any later call.
@test "podman: run prints, and passes exit statuses on" {
  run_in_podman image /bin/echo Hello World
  says "Hello World"
  local code
  for code in 1 3 255; do
    run_in_podman image /probe exit "$code"
    gives "$code"
  done
}

# The one record of the log, or the same text on stderr: 126 and 127 are read out of it.
@test "podman: what cannot run is 126 or 127, and says why" {
  run_in_podman image /nonexistent
  gives 127 "no such file or directory"
  run_in_podman image nonexistent
  gives 127 'executable file not found in $PATH'
  run_in_podman image /etc/passwd
  gives 126 "permission denied"
  run_in_podman image /etc
  gives 126
}

# The same for exec: no pid file may be left behind, and the words decide.
@test "podman: exec passes streams, status, user and folder; what is no program says why" {
  sleeping ex
  pod exec ex /bin/sh -c 'echo out; echo err >&2; exit 7'
  [ "$status" -eq 7 ] && [ "$stdout" = out ] && [[ "$stderr" == err* ]] || die "exec"
  pod exec -u 1000:1001 -w /tmp -e A=b ex /probe many id cwd env
  gives 0
  expect '.id.uid == 1000 and .id.gid == 1001 and .cwd.cwd == "/tmp" and (.env | index("A=b"))'
  pod exec ex nonexistent
  gives 127 'executable file not found in $PATH'
  pod exec ex /etc/passwd
  gives 126 "permission denied"
  stdout=$(echo through the pipe | podman exec -i ex /bin/cat)
  [ "$stdout" = "through the pipe" ] || die "stdin"
}

# conmon gets the master by the console socket and sets the size.
@test "podman: run -it and exec -it are terminals; attach comes back to one" {
  local all="env CONTAINERS_CONF=$D/containers.conf CONTAINERS_STORAGE_CONF=$D/storage.conf RTB_MARK=$MARK podman"
  on_a_terminal "sleep 4" "$all run --rm -it --cgroup-parent /$MARK image /probe tty"
  gives 0
  expect '."0".tty and ."1".tty and .ctty'
  sleeping ex
  on_a_terminal "sleep 3" "$all exec -it ex /probe tty"
  gives 0
  expect '."0".tty and ."1".tty and .ctty'
  pod run -d -it --name talk --cgroup-parent "/$MARK" image /probe converse
  on_a_terminal "sleep 2; echo word; sleep 1; echo quit; sleep 3" "$all attach talk"
  gives 0 "got word"
  inspected talk '{{.State.ExitCode}}' 7 || die "another status"
}

# The log of what comes out of the pipes that create was given.
@test "podman: logs, and start --attach" {
  pod create --name said --cgroup-parent "/$MARK" image /bin/sh -c 'echo out; echo err >&2; exit 9'
  pod start --attach said
  gives 9 out err
  pod logs said
  [ "$stdout" = out ] && [ "$stderr" = err ] || die "logs"
}

# kill ID N; conmon has the status of the pid of the pid file.
@test "podman: stop, kill, wait, restart" {
  pod run -d --name told --cgroup-parent "/$MARK" image /probe wait
  eventually logs_have told ready
  pod stop -t 5 told
  gives 0
  inspected told '{{.State.ExitCode}}' 0 || die "not by TERM"
  sleeping victim
  pod kill victim
  gives 0
  pod wait victim
  says 137
  pod restart -t 0 victim
  gives 0
  inspected victim '{{.State.Running}}' true || die "restart"
}

# pause and resume by the freezer.
@test "podman: pause and unpause" {
  sleeping still
  pod pause still
  gives 0
  inspected still '{{.State.Status}}' paused || die "not paused"
  pod unpause still
  gives 0
  pod exec still /bin/echo awake
  says awake
}

# The cgroup is where the configuration says; Podman reads and lists it by itself.
@test "podman: limits, stats, top, ps" {
  need_controller memory
  need_controller pids
  sleeping measured --memory 64m --pids-limit 20
  pod stats --no-stream --no-reset --format '{{.MemUsage}}' measured
  gives 0 "67.11MB"
  pod top measured pid args
  gives 0 "/probe sleep"
  pod ps --format '{{.Names}} {{.Status}}'
  gives 0 "measured Up"
  local id
  id=$(podman inspect -f '{{.Id}}' measured)
  grep -qx 20 "$(find /sys/fs/cgroup -path "*$id*/pids.max" | head -n 1)" || die "pids.max"
}

# (conmon 2.1.6 does not report OOMKilled on cgroup v1 here, whatever the runtime.)
@test "podman: what the memory limit kills is 137" {
  need_controller memory
  run_in_podman --memory 32m --memory-swap 32m image /probe eat 200000000
  gives 137
}

# exec in a running container, whose status is the health.
@test "podman: healthcheck run" {
  sleeping well --health-cmd /bin/true --health-interval disable
  pod healthcheck run well
  gives 0
  sleeping ill --health-cmd /bin/false --health-interval disable --health-retries 1
  pod healthcheck run ill
  gives 1
}

# Namespaces by the path of the infra container's.
@test "podman: containers of a pod share its namespaces" {
  pod pod create --name shared --share net,ipc,uts,pid --cgroup-parent "/$MARK" --infra-image image \
    --infra-command "/probe sleep" --hostname inpod
  gives 0
  pod run -d --pod shared --name one image /probe sleep
  gives 0
  local script='hostname 2>/dev/null || busybox hostname; for n in ipc net pid uts; do readlink /proc/self/ns/$n; done'
  pod run --rm --pod shared image /bin/sh -c "$script"
  gives 0
  local here=$stdout
  pod exec one /bin/sh -c "$script"
  says "$here"
  [ "$(head -n 1 <<<"$here")" = inpod ] || die "host name"
  pod pod stop -t 0 shared
  gives 0
  pod pod rm -f shared
  gives 0
}

# Namespaces by path, or none at all.
@test "podman: --pid and --ipc of another container, and the host's" {
  sleeping first --ipc shareable
  run_in_podman --pid container:first --ipc container:first image /bin/sh -c \
    'readlink /proc/self/ns/pid; readlink /proc/self/ns/ipc'
  local pid
  pid=$(podman inspect -f '{{.State.Pid}}' first)
  says "$(readlink "/proc/$pid/ns/pid")"$'\n'"$(readlink "/proc/$pid/ns/ipc")"
  run_in_podman --pid host --network host --ipc host --uts host image \
    /bin/sh -c 'for n in pid net ipc uts; do readlink /proc/self/ns/$n; done'
  says "$(for key in pid net ipc uts; do readlink "/proc/self/ns/$key"; done)"
}

# A user namespace with maps, and an owned root filesystem.
@test "podman: --userns auto and --uidmap" {
  run_in_podman --userns auto image /bin/sh -c 'id -u; cat /proc/self/uid_map; /probe create /x'
  gives 0 '"ok"' " 900000 "
  run_in_podman --uidmap 0:910000:1000 --gidmap 0:910000:1000 image /bin/sh -c 'cat /proc/self/uid_map'
  gives 0 910000
}

# The mount option "idmap", which is crun's: ids on the volume are those of the container.
# bats test_tags=rt-only
@test "podman: a volume with idmap" {
  mkdir -p "$D/mapped"
  touch "$D/mapped/file"
  run_in_podman --uidmap 0:910000:1000 --gidmap 0:910000:1000 -v "$D/mapped:/mnt:idmap" image /bin/busybox stat -c %u /mnt/file
  says 0
}

# NOTIFY_SOCKET of the runtime: READY of the container's, or conmon's own.
@test "podman: sd-notify of the container and of conmon" {
  local mode
  for mode in container conmon; do
    helper "notify.$mode" python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode(), flush=True)' "$D/notify.$mode"
    eventually test -S "$D/notify.$mode"
    export NOTIFY_SOCKET=$D/notify.$mode
    pod run -d --sdnotify "$mode" --cgroup-parent "/$MARK" image /probe notify "READY=1"
    unset NOTIFY_SOCKET
    gives 0
    eventually grep -q READY=1 "$D/helpers/notify.$mode"
    kill "$HELPER"
  done
}

# All in the configuration: mounts, rlimits, sysctl, capabilities, seccomp.
@test "podman: read-only, tmpfs, volume, ulimit, sysctl, capabilities" {
  run_in_podman --read-only --tmpfs /mnt:size=1m -v named:/home --ulimit nofile=500:600 --ulimit nproc=4096:4096 --sysctl kernel.msgmax=4096 \
    image /bin/sh -c 'ulimit -Sn; ulimit -Hn; cat /proc/sys/kernel/msgmax; /probe create /x /mnt/x /home/x'
  gives 0 "500"$'\n'"600"$'\n'"4096" EROFS
  tail -n 1 <<<"$stdout" | jq -e '."/x".errno == "EROFS" and ."/mnt/x".ok and ."/home/x".ok' || die "mounts"
  run_in_podman --cap-drop ALL --cap-add NET_ADMIN --security-opt no-new-privileges image /probe many caps process
  gives 0
  expect '.caps.bounding == ["CAP_NET_ADMIN"] and .process.no_new_privs == 1 and .process.seccomp == 2'
  pod volume rm named
}

# A bind mount of a program, executed first.
@test "podman: --init" {
  run_in_podman --init image /bin/sh -c 'cat /proc/1/cmdline | tr "\0" " "'
  gives 0 "/run/podman-init"
}

# A device node, and the rule for it.
@test "podman: --device" {
  run_in_podman --device /dev/null:/dev/nothing image /bin/sh -c 'echo x >/dev/nothing && echo written'
  says written
}

# A secret is a bind mount of a file.
@test "podman: a secret" {
  printf hidden >"$D/secret"
  pod secret create word "$D/secret"
  run_in_podman --secret word image /bin/cat /run/secrets/word
  says hidden
  pod secret rm word
}

# cp and commit pause and go around the runtime, in the mounts that it made.
@test "podman: cp and commit" {
  sleeping source
  echo copied >"$D/file"
  pod cp "$D/file" source:/tmp/file
  pod exec source /bin/sh -c 'cat /tmp/file; echo changed >/changed'
  says copied
  pod commit -q source changed
  gives 0
  run_in_podman changed /bin/cat /changed
  says changed
  pod rmi -f changed
}

# create --preserve-fds N: descriptors 3 to 2+N, at their numbers.
@test "podman: --preserve-fds" {
  printf through >"$D/fd3"
  status=0
  with_conf podman run --rm --preserve-fds 1 \
    --cgroup-parent "/$MARK" image /bin/sh -c 'cat <&3' </dev/null >"$D/stdout" 2>"$D/stderr" 3<"$D/fd3" 4>&- || status=$?
  stdout=$(cat "$D/stdout") stderr=$(cat "$D/stderr")
  says through
}

# --cgroup-manager disabled: the runtime leaves all groups alone, and kill and delete work none the less.
# bats test_tags=rt-only
@test "podman: --cgroups=disabled" {
  pod run -d --name free --cgroups=disabled image /probe sleep
  gives 0
  grep -q -- '--cgroup-manager disabled' "$D/calls" || die "no --cgroup-manager"
  [ "$(cat "/proc/$(podman inspect -f '{{.State.Pid}}' free)/cgroup")" = "$(cat /proc/self/cgroup)" ] || die "a group"
  pod rm -f -t 0 free
  gives 0
}

# checkpoint and restore by the runtime; Podman asks it by "checkpoint --help" and runs restore through conmon.
@test "podman: container checkpoint, restore, and a checkpoint that leaves it running" {
  need_criu
  pod run -d --name saved --cgroup-parent "/$MARK" image \
    /bin/sh -c 'i=0; while :; do i=$((i+1)); echo $i >/n; sleep 0.2; done'
  gives 0
  eventually reached saved 3
  pod container checkpoint --leave-running saved
  gives 0
  inspected saved '{{.State.Running}}' true || die "not left running"
  pod container checkpoint saved
  gives 0
  inspected saved '{{.State.Running}}' false || die "still runs"
  local before
  before=$(cat "$(podman mount saved)/n")
  pod container restore saved
  gives 0
  eventually reached saved "$before"
  [ "$(podman exec saved /bin/cat /n)" -lt $((before + 200)) ] || die "began anew"
}
reached() { [ "$(podman exec "$1" /bin/cat /n 2>/dev/null)" -gt "$2" ] 2>/dev/null; }

@test "podman: events are written" {
  sleeping seen
  pod events --stream=false --filter container=seen --format '{{.Status}}'
  gives 0 start
}

@test "podman: ten at once" { at_once 10 numbered; }
numbered() { podman run --rm --cgroup-parent "/$MARK" image /bin/echo "number $1"; }

@test "podman: calls the runtime as docs/managers.md says" { calls_are_documented podman; }
