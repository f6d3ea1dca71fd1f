#!/usr/bin/env bats
# Mounts, seen from inside: runtime-spec.md section 7.
load helpers

# The mount at PATH as the probe sees it (the last one there) has the property.
mount_at() {
  expect "[.[] | select(.target == \"$1\")] | last | $2"
}

@test "mounts: each of the config is there, with its type" {
  bundle
  inside mounts
  mount_at /proc '.type == "proc"'
  mount_at /dev '.type == "tmpfs"'
  mount_at /dev/pts '.type == "devpts"'
  mount_at /dev/shm '.type == "tmpfs"'
  mount_at /dev/mqueue '.type == "mqueue"'
  mount_at /sys '.type == "sysfs"'
}

@test "mounts: have the flags of the config" {
  bundle
  inside mounts
  mount_at /dev/shm '.options | split(",") | index("nosuid") and index("nodev") and index("noexec") and index("rw")'
  mount_at /sys '.options | split(",") | index("ro")'
  mount_at /dev/pts '.super | split(",") | index("gid=5") and index("mode=620") and index("ptmxmode=666")'
  mount_at /dev/shm '.super | split(",") | index("size=65536k")'
}

# MNT-01.
@test "mounts: are done in the order of the list" {
  mkdir -p "$T/src/inner"
  bundle '.mounts += [
    {destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["size=4k"]},
    {destination: "/mnt/inner", source: ($T + "/src"), options: ["rbind"]}]'
  touch "$T/src/deep"
  inside stat /mnt/inner/deep
  expect '."/mnt/inner/deep".type == "file"'
}

@test "mounts: a later one covers an earlier one at the same place" {
  mkdir -p "$T/one" "$T/two"
  touch "$T/one/file1" "$T/two/file2"
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/one"), options: ["bind"]},
                      {destination: "/mnt", source: ($T + "/two"), options: ["bind"]}]'
  inside stat /mnt/file1 /mnt/file2
  expect '."/mnt/file1".type == "none" and ."/mnt/file2".type == "file"'
}

@test "mounts: a bind of a directory shows the source, and writes arrive there" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/mnt", type: "bind", source: ($T + "/src"), options: ["bind", "rw"]}]'
  inside create /mnt/new
  expect '."/mnt/new".ok'
  [ -f "$T/src/new" ]
}

@test "mounts: a bind of a file makes the file to mount on" {
  echo content >"$T/file"
  bundle '.mounts += [{destination: "/etc/deep/er/bound", source: ($T + "/file"), options: ["bind"]}]
          | .process.args = ["/bin/cat", "/etc/deep/er/bound"]'
  run_here
  ok
  [ "$stdout" = content ]
}

# MNT-05.
@test "mounts: bind is decided by the options, not by the type" {
  mkdir "$T/src"
  touch "$T/src/seen"
  bundle '.mounts += [{destination: "/mnt", type: "none", source: ($T + "/src"), options: ["rbind"]}]'
  inside stat /mnt/seen
  expect '."/mnt/seen".type == "file"'
}

# MNT-03, EM-20, cli.md 6b.
@test "mounts: a relative source is taken from the bundle" {
  bundle '.mounts += [{destination: "/mnt", source: "here", options: ["bind"]}]'
  mkdir "$B/here"
  touch "$B/here/seen"
  cd /
  inside stat /mnt/seen
  expect '."/mnt/seen".type == "file"'
}

# MNT-02, EM-20: runc 1.1.5 takes it as well, with a warning.
@test "mounts: a relative destination is taken from the root" {
  bundle '.mounts += [{destination: "mnt/rel", type: "tmpfs", source: "tmpfs"}]'
  set_args /probe mounts
  run_here
  [ "$status" -eq 0 ] || die "run"
  mount_at /mnt/rel '.type == "tmpfs"'
}

@test "mounts: a missing mount point is made" {
  bundle '.mounts += [{destination: "/a/b/c", type: "tmpfs", source: "tmpfs"}]'
  inside mounts
  mount_at /a/b/c '.type == "tmpfs"'
}

# MNT-13, EM-18.
@test "mounts: a read-only bind cannot be written, its source can" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind", "ro"]}]'
  inside create /mnt/new
  expect '."/mnt/new" | .ok == false and .errno == "EROFS"'
  touch "$T/src/outside"
}

@test "mounts: a bind takes nosuid, nodev and noexec" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind", "nosuid", "nodev", "noexec"]}]'
  inside mounts
  mount_at /mnt '.options | split(",") | index("nosuid") and index("nodev") and index("noexec")'
}

@test "mounts: noexec means that nothing is executed" {
  mkdir "$T/src"
  cp "$TOOLS/probe" "$T/src/"
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind", "noexec"]}]
          | .process.args = ["/bin/sh", "-c", "/mnt/probe id || echo refused"]'
  run_here
  [ "$stdout" = refused ] || die "ran"
}

# MO-*: the last of two contradictory options wins.
@test "mounts: the last of two contradictory options wins" {
  bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "t", options: ["ro", "nosuid", "rw", "suid"]}]'
  inside mounts
  mount_at /mnt '.options | split(",") | index("rw") and (index("nosuid") | not)'
}

# A source with a mount below it, for the recursive options: $T/src and $T/src/sub (tmpfs).
nested_source() {
  mkdir -p "$T/src/sub"
  mount -t tmpfs rtb-sub "$T/src/sub"
  touch "$T/src/sub/below"
}
nested_gone() { umount "$T/src/sub"; }

@test "mounts: rbind takes what is mounted below, bind does not" {
  nested_source
  bundle '.mounts += [{destination: "/mnt/r", source: ($T + "/src"), options: ["rbind"]},
                      {destination: "/mnt/b", source: ($T + "/src"), options: ["bind"]}]'
  inside stat /mnt/r/sub/below /mnt/b/sub/below
  expect '."/mnt/r/sub/below".type == "file" and ."/mnt/b/sub/below".type == "none"'
  nested_gone
}

@test "mounts: ro on rbind is not recursive" {
  nested_source
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["rbind", "ro"]}]'
  inside create /mnt/new /mnt/sub/new
  expect '."/mnt/new".errno == "EROFS" and ."/mnt/sub/new".ok'
  nested_gone
}

# MO-43, EM-18: recursive attributes came with runc 1.1, rro among them.
@test "mounts: rro makes all below read-only" {
  nested_source
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["rbind", "rro"]}]'
  inside create /mnt/new /mnt/sub/new
  expect '."/mnt/new".errno == "EROFS" and ."/mnt/sub/new".errno == "EROFS"'
  nested_gone
}

@test "mounts: rnosuid, rnodev, rnoexec and rnosymfollow reach all below" {
  nested_source
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"),
    options: ["rbind", "rnosuid", "rnodev", "rnoexec", "rnosymfollow"]}]'
  inside mounts
  mount_at /mnt/sub '.options | split(",") | index("nosuid") and index("nodev") and index("noexec") and index("nosymfollow")'
  nested_gone
}

# MO-25, MO-37: an atime change must clear the whole mask.
@test "mounts: recursive atime options work one after another" {
  nested_source
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["rbind", "rnoatime"]},
                      {destination: "/a", source: ($T + "/src"), options: ["rbind", "rstrictatime"]}]'
  inside mounts
  mount_at /mnt/sub '.options | split(",") | index("noatime")'
  mount_at /a/sub '.options | split(",") | (index("noatime") or index("relatime")) | not'
  nested_gone
}

@test "mounts: noatime, nodiratime and strictatime are applied" {
  bundle '.mounts += [{destination: "/a", type: "tmpfs", source: "t", options: ["noatime", "nodiratime"]},
                      {destination: "/mnt", type: "tmpfs", source: "t", options: ["strictatime"]}]'
  inside mounts
  mount_at /a '.options | split(",") | index("noatime") and index("nodiratime")'
  mount_at /mnt '.options | split(",") | (index("noatime") or index("relatime")) | not'
}

# MO-23: runc 1.1.5 does not know nosymfollow.
# bats test_tags=rt-only
@test "mounts: nosymfollow is applied" {
  bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "t", options: ["nosymfollow"]}]'
  inside mounts
  mount_at /mnt '.options | split(",") | index("nosymfollow")'
}

# MO-04, MO-10, MO-53: words that must not reach the kernel as data; runc 1.1.5 passes lazytime on.
# bats test_tags=rt-only
@test "mounts: defaults, silent, loud, lazytime, async and iversion are understood" {
  bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "t",
    options: ["defaults", "loud", "silent", "nolazytime", "async", "noiversion", "nomand"]}]'
  inside mounts
  mount_at /mnt '.type == "tmpfs"'
}

# MNT-07.
@test "mounts: an unknown option goes to the filesystem" {
  bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "t", options: ["mode=700", "size=8k", "nr_inodes=20"]}]'
  inside mounts
  mount_at /mnt '.super | split(",") | index("mode=700") and index("size=8k") and index("nr_inodes=20")'
}

@test "mounts: an option that the filesystem does not know fails the create" {
  bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "t", options: ["nosuchoption=1"]}]'
  create
  fails "invalid argument"
  nothing_left
}

@test "mounts: a filesystem that the kernel does not know fails the create" {
  bundle '.mounts += [{destination: "/mnt", type: "nosuchfs", source: "t"}]'
  create
  fails "no such device"
  nothing_left
}

# MNT-15.
@test "mounts: a tmpfs takes the mode of the directory that it covers" {
  bundle '.mounts += [{destination: "/covered", type: "tmpfs", source: "t"}]'
  mkdir -m 0751 "$B/rootfs/covered"
  chmod 01777 "$B/rootfs/covered"
  inside stat /covered
  expect '."/covered".mode == 1023'
}

# MO-59.
@test "mounts: tmpcopyup copies what the tmpfs covers" {
  bundle '.mounts += [{destination: "/data", type: "tmpfs", source: "t", options: ["tmpcopyup"]}]'
  mkdir -p "$B/rootfs/data/dir"
  echo text >"$B/rootfs/data/dir/file"
  chmod 0640 "$B/rootfs/data/dir/file"
  chown 12:34 "$B/rootfs/data/dir/file"
  ln -s dir/file "$B/rootfs/data/link"
  inside stat /data/dir/file /data/link
  expect '."/data/dir/file" | .type == "file" and .mode == 416 and .uid == 12 and .gid == 34 and .size == 5'
  expect '."/data/link".target == "dir/file"'
}

# MNT-12: written first, read-only in the end.
@test "mounts: a read-only /dev still gets its devices" {
  bundle '(.mounts[] | select(.destination == "/dev")).options += ["ro"]'
  inside stat /dev/null /dev/ptmx
  expect '."/dev/null".type == "c" and ."/dev/ptmx".type == "link"'
  inside create /dev/new
  expect '."/dev/new".errno == "EROFS"'
}

# MNT-14.
@test "mounts: propagation words are applied" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/mnt/s", source: ($T + "/src"), options: ["bind", "shared"]},
                      {destination: "/mnt/p", source: ($T + "/src"), options: ["bind", "private"]},
                      {destination: "/mnt/u", source: ($T + "/src"), options: ["bind", "unbindable"]}]'
  inside mounts
  mount_at /mnt/s '.optional | any(startswith("shared:"))'
  mount_at /mnt/p '.optional == []'
  mount_at /mnt/u '.optional == ["unbindable"]'
}

@test "mounts: a slave bind receives what is mounted outside later, and gives nothing back" {
  mkdir "$T/src"
  mount -t tmpfs rtb-src "$T/src"
  mount --make-shared "$T/src"
  mkdir "$T/src/sub" "$T/src/back"
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["rbind", "rslave"]}]
          | .process.capabilities.bounding += ["CAP_SYS_ADMIN"] | .process.capabilities.effective += ["CAP_SYS_ADMIN"]
          | .process.capabilities.permitted += ["CAP_SYS_ADMIN"]
          | .process.args = ["/bin/sh", "-c", "mount -t tmpfs inner /mnt/back; touch /mnt/back/mounted;
              until test -e /mnt/sub/later; do sleep 0.1; done; echo arrived; sleep 60"]'
  started
  eventually test -e "$B/rootfs/mnt"
  mount -t tmpfs rtb-later "$T/src/sub"
  touch "$T/src/sub/later"
  eventually grep -q arrived "$T/out"
  [ ! -e "$T/src/back/mounted" ]
  rt delete --force "$ID"
  ok
  umount "$T/src/sub"
  umount "$T/src"
}

# DEF-18.
@test "mounts: a bound /dev is left as it is" {
  mkdir -p "$T/dev/pts" "$T/dev/shm" "$T/dev/mqueue"
  mknod -m 666 "$T/dev/null" c 1 3
  bundle '.mounts |= map(select(.destination | startswith("/dev") | not))
          | .mounts += [{destination: "/dev", source: ($T + "/dev"), options: ["rbind"]}]'
  find "$T/dev" | sort >"$T/before"
  inside stat /dev/null
  expect '."/dev/null".type == "c"'
  find "$T/dev" | sort >"$T/after"
  cmp "$T/before" "$T/after"
}

# MNT-02 and CVE-2015-3631: DF refusal.
@test "mounts: nothing may cover parts of /proc" {
  mkdir "$T/src"
  local where
  for where in /proc/self /proc/sys /proc/1/attr; do
    bundle ".mounts += [{destination: \"$where\", source: (\$T + \"/src\"), options: [\"bind\"]}]"
    create
    fails "/proc"
    nothing_left
  done
}

@test "mounts: a bind over /proc itself is refused" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/proc", source: ($T + "/src"), options: ["bind"]}]'
  create
  fails "/proc"
  nothing_left
}

@test "mounts: the files of lxcfs may cover those of /proc" {
  echo "fake uptime" >"$T/file"
  bundle '.mounts += [{destination: "/proc/uptime", source: ($T + "/file"), options: ["bind"]}]
          | .process.args = ["/bin/cat", "/proc/uptime"]'
  run_here
  ok
  [ "$stdout" = "fake uptime" ]
}

@test "mounts: what the container mounts is not seen outside" {
  bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "rtb-inner"}]'
  started
  not grep -q rtb-inner /proc/self/mountinfo
  not grep -qF "$B" /proc/self/mountinfo
}

@test "mounts: fifty of them work" {
  mkdir "$T/src"
  bundle '.mounts += [range(50) | {destination: "/mnt/\(.)", source: ($T + "/src"), options: ["bind", "ro"]}]'
  inside mounts
  expect '[.[] | select(.target | startswith("/mnt/"))] | length == 50 and all(.[]; .options | split(",") | index("ro"))'
}

# MNT-09, MO-61: runc 1.1.5 refuses id-mapped mounts.
# bats test_tags=rt-only
@test "mounts: an id-mapped bind shows mapped owners" {
  mkdir "$T/src"
  touch "$T/src/file"
  chown 1000:1001 "$T/src/file"
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind", "idmap"],
    uidMappings: [{containerID: 1000, hostID: 5000, size: 10}], gidMappings: [{containerID: 1000, hostID: 6000, size: 10}]}]'
  inside stat /mnt/file
  expect '."/mnt/file" | .uid == 5000 and .gid == 6001'
}

# MNT-09, MO-61, EM-19.
# bats test_tags=rt-only
@test "mounts: uidMappings without gidMappings, and idmap without any mapping, are refused" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind", "idmap"],
    uidMappings: [{containerID: 0, hostID: 5000, size: 10}]}]'
  create
  fails
  nothing_left
  bundle '.mounts += [{destination: "/mnt", source: ($T + "/src"), options: ["bind", "idmap"]}]'
  create
  fails
  nothing_left
}

# MNT-04 and R13: on v1 a tmpfs with one mount a hierarchy, on v2 the one.
@test "mounts: type cgroup shows the container's own group, read-only" {
  bundle '.mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
    options: ["nosuid", "noexec", "nodev", "relatime", "ro"]}]'
  if is_v2; then
    inside mounts
    mount_at /sys/fs/cgroup '.type == "cgroup2" and (.options | split(",") | index("ro"))'
    inside mkdir /sys/fs/cgroup/new
    expect '."/sys/fs/cgroup/new".ok == false'
  else
    inside mounts
    mount_at /sys/fs/cgroup '.type == "tmpfs"'
    mount_at /sys/fs/cgroup/pids '.type == "cgroup" and (.options | split(",") | index("ro"))'
    # Without a cgroup namespace: its own subtree alone.
    mount_at /sys/fs/cgroup/pids ".root == \"/$ID\""
    inside mkdir /sys/fs/cgroup/pids/new
    expect '."/sys/fs/cgroup/pids/new".ok == false'
  fi
}
