# Podman with folders of its own for everything, without a network. Loaded after manager.bash and rootless.bash.

# podman_conf: as it must be on a host without systemd, and without CAP_SYS_RESOURCE: there Podman's own
# default of 1048576 open files cannot be had by any runtime.
podman_conf() {
  printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$D/data" "$D/run" >"$D/storage.conf"
  cat >"$D/containers.conf" <<END
[containers]
log_driver = "k8s-file"
netns = "none"
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "$RUNTIME_NAME"
runtime_supports_json = ["rt", "runc", "crun"]
runtime_supports_nocgroup = ["rt", "crun"]
tmp_dir = "$D/tmp"
volume_path = "$D/volumes"
[engine.runtimes]
$RUNTIME_NAME = ["$RECORDER"]
[network]
network_config_dir = "$D/networks"
END
}

# podman_begin: for root. Also what Podman and the runtime have below fixed paths is covered for the time.
podman_begin() {
  command -v podman >/dev/null && command -v conmon >/dev/null || skip "no podman or no conmon"
  manager_begin
  mkdir -m 0711 "$D/cache" "$D/states"
  mkdir -p /var/lib/containers "/run/$RUNTIME_NAME"
  mount --bind "$D/cache" /var/lib/containers
  mount --bind "$D/states" "/run/$RUNTIME_NAME"
  podman_conf
  make_rootfs "$D/rootfs"
  tar -C "$D/rootfs" -c . | podman import - image >/dev/null 2>&1
}

podman_end() {
  [ -n "${D:-}" ] || return 0
  remove_containers
  umount "/run/$RUNTIME_NAME" /var/lib/containers
  # The group of a pod is Podman's to remove; it does not know of hierarchies without a v1 controller.
  rmdir /sys/fs/cgroup/{unified,systemd}/"$MARK"/* 2>/dev/null
  manager_end
}

remove_containers() {
  podman pod rm -fa -t 0 >/dev/null 2>&1 || true
  podman rm -fa -t 0 -v >/dev/null
}

# with_conf COMMAND...: with our folders in the environment, which conmon and what it starts inherit.
with_conf() {
  CONTAINERS_CONF=$D/containers.conf CONTAINERS_STORAGE_CONF=$D/storage.conf RTB_MARK=$MARK timeout -k 5 60 "$@"
}

podman() { with_conf podman "$@" 3>&- 4>&-; }

pod() { managed podman "$@"; }

# Every container is below one parent group, whose name is the mark.
run_in_podman() { pod run --rm --cgroup-parent "/$MARK" "$@"; }

# sleeping NAME [FLAG...]: a container that runs.
sleeping() {
  local name=$1
  shift
  pod run -d --name "$name" --cgroup-parent "/$MARK" "$@" image /probe sleep
  gives 0
}

# inspected NAME TEMPLATE TEXT
inspected() { [ "$(podman inspect -f "$2" "$1")" = "$3" ]; }

logs_have() { podman logs "$1" 2>&1 | grep -q "$2"; }
