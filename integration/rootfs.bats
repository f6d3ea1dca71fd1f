#!/usr/bin/env bats
# The root filesystem: runtime-spec.md ROOT-01..03, RP2-01..03; security.md row 35.
load helpers

@test "rootfs: is the root of the container" {
  bundle
  touch "$B/rootfs/only-here"
  inside stat /only-here
  expect '."/only-here".type == "file"'
}

@test "rootfs: the old root is nowhere in the container" {
  bundle
  inside mounts
  expect '[.[] | select(.target == "/")] | length == 1'
  expect "[.[] | select(.target | contains(\"$MARK\"))] == []"
}

@test "rootfs: may be an absolute path" {
  make_rootfs "$T/elsewhere"
  touch "$T/elsewhere/marker"
  bundle '.root.path = ($T + "/elsewhere")'
  inside stat /marker
  expect '."/marker".type == "file"'
}

@test "rootfs: may be called anything, and lie deeper" {
  bundle '.root.path = "deep/er/image"'
  mkdir -p "$B/deep/er"
  mv "$B/rootfs" "$B/deep/er/image"
  inside id
  expect '.uid == 0'
}

@test "rootfs: readonly cannot be written" {
  bundle '.root.readonly = true'
  inside create /new /etc/new /tmp/new
  expect 'all(.[]; .errno == "EROFS")'
}

@test "rootfs: writable by default" {
  bundle 'del(.root.readonly)'
  inside create /new
  expect '."/new".ok'
  [ -f "$B/rootfs/new" ]
}

# ROOT-03: the mounts inside keep their own flags.
@test "rootfs: readonly leaves the mounts inside writable" {
  bundle '.root.readonly = true | .mounts += [{destination: "/tmp", type: "tmpfs", source: "t"}]'
  inside create /tmp/new /dev/shm/new
  expect 'all(.[]; .ok)'
}

@test "rootfs: readonly is no obstacle to a mount point that must be made first" {
  bundle '.root.readonly = true | .mounts += [{destination: "/made/by/us", type: "tmpfs", source: "t"}]'
  inside create /made/by/us/new
  expect '."/made/by/us/new".ok'
}

@test "rootfs: readonly leaves the directory outside writable" {
  bundle '.root.readonly = true'
  started
  touch "$B/rootfs/from-outside"
}

@test "rootfs: a path that is missing, empty or absent is refused" {
  local change
  for change in '.root.path = "nowhere"' '.root.path = ""' 'del(.root)' 'del(.root.path)'; do
    bundle "$change"
    create
    fails
    nothing_left
  done
}

@test "rootfs: can be the top of a filesystem of its own, mounted shared" {
  mkdir "$T/fs"
  mount -t tmpfs rtb-fs "$T/fs"
  mount --make-shared "$T/fs"
  make_rootfs "$T/fs"
  bundle '.root.path = ($T + "/fs")'
  inside id
  expect '.uid == 0'
  umount "$T/fs"
}

@test "rootfs: can be an overlay" {
  mkdir "$T/upper" "$T/work" "$T/merged"
  bundle '.root.path = ($T + "/merged")'
  mount -t overlay rtb-overlay -o "lowerdir=$B/rootfs,upperdir=$T/upper,workdir=$T/work" "$T/merged"
  inside create /new
  expect '."/new".ok'
  umount "$T/merged"
  [ -f "$T/upper/new" ]
}

@test "rootfs: a read-only filesystem without a mount point says which one" {
  mkdir "$T/fs"
  bundle '.root.path = ($T + "/fs") | .mounts += [{destination: "/not-there", type: "tmpfs", source: "t"}]'
  mount --bind "$B/rootfs" "$T/fs"
  mount -o remount,bind,ro "$T/fs"
  create
  fails "not-there" "read-only file system"
  nothing_left_of_ours
  umount "$T/fs"
}

# The test's own mount is still there.
nothing_left_of_ours() {
  rt state "$ID"
  fails "does not exist"
  [ -z "$(marked_cgroups)" ]
}

@test "rootfs: shared between two containers at once" {
  bundle
  created
  bundle_at "$T/second" "second-$MARK" '.root.path = ($T + "/bundle/rootfs")'
  call "$T/stdout" "$T/stderr" "$RUNTIME" --root "$ROOT" create --bundle "$T/second" "second-$MARK"
  ok
}

# RP2-01..03.
@test "rootfs: propagation private by default" {
  bundle
  inside mounts
  expect '.[] | select(.target == "/") | .optional | any(startswith("shared:")) | not'
}

# RP2-02: runc 1.1.5 does not make it shared unless the source was.
# bats test_tags=rt-only
@test "rootfs: propagation shared is a peer group of its own" {
  bundle '.linux.rootfsPropagation = "shared"'
  started
  local inner outer
  inner=$(awk '$5 == "/" {print $7; exit}' "/proc/$PID/mountinfo")
  outer=$(awk '$5 == "/" {print $7; exit}' /proc/self/mountinfo)
  [[ "$inner" == shared:* ]] || die "inner: $inner"
  [ "$inner" != "$outer" ]
}

# runc 1.1.5 fails: it binds after it has made the root unbindable.
# bats test_tags=rt-only
@test "rootfs: propagation unbindable" {
  bundle '.linux.rootfsPropagation = "unbindable" | .linux.readonlyPaths += ["/etc"] | .linux.maskedPaths += ["/home", "/bin/busybox"]'
  inside mounts
  expect '.[] | select(.target == "/") | .optional == ["unbindable"]'
  expect '[.[].target] | index("/etc") and index("/home") and index("/bin/busybox")'
}

@test "rootfs: propagation slave and private are not shared" {
  bundle '.linux.rootfsPropagation = "private"'
  inside mounts
  expect '.[] | select(.target == "/") | .optional == []'
  bundle '.linux.rootfsPropagation = "slave"'
  inside mounts
  expect '.[] | select(.target == "/") | .optional | any(startswith("shared:")) | not'
}

# RP2-01, RP2-03: and the other way, nothing that the container mounts reaches the host.
@test "rootfs: propagation decides whether a later mount of the host is seen" {
  local word seen
  while read -r word seen; do
    # runc leaves a slave where nothing is said.
    is_rt || [ "$word" != null ] || continue
    bundle ".linux.rootfsPropagation = $word" '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])' \
      '.process.args = ["/bin/sh", "-c", "mount -t tmpfs t /tmp; exec sleep 60"]'
    started
    eventually grep -q " /tmp .* tmpfs t " "/proc/$PID/mountinfo"
    not grep -qF "$B/rootfs/tmp " /proc/self/mountinfo
    mount -t tmpfs later "$B/rootfs/mnt"
    [ "$(grep -c ' /mnt .* tmpfs later ' "/proc/$PID/mountinfo")" -eq "$seen" ] || die "$word"
    umount "$B/rootfs/mnt"
    rt delete --force "$ID"
    ok
  done <<'END'
"slave" 1
"rslave" 1
"private" 0
null 0
END
}

# EM-21: containerd sends the recursive words.
@test "rootfs: propagation takes the recursive words" {
  local word
  for word in rshared rslave rprivate; do
    bundle ".linux.rootfsPropagation = \"$word\""
    inside id
  done
}

@test "rootfs: propagation refuses an unknown word" {
  bundle '.linux.rootfsPropagation = "sideways"'
  create
  fails
  nothing_left
}

@test "rootfs: --no-pivot gives the same view" {
  bundle
  touch "$B/rootfs/only-here"
  set_args /probe stat /only-here /proc/self
  run_here --no-pivot
  ok
  expect '."/only-here".type == "file" and ."/proc/self".type == "link"'
}

# security.md R17, 2025-24965: no file of ours in the image.
@test "rootfs: gains nothing but mount points" {
  bundle '.root.readonly = true'
  mkdir -p "$B"/rootfs/{dev,proc,sys}
  (cd "$B/rootfs" && find . | sort) >"$T/before"
  set_args /bin/true
  run_here
  ok
  (cd "$B/rootfs" && find . | sort) >"$T/after"
  cmp "$T/before" "$T/after" || die "$(diff "$T/before" "$T/after")"
}
