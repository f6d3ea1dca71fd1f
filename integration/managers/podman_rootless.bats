#!/usr/bin/env bats
# Podman of a real user without privileges, with the runtime: contract cli.md 2.3 and 5. The user's maps are in this
# mount namespace alone. No cgroups are his: what needs them is not tested here. The same file must pass with runc or crun.
load ../helpers
load ../rootless
load manager
load podman

setup_file() {
  command -v podman >/dev/null && command -v conmon >/dev/null || skip "no podman or no conmon"
  manager_begin
  user_begin "$D/home"
  mkdir -m 0700 "$D/home" "$D/xdg" "$D/tmp" "$D/data" "$D/run"
  # Build folders may be closed to the user.
  cp "$RUNTIME" "$D/bin/real"
  sed -i "s|^exec .*|exec $D/bin/real \"\$@\"|" "$RECORDER"
  podman_conf
  chmod 0644 "$D"/*.conf
  chown -R "$UNPRIVILEGED_UID:$UNPRIVILEGED_GID" "$D/home" "$D/xdg" "$D/tmp" "$D/data" "$D/run"
  mkdir "$D/volumes" "$D/networks"
  chown "$UNPRIVILEGED_UID" "$D/volumes" "$D/networks"
  make_rootfs "$D/rootfs"
  tar -C "$D/rootfs" -c . | podman import - image >"$D/imported" 2>&1 || { cat "$D/imported" >&2; return 1; }
}

teardown_file() {
  [ -n "${D:-}" ] || return 0
  remove_containers
  # The process that keeps the user namespace.
  kill "$(cat "$D/tmp/pause.pid" "$D"/xdg/libpod/tmp/pause.pid 2>/dev/null)" 2>/dev/null
  user_end
  manager_end
}

setup() {
  T=$D
  HELPERS=()
}

teardown() { remove_containers; }

podman() {
  cd / && with_conf setpriv --reuid "$UNPRIVILEGED_UID" --regid "$UNPRIVILEGED_GID" --clear-groups \
    env "HOME=$D/home" "XDG_RUNTIME_DIR=$D/xdg" podman "$@" 3>&- 4>&-
}

# The state root comes from XDG_RUNTIME_DIR; the user is root in a namespace that Podman made.
@test "podman rootless: run prints, passes statuses on, and is root inside only" {
  pod run --rm image /bin/sh -c 'id -u; cat /proc/self/uid_map; exit 7'
  gives 7 "0"$'\n' "$UNPRIVILEGED_UID" "$SUBUID"
}

@test "podman rootless: what cannot run is 126 or 127" {
  pod run --rm image nonexistent
  gives 127 'executable file not found in $PATH'
  pod run --rm image /etc/passwd
  gives 126 "permission denied"
}

# Later calls have the same XDG_RUNTIME_DIR and find the state again.
@test "podman rootless: detached, exec, stop, restart" {
  pod run -d --name back image /probe wait
  gives 0
  pod exec back /bin/sh -c 'echo in; exit 5'
  gives 5 in
  eventually logs_have back ready
  pod stop -t 5 back
  gives 0
  inspected back '{{.State.ExitCode}}' 0 || die "not by TERM"
  pod restart -t 0 back
  gives 0
  pod kill back
  gives 0
}

# A second map, in which the user's own id is the same inside.
@test "podman rootless: --userns keep-id" {
  echo mine >"$D/home/file"
  chown "$UNPRIVILEGED_UID:$UNPRIVILEGED_GID" "$D/home/file"
  pod run --rm --userns keep-id -v "$D/home:/mnt" image /bin/sh -c 'id -u; busybox stat -c %u /mnt/file; echo x >/mnt/new'
  says "$UNPRIVILEGED_UID"$'\n'"$UNPRIVILEGED_UID"
  [ "$(stat -c %u "$D/home/new")" = "$UNPRIVILEGED_UID" ] || die "owner"
}

# Subordinate ids, other users and groups, volumes.
@test "podman rootless: another user, read-only, tmpfs, volume" {
  pod run --rm --user 1000:1000 -v vol:/mnt:U --read-only --tmpfs /tmp image /probe many id
  gives 0
  expect '.id.uid == 1000 and .id.gid == 1000'
  pod run --rm --read-only --tmpfs /tmp -v vol:/mnt image /probe create /x /tmp/x /mnt/x
  gives 0
  expect '."/x".errno == "EROFS" and ."/tmp/x".ok and ."/mnt/x".ok'
  pod volume rm vol
}

# Namespaces of the infra container, by path.
@test "podman rootless: a pod" {
  pod pod create --name shared --share ipc,uts --infra-image image --infra-command "/probe sleep" --hostname inpod
  gives 0
  pod run --rm --pod shared image /bin/busybox hostname
  says inpod
  pod pod rm -t 0 -f shared
  gives 0
}

# The root filesystem is where the image and its changes are, whatever is mounted on it.
@test "podman rootless: logs, cp, commit" {
  pod run --name source image /bin/sh -c 'echo said; echo changed >/changed'
  gives 0
  pod logs source
  says said
  pod commit -q source changed
  gives 0
  pod run --rm changed /bin/cat /changed
  says changed
  pod rmi -f changed
}

# What Kubernetes writes, as a pod. (As root kube play wants 1048576 open files, which needs CAP_SYS_RESOURCE.)
@test "podman rootless: kube play" {
  cat >"$D/home/pod.yaml" <<END
apiVersion: v1
kind: Pod
metadata: {name: played}
spec:
  restartPolicy: Never
  containers:
  - name: main
    image: localhost/image:latest
    imagePullPolicy: Never
    command: [/bin/sh, -c, 'echo \$GREETING; exec /probe sleep']
    env: [{name: GREETING, value: played by kube}]
    securityContext: {runAsUser: 1000, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
END
  chown "$UNPRIVILEGED_UID" "$D/home/pod.yaml"
  pod kube play --network none "$D/home/pod.yaml"
  gives 0
  eventually logs_have played-main "played by kube"
  pod exec played-main /probe many id caps
  gives 0
  expect '.id.uid == 1000 and .caps.bounding == []'
  pod kube down "$D/home/pod.yaml"
  gives 0
}

@test "podman rootless: calls the runtime as docs/managers.md says" { calls_are_documented podman; }
