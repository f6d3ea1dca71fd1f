# A private Docker Engine: own containerd, data, socket and cgroup parent. Loaded after manager.bash. A file that
# wants another than one without a network defines its own setup and teardown.

setup_file() { docker_begin "${NO_NETWORK[@]}"; }

teardown_file() { docker_end; }

setup() {
  T=$D
  HELPERS=()
  DOCKER=$(command -v docker)
}

teardown() { remove_containers >/dev/null; }

# docker_begin [FLAG...]: starts one; $WITH is what starts it, e.g. in a network namespace of its own.
docker_begin() {
  command -v dockerd >/dev/null || skip "no dockerd"
  manager_begin
  jq -n --arg d "$D" '{"deprecated-key-path": ($d + "/key.json")}' >"$D/daemon.json"
  dockerd_start "$@"
  make_rootfs "$D/rootfs"
  tar -C "$D/rootfs" -c . | docker import - image >/dev/null
  rm -r "$D/rootfs"
}

# No bridge and no packet filter rules, unless the flags say so.
NO_NETWORK=(--bridge=none --iptables=false --ip-forward=false --ip-masq=false)

dockerd_start() {
  RTB_MARK=$MARK ${WITH:-} dockerd --config-file "$D/daemon.json" --data-root "$D/data" --exec-root "$D/exec" \
    --pidfile "$D/pid" -H "unix://$D/sock" --userland-proxy=false --cgroup-parent "/$MARK" \
    --exec-opt native.cgroupdriver=cgroupfs --add-runtime "under-test=$RECORDER" \
    --default-runtime under-test "$@" </dev/null >>"$D/log" 2>&1 3>&- 4>&- &
  echo $! >"$D/daemon"
  local deadline=$((SECONDS + 30))
  until docker version >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { tail -n 20 "$D/log" >&2; return 1; }
    sleep 0.2
  done
}

docker_end() {
  [ -n "${D:-}" ] || return 0
  remove_containers >/dev/null 2>&1
  manager_end "$(cat "$D/daemon")"
}

remove_containers() { docker ps -aq | xargs -r timeout -k 5 30 env DOCKER_HOST="unix://$D/sock" docker rm -f -v; }

docker() { DOCKER_HOST="unix://$D/sock" timeout -k 5 30 docker "$@" 3>&- 4>&-; }

# dock ARG...: docker with $status, $stdout, $stderr.
dock() { managed docker "$@"; }

run_in_docker() { dock run --rm --network none "$@"; }

# sleeping NAME [FLAG...]: a container that runs.
sleeping() {
  local name=$1
  shift
  dock run -d --name "$name" --network none "$@" image /probe sleep
  [ "$status" -eq 0 ] || die "run"
}

logs_have() { docker logs "$1" 2>&1 | grep -q "$2"; }

# inspected NAME TEMPLATE TEXT: docker inspect prints so.
inspected() { [ "$(docker inspect -f "$2" "$1")" = "$3" ]; }
