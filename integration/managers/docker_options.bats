#!/usr/bin/env bats
# Docker Engine, the options of docker run and what goes on around a container: contract cli.md 2.1 and 2.2. The
# comment of each test says what Docker relies on in the runtime. The same file must pass with runc.
load ../helpers
load manager
load docker

# Output written after create goes to the pipes that create was given.
@test "docker options: attach sees what is said later, and the status at the end" {
  dock create --name said --network none image /bin/sh -c 'echo first; exit 9'
  [ "$status" -eq 0 ] || die "create"
  dock start -a said
  gives 9 first
}

# The terminal survives a client that goes; the shim holds the other end.
@test "docker options: detach by keys leaves the program, attach comes back to it" {
  export DOCKER_HOST=unix://$D/sock
  on_a_terminal "sleep 2; printf '\\020\\021'; sleep 2" "$DOCKER run -it --name kept --network none image /probe converse"
  gives 0
  inspected kept '{{.State.Running}}' true || die "gone"
  on_a_terminal "sleep 1; echo word; sleep 1; echo quit; sleep 2" "$DOCKER attach kept"
  gives 7 "got word"
  unset DOCKER_HOST
}

# The log driver reads the container's own streams, in order, whatever their length.
@test "docker options: logs with --tail, and a megabyte of them" {
  dock run --name long --network none image /bin/sh -c \
    'i=0; while [ $i -lt 16384 ]; do echo 0123456789012345678901234567890123456789012345678901234567890123; i=$((i+1)); done; echo last'
  gives 0
  dock logs --tail 1 long
  says last
  [ "$(docker logs long | wc -l)" -eq 16385 ] || die "lines"
}

# The container's cgroup is where the configuration says; Docker reads it by itself.
@test "docker options: stats has the figures of the container" {
  need_controller memory
  sleeping counted
  eventually stats_say counted '[1-9][0-9.]*[KM]iB / .*'
}

stats_say() { docker stats --no-stream --format '{{.MemUsage}}' "$1" | grep -qE "^$2"; }

# kill ID SIGNAL with the number of the signal, and the right text when the container has stopped.
@test "docker options: kill sends the signal that is named, and a stopped container is said so" {
  dock run -d --name told --network none image /probe wait 10
  eventually logs_have told ready
  dock kill -s USR1 told
  gives 0
  eventually logs_have told "signal 10"
  dock wait told
  says 0
  dock kill told
  gives 1 "is not running"
}

# The exit of the init process reaches the shim at once; delete, create and start follow under the same id.
@test "docker options: restart policies start it again, as often as they say" {
  dock run -d --name twice --network none --restart on-failure:2 image /probe exit 3
  eventually inspected twice '{{.RestartCount}} {{.State.Running}} {{.State.Restarting}} {{.State.ExitCode}}' \
    "2 false false 3"
  sleeping always --restart always
  local pid
  pid=$(docker inspect -f '{{.State.Pid}}' always)
  kill -KILL "$pid"
  eventually inspected always '{{.RestartCount}} {{.State.Running}}' "1 true"
  dock restart -t 0 always
  gives 0
}

# A bind mount of a program into the container, executed as its first process.
@test "docker options: --init puts an init before the program" {
  command -v docker-init >/dev/null || skip "no docker-init"
  run_in_docker --init image /bin/sh -c 'cat /proc/1/cmdline | tr "\0" " "'
  gives 0 "docker-init"
  run_in_docker --init image /probe exit 5
  gives 5
}

# Users and groups are numbers by then; supplementary groups come as additionalGids.
@test "docker options: --user by name with --group-add" {
  run_in_docker --user user --group-add 77 image /probe id
  gives 0
  expect '.uid == 1000 and .gid == 1000 and (.groups | index(77))'
}

# Capabilities in five sets; with --user the effective ones are gone at exec.
@test "docker options: --cap-add and --cap-drop arrive, no-new-privileges too" {
  run_in_docker --cap-add NET_ADMIN --cap-drop CHOWN --security-opt no-new-privileges image /probe many caps process
  gives 0
  expect '(.caps.effective | index("CAP_NET_ADMIN")) and (.caps.bounding | index("CAP_CHOWN") | not)
    and .process.no_new_privs == 1'
}

# linux.devices: a node with its rights; the device rule that goes with it.
@test "docker options: --device makes a node that opens, and only so" {
  run_in_docker --device /dev/null:/dev/nothing:rw image /bin/sh -c 'echo x >/dev/nothing && /probe stat /dev/nothing'
  gives 0
  dock run --rm --network none --cap-add MKNOD image /bin/sh -c \
    '/probe mknod /tmp/kmsg c 1 11 >/dev/null; exec 2>/dev/null; cat /tmp/kmsg >/dev/null && echo opened; exit 0'
  says ""
}

# A tmpfs with its options, on a read-only root. (On a directory of the image runc 1.1.5 takes that one's mode.)
@test "docker options: --tmpfs with size and mode, --read-only" {
  run_in_docker --read-only --tmpfs /fresh:size=1m,mode=1770,noexec image /bin/sh -c \
    'head -c 4000000 /dev/zero >/fresh/big; ls -ld /fresh | cut -c1-10; busybox stat -c %s /fresh/big; /probe create /x'
  [[ "$stdout" == *"drwxrwx--T"* && "$stdout" == *1048576* && "$stdout" == *EROFS* ]] || die "tmpfs"
}

# Bind mounts with propagation, files as mount points, volumes that are filled from the image.
@test "docker options: named volumes keep what is written, and are filled first" {
  run_in_docker -v kept:/etc image /bin/sh -c 'cat /etc/group | head -n 1; echo new >/etc/written'
  gives 0 "root:x:0:"
  run_in_docker -v kept:/mnt:ro --mount type=bind,src="$D/daemon.json",dst=/tmp/file,readonly image \
    /bin/sh -c 'cat /mnt/written; test -s /tmp/file && echo file'
  says "new"$'\n'"file"
  dock volume rm kept
  gives 0
}

# Namespaces by path: /proc/PID/ns/pid and ipc of another container, or none at all for the host's.
@test "docker options: --pid and --ipc and --network share with a container or the host" {
  sleeping first --ipc shareable
  local key
  for key in pid ipc; do
    run_in_docker --pid container:first --ipc container:first image readlink "/proc/self/ns/$key"
    says "$(readlink "/proc/$(docker inspect -f '{{.State.Pid}}' first)/ns/$key")"
  done
  dock run --rm --pid host --network host --ipc host --uts host image \
    /bin/sh -c 'for n in pid net ipc uts; do readlink /proc/self/ns/$n; done'
  says "$(for key in pid net ipc uts; do readlink "/proc/self/ns/$key"; done)"
  dock run --rm --network container:first image readlink /proc/self/ns/net
  gives 0 "net:["
}

# rlimits before the change of user, sysctl in the new namespaces.
@test "docker options: --ulimit and --sysctl, --shm-size, --oom-score-adj" {
  run_in_docker --ulimit nofile=500:600 --sysctl kernel.msgmax=4096 --shm-size 2m --oom-score-adj 300 image \
    /bin/sh -c 'ulimit -Sn; ulimit -Hn; cat /proc/sys/kernel/msgmax /proc/self/oom_score_adj; busybox df -k /dev/shm | tail -n 1'
  gives 0 "500"$'\n'"600"$'\n'"4096"$'\n'"300" " 2048 "
}

# init is in its final cgroup before create returns: the shim watches that one for OOM.
@test "docker options: OOMKilled is reported" {
  need_controller memory
  dock run --name hungry --network none --memory 32m --memory-swap 32m image /probe eat 200000000
  gives 137
  eventually inspected hungry '{{.State.OOMKilled}} {{.State.ExitCode}}' "true 137"
}

# The classic builder: every RUN is a container, waited for, and its root filesystem is committed.
@test "docker options: build with RUN, and a RUN that fails" {
  mkdir -p "$D/context"
  printf 'FROM image\nRUN echo built >/made && mkdir /deep\nWORKDIR /deep\nUSER 1000\nENTRYPOINT ["/bin/sh", "-c", "cat /made; pwd; id -u"]\n' \
    >"$D/context/Dockerfile"
  status=0
  DOCKER_BUILDKIT=0 docker build --network none -q -t made "$D/context" >"$D/built" 2>&1 || status=$?
  stdout=$(cat "$D/built") stderr=
  gives 0
  run_in_docker made
  says "built"$'\n'"/deep"$'\n'"1000"
  printf 'FROM image\nRUN exit 9\n' >"$D/context/Dockerfile"
  status=0
  DOCKER_BUILDKIT=0 docker build --network none "$D/context" >"$D/built" 2>&1 || status=$?
  stdout=$(cat "$D/built")
  gives 9 "returned a non-zero code: 9"
}

# commit pauses and resumes; cp goes around the runtime, but into the mounts that it made.
@test "docker options: commit and cp of a container that runs" {
  sleeping source
  echo copied >"$D/file"
  dock cp "$D/file" source:/tmp/file
  gives 0
  dock exec source /bin/sh -c 'cat /tmp/file; echo changed >/changed'
  says copied
  dock commit source changed
  gives 0
  run_in_docker changed /bin/cat /changed
  says changed
  docker cp source:/changed - | tar -tf - | grep -qx changed || die "cp out"
}

# The protocol below the client: what a program sees that speaks the Engine API itself.
@test "docker options: the Engine API creates, starts, waits and has the log" {
  local id
  id=$(api POST containers/create '{"Image":"image","Cmd":["/bin/sh","-c","echo by hand; exit 4"],
    "HostConfig":{"NetworkMode":"none"}}' | jq -r .Id)
  [ "${#id}" -eq 64 ] || die "create: $id"
  api POST "containers/$id/start" '{}'
  [ "$(api POST "containers/$id/wait" '{}' | jq .StatusCode)" = 4 ] || die "wait"
  api GET "containers/$id/logs?stdout=1" | tr -d '\0' | grep -q "by hand" || die "logs"
  id=$(api POST containers/create '{"Image":"image","Cmd":["/nonexistent"],"HostConfig":{"NetworkMode":"none"}}' |
    jq -r .Id)
  api POST "containers/$id/start" '{}' | jq -e '.message | test("no such file or directory")' || die "start"
}

# api METHOD PATH [JSON]
api() {
  curl -sS --max-time 20 --unix-socket "$D/sock" -X "$1" -H 'Content-Type: application/json' ${3:+-d "$3"} \
    --output - "http://docker/v1.41/$2" 3>&- 4>&-
}

# The pid of exec's pid file is a child that the shim can wait for; its terminal has the size of the client's.
@test "docker options: exec resizes its terminal" {
  sleeping sized
  local exec
  exec=$(api POST containers/sized/exec '{"Cmd":["/bin/sh","-c","sleep 1; busybox stty size >/tmp/size"],"Tty":true}' |
    jq -r .Id)
  api POST "exec/$exec/start" '{"Detach":true,"Tty":true}'
  api POST "exec/$exec/resize?h=33&w=77"
  eventually size_is "33 77"
}

size_is() { [ "$(docker exec sized cat /tmp/size 2>/dev/null)" = "$1" ]; }

# Nothing of one container's life is shared with another's: locks, logs, groups, sockets. They join the network of one
# that waits: with a sandbox each, Docker 20.10 itself comes to a deadlock now and then (libnetwork, sandbox.Delete).
@test "docker options: a hundred containers at once" {
  local n bad=
  sleeping anchor
  export DOCKER_HOST=unix://$D/sock
  seq 100 | xargs -P 100 -I{} timeout -k 5 240 "$DOCKER" run --rm --network container:anchor image /bin/echo number {} \
    >"$D/hundred" 2>"$D/hundred.err" 3>&- 4>&- || bad=1
  unset DOCKER_HOST
  stderr=$(cat "$D/hundred.err") stdout=$(wc -l <"$D/hundred")
  [ -z "$bad" ] || die "one failed"
  for n in $(seq 100); do grep -qx "number $n" "$D/hundred" || die "no $n"; done
}

@test "docker options: calls the runtime as docs/managers.md says" { calls_are_documented docker; }
