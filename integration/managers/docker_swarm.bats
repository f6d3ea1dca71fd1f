#!/usr/bin/env bats
# A swarm of three Docker Engines, each in a network namespace of its own, with the runtime. What it relies on: that a
# container joins the network namespace that the engine has prepared, that TERM reaches it, and that its end is seen.
# Kernels without IP_VS have no virtual addresses: services are reached by the names of their tasks (dnsrr).
# The same file must pass with runc.
load ../helpers
load manager
load docker

# A task is replaced 5 s after it has ended, whatever the service says.
SLOW=$((SLOW * 2))

setup_file() {
  command -v dockerd >/dev/null || skip "no dockerd"
  manager_begin
  mkdir "$D/1" "$D/2" "$D/3"
  # No registry is asked, and none is waited for.
  echo "nameserver 127.0.0.1" >"$D/resolv"
  mount --bind "$D/resolv" /etc/resolv.conf
  network
  make_rootfs "$D/rootfs"
  local n
  for n in 1 2 3; do
    jq -n --arg d "$D/$n" '{"deprecated-key-path": ($d + "/key.json")}' >"$D/$n/daemon.json"
    WITH="nsenter --net=/proc/$(cat "$D/$n/net")/ns/net" D=$D/$n dockerd_start
    tar -C "$D/rootfs" -c . | on "$n" import - image:1 >/dev/null
    on "$n" tag image:1 image:2
  done
}

teardown_file() {
  [ -n "${D:-}" ] || return 0
  local n
  for n in 3 2 1; do on "$n" swarm leave --force >/dev/null 2>&1; done
  for n in 1 2 3; do D=$D/$n remove_containers >/dev/null 2>&1; done
  umount /etc/resolv.conf
  # Engines first: they need their networks until they have ended.
  manager_end "$(cat "$D/1/daemon")" "$(cat "$D/2/daemon")" "$(cat "$D/3/daemon")" $(cat "$D"/*/net "$D/hub")
}

setup() {
  T=$D
  HELPERS=()
}

teardown() { :; }

# on N ARG...: docker of that engine.
on() {
  local engine=$1
  shift
  D=$D/$engine docker "$@"
}

# into PID COMMAND...: in the network namespace of that process.
into() {
  local pid=$1
  shift
  nsenter --net="/proc/$pid/ns/net" "$@"
}

# hold FILE: a process that keeps a new network namespace; its pid is in FILE.
hold() {
  RTB_MARK=$MARK unshare --net sleep infinity </dev/null >/dev/null 2>&1 3>&- 4>&- &
  echo $! >"$1"
  until [ "$(readlink "/proc/$!/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
}

# A bridge, and three hosts on it: 10.77.0.1 to 3.
network() {
  local n hub host
  hold "$D/hub"
  hub=$(cat "$D/hub")
  into "$hub" ip link add swarm type bridge
  into "$hub" ip link set swarm up
  for n in 1 2 3; do
    hold "$D/$n/net"
    host=$(cat "$D/$n/net")
    ip link add "host$n" netns "$host" type veth peer name "port$n" netns "$hub"
    into "$hub" ip link set "port$n" master swarm up
    into "$host" ip addr add "10.77.0.$n/24" dev "host$n"
    into "$host" ip link set lo up
    into "$host" ip link set "host$n" up
    into "$host" ip route add default via 10.77.0.254
  done
}

# running IMAGE COUNT: that many tasks of the service run that image, and no others.
running() {
  local tasks
  tasks=$(on 1 service ps web --filter desired-state=running --format '{{.Image}} {{.CurrentState}}')
  [ "$(grep -c "^$1 Running " <<<"$tasks")" -eq "$2" ] && [ "$(grep -c . <<<"$tasks")" -eq "$2" ]
}

a_task_failed() { on 1 service ps web --format '{{.CurrentState}}' | grep -q ^Failed; }

no_task_on() { [ -z "$(on "$1" ps -q)" ]; }

@test "docker swarm: three engines become one" {
  on 1 swarm init --advertise-addr 10.77.0.1 >/dev/null
  local token n
  token=$(on 1 swarm join-token -q worker)
  for n in 2 3; do on "$n" swarm join --token "$token" 10.77.0.1:2377 >/dev/null; done
  managed on 1 node ls --format '{{.Status}}'
  says $'Ready\nReady\nReady'
}

@test "docker swarm: a service with replicas on all engines" {
  on 1 network create -d overlay --attachable between >/dev/null
  on 1 service create --name web --detach --no-resolve-image --replicas 3 --network between --endpoint-mode dnsrr \
    --stop-grace-period 1s --update-delay 0s --update-monitor 100ms --restart-delay 0s image:1 /probe sleep >/dev/null
  eventually running image:1 3
  local n
  for n in 1 2 3; do [ "$(on "$n" ps -q | wc -l)" -eq 1 ] || die "engine $n"; done
}

@test "docker swarm: tasks find each other by name, over the engines" {
  local one
  one=$(on 2 ps -q)
  managed on 2 exec "$one" /bin/busybox nslookup tasks.web
  gives 0
  [ "$(grep -c '^Address: 10\.' <<<"$stdout")" -eq 3 ] || die "three addresses"
  # Each of them answers.
  managed on 2 exec "$one" /bin/sh -c 'for a in $(busybox nslookup tasks.web | sed -n "s/^Address: \(10\..*\)/\1/p"); do
    busybox ping -c 1 -W 3 "$a" >/dev/null || exit 1; done'
  gives 0
}

@test "docker swarm: a rolling update, scaling, and a task that dies is replaced" {
  on 1 service update --detach --no-resolve-image --image image:2 web >/dev/null
  eventually running image:2 3
  on 1 service scale --detach web=5 >/dev/null
  eventually running image:2 5
  on 3 kill "$(on 3 ps -q | head -n 1)" >/dev/null
  eventually a_task_failed
  eventually running image:2 5
  on 1 service rm web >/dev/null
  local n
  for n in 1 2 3; do eventually no_task_on "$n"; done
}

@test "docker swarm: calls the runtime as docs/managers.md says" { calls_are_documented docker; }
