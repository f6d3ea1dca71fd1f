#!/usr/bin/env bats
# Docker Engine in the configurations that change what it asks of the runtime; every test has its own daemon. The
# comment of each test says what Docker relies on. The same file must pass with runc.
load ../helpers
# Its user, with subordinate ids, is there in all tests.
load ../rootless
load ../criu
load manager
load docker

setup_file() {
  criu_setup
  user_begin
}

teardown_file() { user_end; }

setup() { HELPERS=(); }

teardown() { docker_end; }

# A user namespace with maps, owned mounts and a root filesystem that belongs to the mapped root.
@test "docker daemon: userns-remap" {
  docker_begin "${NO_NETWORK[@]}" --userns-remap "$UNPRIVILEGED"
  run_in_docker image /bin/sh -c 'id -u; cat /proc/self/uid_map'
  gives 0
  [ "$(head -n 1 <<<"$stdout")" = 0 ] || die "not root inside"
  grep -qE "^ +0 +$SUBUID +$SUBCOUNT$" <<<"$stdout" || die "no map"
  run_in_docker --tmpfs /tmp -v named:/mnt image /bin/sh -c 'echo x >/mnt/file && ls -ln /mnt/file && /probe create /tmp/y'
  gives 0 '"ok"'
  sleeping mapped
  dock exec mapped /bin/sh -c 'echo y >/root/file; id -u'
  says 0
  run_in_docker --userns host image /bin/cat /proc/self/uid_map
  gives 0
}

# State outlives the daemon: the shim goes on, and the next daemon calls the runtime with the same --root.
@test "docker daemon: live-restore keeps containers over the end of the daemon" {
  docker_begin "${NO_NETWORK[@]}" --live-restore
  sleeping kept
  local pid
  pid=$(docker inspect -f '{{.State.Pid}}' kept)
  kill -TERM "$(cat "$D/daemon")"
  eventually helper_ended "$(cat "$D/daemon")"
  kill -0 "$pid" || die "the container ended with the daemon"
  dockerd_start "${NO_NETWORK[@]}" --live-restore
  inspected kept '{{.State.Pid}}' "$pid" || die "another process"
  dock exec kept /bin/echo still there
  says "still there"
  dock kill kept
  gives 0
}

# The shim that is killed: what is left is deleted by force by the next call.
@test "docker daemon: a killed shim is a container that ended" {
  docker_begin "${NO_NETWORK[@]}"
  sleeping orphan
  local shim
  shim=$(awk '{print $4}' "/proc/$(docker inspect -f '{{.State.Pid}}' orphan)/stat")
  grep -qz containerd-shim "/proc/$shim/cmdline" || die "the parent is no shim"
  kill -KILL "$shim"
  eventually inspected orphan '{{.State.Running}}' false
  dock rm orphan
  gives 0
  grep -q 'delete --force' "$D/calls" || die "no delete --force"
}

# TLS is Docker's own; containers are as with the unix socket.
@test "docker daemon: TLS on the loopback" {
  command -v openssl >/dev/null || skip "no openssl"
  local port=$((20000 + $$ % 20000)) keys=$BATS_TEST_TMPDIR name
  (
    cd "$keys"
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=ca -keyout ca.key -out ca.pem
    for name in server client; do
      openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout $name.key -out $name.csr
      printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=%sAuth\n' $name >$name.ext
      openssl x509 -req -days 1 -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile $name.ext -out $name.pem
    done
  ) >/dev/null 2>&1
  docker_begin "${NO_NETWORK[@]}" -H "tcp://127.0.0.1:$port" --tlsverify --tlscacert "$keys/ca.pem" \
    --tlscert "$keys/server.pem" --tlskey "$keys/server.key"
  managed timeout -k 5 30 "$(command -v docker)" -H "tcp://127.0.0.1:$port" --tlsverify --tlscacert "$keys/ca.pem" \
    --tlscert "$keys/client.pem" --tlskey "$keys/client.key" run --rm --network none image /bin/echo over TLS
  says "over TLS"
}

# createRuntime hooks find the network namespace by the pid of the state on their stdin: libnetwork's prestart hook.
@test "docker daemon: bridge network and a published port, in a network namespace" {
  WITH="unshare --net" docker_begin
  local daemon
  daemon=$(cat "$D/pid")
  nsenter -t "$daemon" -n ip link set lo up
  dock run -d --name served -p 127.0.0.1:8080:80 image /bin/busybox httpd -f -p 80 -h /etc
  gives 0
  local address
  address=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' served)
  eventually fetched "http://$address/group"
  eventually fetched http://127.0.0.1:8080/group
  dock run --rm image /bin/busybox wget -q -O - "http://$address/group"
  gives 0 "root:x:0:"
  dock run --rm --add-host far:192.0.2.1 image /bin/busybox ifconfig eth0
  gives 0 "inet addr:"
}

fetched() {
  nsenter -t "$(cat "$D/pid")" -n curl -sS --max-time 5 "$1" 2>/dev/null 3>&- 4>&- | grep -q '^root:x:0:'
}

# checkpoint with images and work folders of containerd's, and restore in the place of create and start.
@test "docker daemon: checkpoint, and start from it" {
  need_criu
  docker_begin "${NO_NETWORK[@]}" --experimental
  dock run -d --name saved --network none --security-opt seccomp=unconfined image \
    /bin/sh -c 'i=0; while :; do i=$((i+1)); echo $i >/n; sleep 0.2; done'
  gives 0
  eventually reached saved 3
  dock checkpoint create saved one
  gives 0
  eventually inspected saved '{{.State.Running}}' false
  docker cp saved:/n "$D/n"
  dock start --checkpoint one saved
  gives 0
  eventually reached saved "$(cat "$D/n")"
  [ "$(docker exec saved /bin/cat /n)" -lt $(($(cat "$D/n") + 200)) ] || die "began anew"
  grep -q ' checkpoint ' "$D/calls" && grep -q ' restore .*-no-subreaper' "$D/calls" || die "calls: $(cat "$D/calls")"
  calls_are_documented docker
}
reached() { [ "$(docker exec "$1" /bin/cat /n 2>/dev/null)" -gt "$2" ] 2>/dev/null; }

# A volume of a plugin is a bind mount of the path that it answers.
@test "docker daemon: a volume plugin on a unix socket" {
  docker_begin "${NO_NETWORK[@]}"
  mkdir -p "$D/plugged" /run/docker/plugins
  echo from the plugin >"$D/plugged/file"
  local socket=/run/docker/plugins/$MARK.sock
  RTB_MARK=$MARK helper_at "$D/plugin.log" python3 "$HERE/managers/volume_plugin.py" "$socket" "$D/plugged"
  eventually test -S "$socket"
  run_in_docker --volume-driver "$MARK" -v vol:/mnt image /bin/cat /mnt/file
  says "from the plugin"
  dock volume rm -f vol
  gives 0
  rm -f "$socket"
  kill "$HELPER"
  wait "$HELPER" || true
}

helper_at() {
  local out=$1
  shift
  "$@" </dev/null >"$out" 2>&1 3>&- 4>&- &
  HELPER=$!
}
