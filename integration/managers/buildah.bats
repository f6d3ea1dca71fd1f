#!/usr/bin/env bats
# Buildah with the runtime: contract cli.md 2.5. It has no monitor: create, start, then state until the container has
# stopped, and delete. The same file must pass with runc.
load ../helpers
load manager

setup_file() {
  command -v buildah >/dev/null || skip "no buildah"
  manager_begin
  printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$D/data" "$D/run" >"$D/storage.conf"
  mkdir -m 0711 "$D/cache"
  mkdir -p /var/lib/containers
  mount --bind "$D/cache" /var/lib/containers
  make_rootfs "$D/rootfs"
  buildah from --name base scratch >/dev/null
  buildah add -q base "$D/rootfs" / >/dev/null
  buildah config --env PATH=/bin:/sbin base
  buildah commit -q base image >/dev/null 2>&1
}

teardown_file() {
  [ -n "${D:-}" ] || return 0
  buildah rm --all >/dev/null
  umount /var/lib/containers
  manager_end
}

setup() {
  T=$D
  HELPERS=()
}

teardown() { :; }

buildah() {
  CONTAINERS_STORAGE_CONF=$D/storage.conf BUILDAH_RUNTIME=$RECORDER BUILDAH_ISOLATION=oci RTB_MARK=$MARK \
    timeout -k 5 60 buildah "$@" 3>&- 4>&-
}

# built COMMAND...: buildah run in the container "work", without a network.
built() { managed buildah run --network none work -- "$@"; }

working() {
  buildah rm work >/dev/null 2>&1 || true
  buildah from --pull-never --name work --cgroup-parent "/$MARK" --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 "$@" localhost/image >/dev/null
}

@test "buildah: run prints, and passes exit statuses on" {
  working
  built /bin/echo Hello World
  says "Hello World"
  built /probe exit 7
  gives 7
  built /nonexistent
  [ "$status" -ne 0 ] && [[ "$stderr" == *"no such file or directory"* ]] || die "no such program"
}

@test "buildah: what one run writes the next one reads, and the commit has it" {
  working
  built /bin/sh -c 'echo kept >/kept'
  gives 0
  built /bin/cat /kept
  says kept
  buildah commit -q work localhost/second >/dev/null 2>&1
  buildah from --pull-never --name again localhost/second >/dev/null
  local root
  root=$(buildah mount again)
  [ "$(cat "$root/kept")" = kept ]
  buildah umount again >/dev/null
  buildah rm again >/dev/null
}

@test "buildah: user, environment, folder, capabilities and a volume" {
  working
  mkdir -p "$D/volume"
  echo in >"$D/volume/file"
  managed buildah run --network none --user 1000:1001 --env A=b --workingdir /tmp --cap-drop all \
    --volume "$D/volume:/volume:ro" work -- /bin/sh -c 'id -u; id -g; echo $A; pwd; cat /volume/file; touch /volume/x || echo refused'
  gives 0
  [ "$stdout" = $'1000\n1001\nb\n/tmp\nin\nrefused' ] || die "inside"
}

@test "buildah: a terminal" {
  working
  on_a_terminal "sleep 5" env CONTAINERS_STORAGE_CONF="$D/storage.conf" BUILDAH_RUNTIME="$RECORDER" BUILDAH_ISOLATION=oci \
    buildah run --tty --network none work -- /bin/sh -c "'test -t 0 && test -t 1 && echo terminal'"
  gives 0 terminal
}

@test "buildah: build with RUN, and a RUN that fails" {
  mkdir -p "$D/context"
  printf 'FROM localhost/image\nRUN echo one >/one && id -u >/user\nUSER 1000\nRUN id -u >/tmp/user\n' >"$D/context/Dockerfile"
  managed buildah build --pull-never --network none --cgroup-parent "/$MARK" --ulimit nofile=1024:1024 \
    --ulimit nproc=4096:4096 -t localhost/made "$D/context"
  gives 0
  working
  buildah from --pull-never --name made localhost/made >/dev/null
  local root
  root=$(buildah mount made)
  [ "$(cat "$root/one" "$root/user" "$root/tmp/user")" = $'one\n0\n1000' ] || die "layers"
  buildah umount made >/dev/null
  buildah rm made >/dev/null
  printf 'FROM localhost/image\nRUN exit 9\n' >"$D/context/Dockerfile"
  managed buildah build --pull-never --network none --cgroup-parent "/$MARK" --ulimit nofile=1024:1024 \
    --ulimit nproc=4096:4096 "$D/context"
  [ "$status" -ne 0 ] && [[ "$stderr" == *"exit status 9"* ]] || die "a RUN that fails"
}

@test "buildah: calls the runtime as docs/managers.md says" { calls_are_documented buildah; }
