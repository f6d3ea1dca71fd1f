#!/usr/bin/env bats
# Docker Engine with the runtime as its --runtime: contract cli.md 2.1 and 2.2. One private daemon for the file,
# with its own containerd, data, socket and cgroup parent; no bridge, no packet filter rules. The same file must
# pass with runc, which is the control.
load ../helpers

setup_file() {
  command -v dockerd >/dev/null || skip "no dockerd"
  D=$(mktemp -d "${RT_TEST_TMP:-/tmp}/rtb-XXXXXX")
  export D
  MARK=$(basename "$D") ROOT=$D/none
  jq -n --arg d "$D" '{"deprecated-key-path": ($d + "/key.json")}' >"$D/daemon.json"
  census >"$D/census.before"
  RTB_MARK=$MARK dockerd --config-file "$D/daemon.json" --data-root "$D/data" --exec-root "$D/exec" \
    --pidfile "$D/pid" -H "unix://$D/sock" --bridge=none --iptables=false --ip-forward=false --ip-masq=false \
    --userland-proxy=false --cgroup-parent "/$MARK" --exec-opt native.cgroupdriver=cgroupfs \
    --add-runtime "under-test=$RUNTIME" --default-runtime under-test </dev/null >"$D/log" 2>&1 3>&- 4>&- &
  echo $! >"$D/daemon"
  local deadline=$((SECONDS + 30))
  until docker version >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { tail -n 20 "$D/log" >&2; return 1; }
    sleep 0.2
  done
  make_rootfs "$D/rootfs"
  tar -C "$D/rootfs" -c . | docker import - image >/dev/null
  rm -r "$D/rootfs"
}

teardown_file() {
  [ -n "${D:-}" ] || return 0
  # The census looks into environments, and its own children are no leak.
  export -n D
  MARK=$(basename "$D")
  local pid path left
  docker ps -aq | xargs -r timeout 30 env DOCKER_HOST="unix://$D/sock" docker rm -f >/dev/null 2>&1
  pid=$(cat "$D/daemon")
  kill -TERM "$pid"
  local deadline=$((SECONDS + 20))
  while kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
  wait "$pid" 2>/dev/null
  # Its containerd and the shims end after it.
  deadline=$((SECONDS + 10))
  while left=$(census | sed -n '/^\[processes\]/,/^\[cgroups\]/p' | grep '^[0-9]'); [ -n "$left" ] &&
    [ "$SECONDS" -lt "$deadline" ]; do sleep 0.2; done
  for pid in $(marked_pids); do kill -KILL "$pid" 2>/dev/null; done
  grep -F "$D" /proc/self/mountinfo | awk '{print $5}' | sort -r | while read -r path; do umount -l "$path"; done
  # The daemon's own parent group is not removed by anybody; the containers' groups below must be gone.
  find /sys/fs/cgroup -type d -path "*/$MARK/*" >"$D/groups"
  marked_cgroups | while read -r path; do find "$path" -depth -type d -exec rmdir {} \; 2>/dev/null; done
  [ -z "$left" ] || { echo "processes left: $left" >&2; return 1; }
  T=$D ROOT=$D/none
  census_same || return 1
  [ ! -s "$D/groups" ] || { echo "groups left: $(cat "$D/groups")" >&2; return 1; }
  rm -rf --one-file-system "$D"
}

setup() {
  T=$D
  HELPERS=()
  DOCKER=$(command -v docker)
}

teardown() { docker ps -aq | xargs -r timeout 30 env DOCKER_HOST="unix://$D/sock" docker rm -f >/dev/null; }

docker() { DOCKER_HOST="unix://$D/sock" timeout 30 docker "$@" 3>&- 4>&-; }

# dock ARG...: docker with $status, $stdout, $stderr.
dock() {
  status=0
  docker "$@" </dev/null >"$D/stdout" 2>"$D/stderr" || status=$?
  stdout=$(tr -d '\0' <"$D/stdout")
  stderr=$(cat "$D/stderr")
}

run_in_docker() { dock run --rm --network none "$@"; }

@test "docker: run prints Hello World" {
  run_in_docker image /bin/echo Hello World
  [ "$status" -eq 0 ] || die "run"
  [ "$stdout" = "Hello World" ]
}

@test "docker: run passes exit statuses on" {
  local code
  for code in 0 1 3 255; do
    run_in_docker image /probe exit "$code"
    [ "$status" -eq "$code" ] || die "wanted $code"
  done
}

@test "docker: a program that is missing is 127" {
  run_in_docker image /nonexistent
  [ "$status" -eq 127 ] || die "wanted 127"
  [[ "$stderr" == *"no such file or directory"* ]]
  run_in_docker image nonexistent
  [ "$status" -eq 127 ] || die "wanted 127"
  [[ "$stderr" == *'executable file not found in $PATH'* ]]
}

@test "docker: a program that cannot be executed is 126" {
  run_in_docker image /etc/passwd
  [ "$status" -eq 126 ] || die "wanted 126"
  run_in_docker image /etc
  [ "$status" -eq 126 ] || die "wanted 126"
}

@test "docker: a program that is killed is 137" {
  dock run -d --name victim --network none image /probe sleep
  [ "$status" -eq 0 ] || die "run"
  dock kill victim
  [ "$status" -eq 0 ] || die "kill"
  dock wait victim
  [ "$stdout" = 137 ] || die "wanted 137"
}

@test "docker: run -it gives a terminal" {
  status=0
  DOCKER_HOST="unix://$D/sock" timeout 30 script -qec "$DOCKER run --rm -it --network none image /probe tty" /dev/null \
    < <(sleep 5) >"$D/stdout" 2>&1 3>&- 4>&- || status=$?
  stdout=$(tr -d '\r' <"$D/stdout")
  [ "$status" -eq 0 ] || die "run"
  jq -e '."0".tty and ."1".tty and .ctty' <<<"$stdout"
}

@test "docker: what is typed reaches the program, and its status comes back" {
  status=0
  DOCKER_HOST="unix://$D/sock" timeout 30 script -qec "$DOCKER run --rm -it --network none image /probe converse" /dev/null \
    < <(sleep 2; echo word; sleep 1; echo quit; sleep 3) >"$D/stdout" 2>&1 3>&- 4>&- || status=$?
  stdout=$(tr -d '\r' <"$D/stdout")
  [[ "$stdout" == *"got word"* ]] || die "talk"
  [ "$status" -eq 7 ] || die "wanted 7"
}

@test "docker: run -i passes standard input" {
  stdout=$(echo "through the pipe" | docker run --rm -i --network none image /bin/cat)
  [ "$stdout" = "through the pipe" ]
}

@test "docker: run -d, ps, logs, stop" {
  dock run -d --name back --network none image /probe wait
  [ "$status" -eq 0 ] || die "run"
  dock ps --format '{{.Names}} {{.Status}}'
  [[ "$stdout" == "back Up"* ]] || die "ps"
  eventually logs_have back ready
  dock stop -t 5 back
  [ "$status" -eq 0 ] || die "stop"
  logs_have back "signal 15"
  dock inspect -f '{{.State.ExitCode}} {{.State.Running}}' back
  [ "$stdout" = "0 false" ] || die "inspect"
}

logs_have() { docker logs "$1" 2>/dev/null | grep -q "$2"; }

@test "docker: stop kills a program that ignores TERM" {
  dock run -d --name deaf --network none image /probe ignore-term
  dock stop -t 1 deaf
  [ "$status" -eq 0 ] || die "stop"
  dock inspect -f '{{.State.ExitCode}}' deaf
  [ "$stdout" = 137 ] || die "wanted 137"
}

@test "docker: standard output and error are kept apart in the log" {
  dock run --name both --network none image /bin/sh -c 'echo out; echo err >&2'
  [ "$status" -eq 0 ] || die "run"
  dock logs both
  [ "$stdout" = out ] && [ "$stderr" = err ] || die "logs"
}

@test "docker: a container can be started again" {
  dock create --name again --network none image /bin/echo once more
  [ "$status" -eq 0 ] || die "create"
  dock start -a again
  [ "$stdout" = "once more" ] || die "first"
  dock start -a again
  [ "$stdout" = "once more" ] || die "second"
}

@test "docker: rm -f removes a running container" {
  dock run -d --name gone --network none image /probe sleep
  dock rm -f gone
  [ "$status" -eq 0 ] || die "rm"
  dock ps -aq
  [ -z "$stdout" ]
}

@test "docker: user, directory, environment, host name and capabilities arrive" {
  run_in_docker --user 1000:1001 --workdir /tmp --env A=b --hostname named --cap-drop ALL --cap-add KILL \
    image /probe many id cwd env uts caps
  [ "$status" -eq 0 ] || die "run"
  jq -e '.id.uid == 1000 and .id.gid == 1001 and .cwd.cwd == "/tmp" and (.env | index("A=b")) and .uts.hostname == "named"
    and .caps.bounding == ["CAP_KILL"]' <<<"$stdout" || die "facts"
}

@test "docker: volumes, tmpfs and a read-only root" {
  mkdir -p "$D/volume"
  echo shared >"$D/volume/file"
  run_in_docker --read-only --tmpfs /tmp -v "$D/volume:/mnt:ro" image /bin/sh -c \
    'cat /mnt/file; /probe create /new /mnt/new /tmp/new'
  [ "$status" -eq 0 ] || die "run"
  [ "$(head -n 1 <<<"$stdout")" = shared ]
  tail -n 1 <<<"$stdout" | jq -e '."/new".errno == "EROFS" and ."/mnt/new".errno == "EROFS" and ."/tmp/new".ok'
}

@test "docker: the default profile is in force" {
  run_in_docker image /probe many process ns
  [ "$status" -eq 0 ] || die "run"
  jq -e '.process.seccomp == 2' <<<"$stdout" || die "no filter"
  run_in_docker image /probe mount tmpfs t /mnt
  jq -e '.ok == false' <<<"$stdout"
}

@test "docker: --memory and --pids-limit are set" {
  need_controller memory
  need_controller pids
  run_in_docker --memory 64m --pids-limit 20 image /probe fork 100
  jq -e '.forked < 20 and .errno == "EAGAIN"' <<<"$stdout" || die "pids"
  run_in_docker --memory 64m --memory-swap 64m image /probe eat 200000000
  [ "$status" -eq 137 ] || die "wanted 137"
}

@test "docker: --privileged sees the devices, the plain one does not" {
  is_rt || "$TOOLS/probe" caps | jq -e '.bounding | index("CAP_SYS_RESOURCE")' >/dev/null ||
    skip "this host lacks a capability, and runc 1.1.5 then fails (CAP-03)"
  run_in_docker --privileged image /probe many caps
  [ "$status" -eq 0 ] || die "run"
  jq -e '.caps.effective | index("CAP_SYS_ADMIN")' <<<"$stdout"
  run_in_docker image /probe many caps
  jq -e '.caps.effective | index("CAP_SYS_ADMIN") | not' <<<"$stdout"
}

@test "docker: a mount of a directory on a file says so" {
  mkdir -p "$D/volume"
  run_in_docker -v "$D/volume:/etc/passwd" image /bin/true
  [ "$status" -ne 0 ]
  [[ "$stderr" == *"not a directory"* ]] || die "text"
}

@test "docker: ten containers at once" {
  local n pids=()
  for n in {1..10}; do
    docker run --rm --network none image /bin/echo "number $n" >"$D/many.$n" 2>&1 </dev/null &
    pids+=($!)
  done
  for n in {1..10}; do
    wait "${pids[$n - 1]}" || die "$(cat "$D/many.$n")"
    [ "$(cat "$D/many.$n")" = "number $n" ]
  done
}
