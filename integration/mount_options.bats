#!/usr/bin/env bats
# Every mount option of the specification, word by word, as the container sees it in /proc/self/mountinfo:
# runtime-spec config.md "Linux mount options". A row of a table is a mount of its own; all of a table go into one
# container.
load helpers

# Sources with a mount below each, so that what reaches it can be told from what does not.
#   plain    no flag, relatime
#   strict   strictatime
#   flagged  ro, nosuid, nodev, noexec, nosymfollow, noatime, nodiratime
make_sources() {
  local name options
  while read -r name options; do
    mkdir "$T/$name"
    mount -t tmpfs "rtb-$name" "$T/$name"
    mkdir "$T/$name/sub"
    mount -t tmpfs "rtb-$name-sub" "$T/$name/sub"
    touch "$T/$name/file" "$T/$name/sub/file"
    mount -o "remount,bind,$options" "$T/$name/sub"
    mount -o "remount,bind,$options" "$T/$name"
  done <<END
plain relatime
strict strictatime
flagged ro,nosuid,nodev,noexec,nosymfollow,noatime,nodiratime
END
}
sources_gone() { umount -R "$T/plain" "$T/strict" "$T/flagged"; }

# look COLUMN PATH SIGNED-WORDS: the mount at PATH has each "+word" and no "-word" among its options.
look() {
  jq -e --arg column "$1" --arg path "$2" --arg words "$3" \
    '[.[] | select(.target == $path)] | last | .[$column] | if type == "string" then split(",") else . end
     | map(sub(":.*"; "")) as $there
     | $words | split(",") | map(select(. != "")) | all(
         .[1:] as $word | if startswith("+") then any($there[]; . == $word) else all($there[]; . != $word) end)' \
    <<<"$stdout" >/dev/null || die "$4: $2 should have $3: $(jq -c --arg p "$2" '.[] | select(.target == $p)' <<<"$stdout")"
}

# --- flags of one mount, and recursive ones ---------------------------------------------------------

# ID word source at-the-mount below-it; only a word with r before it changes what is below.
attributes() {
  cat <<END
MO-02 atime          flagged +relatime,-noatime    +noatime
MO-05 dev            flagged -nodev                +nodev
MO-06 diratime       flagged -nodiratime           +nodiratime
MO-08 exec           flagged -noexec               +noexec
MO-13 noatime        plain   +noatime,-relatime    -noatime
MO-14 nodev          plain   +nodev                -nodev
MO-15 nodiratime     plain   +nodiratime           -nodiratime
MO-16 noexec         plain   +noexec               -noexec
MO-20 norelatime     plain   +relatime             +relatime
MO-21 nostrictatime  strict  +relatime             -relatime
MO-22 nosuid         plain   +nosuid               -nosuid
MO-23 nosymfollow    plain   +nosymfollow          -nosymfollow
MO-25 ratime         flagged +relatime,-noatime    +relatime,-noatime
MO-27 rdev           flagged -nodev                -nodev
MO-28 rdiratime      flagged -nodiratime           -nodiratime
MO-29 relatime       flagged +relatime,-noatime    +noatime
MO-31 rexec          flagged -noexec               -noexec
MO-32 rnoatime       plain   +noatime,-relatime    +noatime,-relatime
MO-33 rnodev         plain   +nodev                +nodev
MO-34 rnodiratime    plain   +nodiratime           +nodiratime
MO-35 rnoexec        plain   +noexec               +noexec
MO-36 rnorelatime    strict  +relatime             +relatime
MO-37 rnostrictatime strict  +relatime             +relatime
MO-38 rnosuid        plain   +nosuid               +nosuid
MO-39 rnosymfollow   plain   +nosymfollow          +nosymfollow
MO-40 ro             plain   +ro,-rw               +rw
MO-42 rrelatime      flagged +relatime,-noatime    +relatime,-noatime
MO-43 rro            plain   +ro,-rw               +ro,-rw
MO-44 rrw            flagged +rw,-ro               +rw,-ro
MO-47 rstrictatime   flagged -noatime,-relatime    -noatime,-relatime
MO-48 rsuid          flagged -nosuid               -nosuid
MO-49 rsymfollow     flagged -nosymfollow          -nosymfollow
MO-51 rw             flagged +rw,-ro               +ro
MO-55 strictatime    plain   -noatime,-relatime    +relatime
MO-56 suid           flagged -nosuid               +nosuid
MO-57 symfollow      flagged -nosymfollow          +nosymfollow
END
}

# runc 1.1.5 knows neither symfollow nor recursive words of it.
# bats test_tags=rt-only
@test "mount options: flags on a bind, and their recursive forms on what is below" {
  make_sources
  local id word source at below
  bundle "$(attributes | while read -r id word source at below; do
    printf '.mounts += [{destination: "/m/%s", source: ($T + "/%s"), options: ["rbind", "%s"]}] | ' "$id" "$source" "$word"
  done) ."
  inside mounts
  while read -r id word source at below; do
    look options "/m/$id" "$at" "$id $word"
    look options "/m/$id/sub" "$below" "$id $word, below"
  done < <(attributes)
  sources_gone
}

# A word that is clear by default follows its opposite, so that it has something to clear.
# bats test_tags=rt-only
@test "mount options: flags on a new filesystem" {
  local id word source at below
  bundle "$(attributes | while read -r id word source at below; do
    before=
    [ "$source" != flagged ] || before='"ro", "nosuid", "nodev", "noexec", "nosymfollow", "noatime", "nodiratime", '
    [ "$source" != strict ] || before='"strictatime", '
    printf '.mounts += [{destination: "/m/%s", type: "tmpfs", source: "t", options: [%s"%s"]}] | ' "$id" "$before" "$word"
  done) ."
  inside mounts
  while read -r id word source at below; do
    look options "/m/$id" "$at" "$id $word"
  done < <(attributes)
}

# EM-18: a read-only mount refuses the write, one below it only if it was meant, too.
@test "mount options: ro and rro refuse writes, noexec refuses programs, nodev refuses devices" {
  make_sources
  mknod -m 666 "$T/plain/null" c 1 3
  cp "$TOOLS/probe" "$T/plain/sub/probe"
  bundle '.mounts += [
    {destination: "/ro", source: ($T + "/plain"), options: ["rbind", "ro"]},
    {destination: "/rro", source: ($T + "/plain"), options: ["rbind", "rro"]},
    {destination: "/rrw", source: ($T + "/flagged"), options: ["rbind", "rrw"]},
    {destination: "/nodev", source: ($T + "/plain"), options: ["rbind", "nodev"]},
    {destination: "/rnoexec", source: ($T + "/plain"), options: ["rbind", "rnoexec"]}]'
  inside create /ro/new /ro/sub/new /rro/other /rro/sub/other /rrw/new /rrw/sub/new
  expect '."/ro/new".errno == "EROFS" and ."/ro/sub/new".ok'
  expect '."/rro/other".errno == "EROFS" and ."/rro/sub/other".errno == "EROFS"'
  expect '."/rrw/new".ok and ."/rrw/sub/new".ok'
  inside read /nodev/null
  expect '."/nodev/null".errno == "EACCES"'
  set_args /bin/sh -c '/rnoexec/sub/probe id || echo refused'
  run_here
  [ "$stdout" = refused ] || die "ran"
  sources_gone
}

# --- filesystem flags ---------------------------------------------------------------------------------

# ID words super-options; the last of two contradictory words wins. The kernel shows neither silent nor iversion, and
# tmpfs would refuse them as its own options: that the mount is there says that they were understood.
superblock_flags() {
  cat <<END
MO-01 sync,async          -sync
MO-04 defaults            -defaults
MO-07 dirsync             +dirsync
MO-09 iversion            -iversion
MO-10 lazytime            +lazytime
MO-11 silent,loud         -silent,-loud
MO-12 mand                -
MO-17 iversion,noiversion -iversion,-noiversion
MO-18 lazytime,nolazytime -lazytime,-nolazytime
MO-19 mand,nomand         -mand,-nomand
MO-53 silent              -silent
MO-58 sync                +sync
END
}

# runc 1.1.5 hands lazytime, iversion and silent to the filesystem.
# bats test_tags=rt-only
@test "mount options: flags of the filesystem" {
  local id words super
  bundle "$(superblock_flags | while read -r id words super; do
    printf '.mounts += [{destination: "/m/%s", type: "tmpfs", source: "t", options: ("%s" | split(","))}] | ' "$id" "$words"
  done) ."
  inside mounts
  while read -r id words super; do
    jq -e --arg p "/m/$id" 'any(.[]; .target == $p and .type == "tmpfs")' <<<"$stdout" >/dev/null || die "$id: not there"
    look super "/m/$id" "$super" "$id $words"
  done < <(superblock_flags)
}

# MNT-13: they are no business of one mount among several of the filesystem.
# bats test_tags=rt-only
@test "mount options: flags of the filesystem change nothing through a bind" {
  make_sources
  bundle '.mounts += [{destination: "/m", source: ($T + "/plain"),
    options: ["bind", "sync", "dirsync", "lazytime", "mand", "iversion", "silent"]}]'
  inside mounts
  look super /m -sync,-dirsync,-lazytime,-mand bind
  sources_gone
}

# MO-63, MNT-07: no words of the runtime; tmpfs without them says so by name, ext4 would take them. runc 1.1.5 has a
# flag of mount(2) for them, which nobody reads.
# bats test_tags=rt-only
@test "mount options: acl and noacl are the filesystem's own" {
  local word
  for word in acl noacl; do
    bundle ".mounts += [{destination: \"/m\", type: \"tmpfs\", source: \"t\", options: [\"$word\"]}]"
    create
    fails "invalid argument"
    if is_rt; then
      fails "'$word'" "/mounts/6"
    fi
    nothing_left
  done
}

# MNT-07: in order, so that the last of two values wins.
@test "mount options: those for the filesystem are kept in order" {
  bundle '.mounts += [{destination: "/m", type: "tmpfs", source: "t",
    options: ["size=4k", "nosuid", "mode=700", "size=16k", "nr_inodes=7", "mode=711"]}]'
  inside mounts
  look super /m +size=16k,+mode=711,+nr_inodes=7 order
}

# --- bind and remount -----------------------------------------------------------------------------------

# MO-03, MO-26.
@test "mount options: bind takes the one mount, rbind those below as well" {
  make_sources
  bundle '.mounts += [{destination: "/m/bind", source: ($T + "/plain"), options: ["bind"]},
                      {destination: "/m/rbind", source: ($T + "/plain"), options: ["rbind"]}]'
  inside stat /m/bind/file /m/bind/sub/file /m/rbind/file /m/rbind/sub/file
  expect '."/m/bind/file".type == "file" and ."/m/bind/sub/file".type == "none"'
  expect '."/m/rbind/file".type == "file" and ."/m/rbind/sub/file".type == "file"'
  sources_gone
}

# MO-30: with bind only this mount, without it the filesystem, too.
# bats test_tags=rt-only
@test "mount options: remount changes the flags of this mount, and without bind the filesystem" {
  bundle '.mounts += [
    {destination: "/a", type: "tmpfs", source: "t", options: ["size=4k"]},
    {destination: "/a", type: "tmpfs", source: "t", options: ["remount", "size=16k", "nosuid", "noexec", "sync"]},
    {destination: "/b", type: "tmpfs", source: "t", options: ["nosuid", "size=4k"]},
    {destination: "/b", options: ["bind", "remount", "ro", "suid"]},
    {destination: "/c", type: "tmpfs", source: "t"},
    {destination: "/c", options: ["remount", "rslave", "ro"]}]'
  inside mounts
  look options /a +nosuid,+noexec,+rw "MO-30 remount"
  look super /a +size=16k,+sync "MO-30 remount, filesystem"
  look options /b +ro,-nosuid "MO-30 bind,remount"
  look super /b +size=4k,+rw "MO-30 bind,remount, filesystem"
  look options /c +ro "MO-30 remount with propagation"
}

# MO-30.
# bats test_tags=rt-only
@test "mount options: remount of what is no mount, and of what the filesystem refuses, fails the create" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/etc", options: ["remount", "ro"]}]'
  create
  fails "/mounts/6" "invalid argument"
  nothing_left
  bundle '.mounts += [{destination: "/dev/shm", type: "tmpfs", options: ["remount", "nosuchoption=1"]}]'
  create
  fails "/mounts/6" "nosuchoption"
  nothing_left
}

# --- propagation -------------------------------------------------------------------------------------------

# ID word at-the-mount below-it, of a bind whose source is shared.
propagations() {
  cat <<END
MO-24 private     -shared,-master,-unbindable -unbindable
MO-41 rprivate    -shared,-master,-unbindable -shared,-master,-unbindable
MO-45 rshared     +shared                     +shared
MO-46 rslave      +master,-shared             +master,-shared
MO-50 runbindable +unbindable                 +unbindable
MO-52 shared      +shared                     -unbindable
MO-54 slave       +master,-shared             -unbindable
MO-60 unbindable  +unbindable                 -unbindable
END
}

@test "mount options: propagation, of one mount and of all below" {
  make_sources
  mount --make-rshared "$T/plain"
  local id word at below
  bundle "$(propagations | while read -r id word at below; do
    printf '.mounts += [{destination: "/m/%s", source: ($T + "/plain"), options: ["rbind", "%s"]}] | ' "$id" "$word"
  done) ."
  inside mounts
  while read -r id word at below; do
    look optional "/m/$id" "$at" "$id $word"
    look optional "/m/$id/sub" "$below" "$id $word, below"
  done < <(propagations)
  mount --make-rprivate "$T/plain"
  sources_gone
}

# MNT-14: one call for each word; the last but one is in force only where the last one lets it be.
@test "mount options: several propagation words are applied one after another" {
  bundle '.mounts += [{destination: "/m/a", type: "tmpfs", source: "t", options: ["shared", "slave", "shared"]},
                      {destination: "/m/b", type: "tmpfs", source: "t", options: ["shared", "private"]}]'
  inside mounts
  look optional /m/a +shared "shared again"
  look optional /m/b -shared "private at last"
}

# --- copies and mapped owners ---------------------------------------------------------------------------------

# MO-59.
@test "mount options: tmpcopyup starts with what the tmpfs covers, and changes no more in the image" {
  bundle '.mounts += [{destination: "/data", type: "tmpfs", source: "t", options: ["tmpcopyup"]}]
          | .process.args = ["/bin/sh", "-c", "cat /data/file; echo new >/data/file; touch /data/other"]'
  mkdir "$B/rootfs/data"
  echo old >"$B/rootfs/data/file"
  run_here
  ok
  [ "$stdout" = old ]
  [ "$(cat "$B/rootfs/data/file")" = old ]
  [ ! -e "$B/rootfs/data/other" ]
}

# MNT-11: the mappings are what counts; "idmap" only says so.
# bats test_tags=rt-only
@test "mount options: idmap maps this mount, ridmap those below as well, and mappings need no word" {
  make_sources
  chown 1000:1001 "$T/plain/file" "$T/plain/sub/file"
  local maps='uidMappings: [{containerID: 1000, hostID: 5000, size: 10}], gidMappings: [{containerID: 1000, hostID: 6000, size: 10}]'
  bundle ".mounts += [{destination: \"/m/idmap\", source: (\$T + \"/plain\"), options: [\"rbind\", \"idmap\"], $maps},
                      {destination: \"/m/ridmap\", source: (\$T + \"/plain\"), options: [\"rbind\", \"ridmap\"], $maps},
                      {destination: \"/m/no-word\", source: (\$T + \"/plain\"), options: [\"rbind\"], $maps}]"
  inside stat /m/idmap/file /m/idmap/sub/file /m/ridmap/file /m/ridmap/sub/file /m/no-word/file /m/no-word/sub/file
  expect '."/m/idmap/file" | .uid == 5000 and .gid == 6001'
  expect '."/m/idmap/sub/file" | .uid == 1000 and .gid == 1001'
  expect '."/m/ridmap/file" | .uid == 5000 and .gid == 6001'
  expect '."/m/ridmap/sub/file" | .uid == 5000 and .gid == 6001'
  expect '."/m/no-word/file" | .uid == 5000 and .gid == 6001'
  expect '."/m/no-word/sub/file" | .uid == 1000 and .gid == 1001'
  sources_gone
}

# MO-61, MO-62: without mappings of its own those of the container's user namespace: as on disk, so inside.
# bats test_tags=rt-only
@test "mount options: idmap and ridmap without mappings are those of the container" {
  make_sources
  chown 7:8 "$T/plain/file" "$T/plain/sub/file"
  bundle '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .mounts += [{destination: "/m/idmap", source: ($T + "/plain"), options: ["rbind", "idmap"]},
                  {destination: "/m/ridmap", source: ($T + "/plain"), options: ["rbind", "ridmap"]},
                  {destination: "/m/none", source: ($T + "/plain"), options: ["rbind"]}]'
  mkdir -p "$B/rootfs/m"/{idmap,ridmap,none}
  inside stat /m/idmap/file /m/idmap/sub/file /m/ridmap/file /m/ridmap/sub/file /m/none/file
  expect '."/m/idmap/file" | .uid == 7 and .gid == 8'
  expect '."/m/idmap/sub/file" | .uid == 65534 and .gid == 65534'
  expect '."/m/ridmap/file" | .uid == 7 and .gid == 8'
  expect '."/m/ridmap/sub/file" | .uid == 7 and .gid == 8'
  expect '."/m/none/file" | .uid == 65534'
  sources_gone
}
