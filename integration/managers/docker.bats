#!/usr/bin/env bats
# Docker Engine with the runtime as its --runtime: contract cli.md 2.1 and 2.2. One private daemon for the file,
# with its own containerd, data, socket and cgroup parent; no bridge, no packet filter rules. The same file must
# pass with runc, which is the control.
load ../helpers
load manager
load docker

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
  DOCKER_HOST="unix://$D/sock" timeout -k 5 30 script -qec "$DOCKER run --rm -it --network none image /probe tty" /dev/null \
    < <(sleep 5) >"$D/stdout" 2>&1 3>&- 4>&- || status=$?
  stdout=$(tr -d '\r' <"$D/stdout")
  [ "$status" -eq 0 ] || die "run"
  jq -e '."0".tty and ."1".tty and .ctty' <<<"$stdout"
}

@test "docker: what is typed reaches the program, and its status comes back" {
  status=0
  DOCKER_HOST="unix://$D/sock" timeout -k 5 30 script -qec "$DOCKER run --rm -it --network none image /probe converse" /dev/null \
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

@test "docker: ten containers at once" { at_once 10 numbered; }
numbered() { docker run --rm --network none image /bin/echo "number $1"; }

# --- exec, top, pause, update: what docker asks the runtime of a container that runs ---

@test "docker: exec passes output, status, user, directory and environment" {
  sleeping ex
  dock exec ex /bin/sh -c 'echo out; echo err >&2; exit 7'
  [ "$status" -eq 7 ] && [ "$stdout" = out ] && [ "$stderr" = err ] || die "exec"
  dock exec -u 1000:1001 -w /tmp -e A=b ex /probe many id cwd env
  [ "$status" -eq 0 ] || die "exec"
  expect '.id.uid == 1000 and .id.gid == 1001 and .cwd.cwd == "/tmp" and (.env | index("A=b"))'
  stdout=$(echo "through the pipe" | docker exec -i ex /bin/cat)
  [ "$stdout" = "through the pipe" ]
}

# Docker 20.10 gives 126 for all of these; what it says is the runtime's text.
@test "docker: exec of what is no program says why" {
  sleeping ex
  dock exec ex /no/such/program
  [ "$status" -eq 126 ] || [ "$status" -eq 127 ] || die "status"
  [[ "$stdout$stderr" == *"no such file or directory"* ]] || die "text"
  dock exec ex nosuch
  [ "$status" -eq 126 ] || [ "$status" -eq 127 ] || die "status"
  [[ "$stdout$stderr" == *"executable file not found"* ]] || die "text"
  dock exec ex /etc
  [ "$status" -eq 126 ] || die "status"
}

@test "docker: exec -it gives a terminal" {
  sleeping ex
  status=0
  DOCKER_HOST="unix://$D/sock" timeout -k 5 30 script -qec "$DOCKER exec -it ex /probe tty" /dev/null \
    < <(sleep 3) >"$D/stdout" 2>&1 3>&- 4>&- || status=$?
  stdout=$(tr -d '\r' <"$D/stdout")
  [ "$status" -eq 0 ] || die "exec"
  jq -e '."0".tty and ."1".tty and .ctty' <<<"$stdout"
}

@test "docker: exec -d runs on, and ends with the container" {
  sleeping ex
  dock exec -d ex /bin/sleep 1000
  [ "$status" -eq 0 ] || die "exec"
  eventually top_has ex "sleep 1000"
  dock rm -f ex
  [ "$status" -eq 0 ] || die "rm"
}

top_has() { docker top "$1" 2>/dev/null | grep -q "$2"; }

@test "docker: top shows the processes" {
  sleeping shown
  dock top shown
  [ "$status" -eq 0 ] || die "top"
  [[ "$stdout" == *"/probe sleep"* ]] || die "top"
}

@test "docker: pause and unpause" {
  sleeping still
  dock pause still
  [ "$status" -eq 0 ] || die "pause"
  dock inspect -f '{{.State.Status}}' still
  [ "$stdout" = paused ] || die "inspect"
  dock exec still /bin/true
  [ "$status" -ne 0 ] || die "exec in a paused container"
  dock unpause still
  [ "$status" -eq 0 ] || die "unpause"
  dock exec still /bin/true
  [ "$status" -eq 0 ] || die "exec"
}

@test "docker: update changes limits" {
  need_controller memory
  need_controller pids
  sleeping grown --memory 64m --memory-swap 64m --pids-limit 50
  dock update --memory 128m --memory-swap 128m --pids-limit 60 grown
  [ "$status" -eq 0 ] || die "update"
  local id file=memory.limit_in_bytes
  id=$(docker inspect -f '{{.Id}}' grown)
  is_v2 && file=memory.max
  grep -qx 134217728 "$(find /sys/fs/cgroup -path "*$id/$file" | head -n 1)" || die "$file"
  grep -qx 60 "$(find /sys/fs/cgroup -path "*$id/pids.max" | head -n 1)" || die "pids.max"
}

@test "docker: a health check is run and its result seen" {
  sleeping well --health-cmd "/bin/true" --health-interval 200ms
  eventually health_is well healthy
  sleeping ill --health-cmd "/bin/false" --health-interval 200ms --health-retries 1
  eventually health_is ill unhealthy
}

health_is() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$1")" = "$2" ]; }

@test "docker: ten execs at once" {
  sleeping many
  local i pids=() rc
  for i in 1 2 3 4 5 6 7 8 9 10; do
    docker exec many /bin/sh -c "exit $i" >/dev/null 2>&1 &
    pids+=($!)
  done
  for i in 1 2 3 4 5 6 7 8 9 10; do
    rc=0
    wait "${pids[$((i - 1))]}" || rc=$?
    [ "$rc" -eq "$i" ] || die "exec $i ended with $rc"
  done
}

@test "docker: calls the runtime as docs/managers.md says" { calls_are_documented docker; }
