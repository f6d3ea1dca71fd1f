#!/usr/bin/env bats
# What must be an error, row by row of the specification's properties: create refuses it, names the place in the
# document by its JSON Pointer, and leaves nothing. A row of a table is: ID POINTER FILTER, where the jq filter makes
# the default config wrong. The last word of a failure is the row's ID.
# (Only documents that runc 1.1.5 takes, or refuses in other words, would differ: these are rt's own.)
load helpers

NO_NAMESPACES='.linux.namespaces = []'
USERNS='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'

# refused ID POINTER: the config as it is now. "-" stands for the document itself.
refused() {
  local id=$1 pointer=$2
  create
  [ "$status" -eq 1 ] || { die "$id: not refused"; return 1; }
  [ "$(wc -l <<<"$stderr")" -eq 1 ] || { die "$id: more than one line"; return 1; }
  [ "$pointer" = - ] || [[ "$stderr" == *" $pointer: "* ]] || { die "$id: no $pointer in the message"; return 1; }
  [ ! -e "$ROOT/$ID" ] || { die "$id: a state directory is left"; return 1; }
  census_same || { die "$id"; return 1; }
}

# The table on stdin.
refused_rows() {
  local id pointer filter count=0
  while read -r id pointer filter; do
    bundle "$filter"
    refused "$id" "$pointer" || return 1
    count=$((count + 1))
  done
  [ "$count" -gt 0 ]
}

# ID POINTER LITERAL FILTER: the filter puts "@" where the literal shall stand, as it is written.
refused_literals() {
  local id pointer literal filter
  while read -r id pointer literal filter; do
    bundle "$filter"
    sed -i "s/\"@\"/$literal/" "$B/config.json"
    refused "$id $literal" "$pointer" || return 1
  done
}

# bats test_tags=rt-only
@test "refusals: the document" {
  local id pointer text
  bundle
  cp "$B/config.json" "$T/good.json"
  while read -r id pointer text; do
    # What replaces the host name, as printf writes it.
    awk -v text="$(printf '%b.' "$text")" '{
      at = index($0, "\"probe-host\"")
      if (at) $0 = substr($0, 1, at - 1) substr(text, 1, length(text) - 1) substr($0, at + 12)
      print }' "$T/good.json" >"$B/config.json"
    refused "$id $text" "$pointer"
  done <<'END'
GEN-01 -         "\xff\xfe"
GEN-01 -         "\xed\xa0\x80"
GEN-01 -         "\xc0\x80"
GEN-01 -         "unfinished
GEN-01 -         'single'
GEN-01 -         "a",
GEN-01 -         undefined
GEN-01 -         "a" /* comment */
GEN-02 /hostname "a", "hostname": "a"
GEN-02 /hostname "a", "\\u0068ostname": "b"
END
  printf '\xef\xbb\xbf' | cat - "$T/good.json" >"$B/config.json"
  refused "GEN-01 byte order mark" -
  { cat "$T/good.json"; echo '{}'; } >"$B/config.json"
  refused "GEN-01 a second document" -
  : >"$B/config.json"
  refused "GEN-01 empty" -
  echo '[]' >"$B/config.json"
  refused "GEN-06 not an object" -
}

# GEN-02: at every level, in objects that the specification knows and in those that it does not.
# bats test_tags=rt-only
@test "refusals: a name that is in its object twice, at every level" {
  bundle '.hooks.poststop = [{path: "/bin/true"}] | .annotations = {a: "b"} | .unknown = {deep: {er: 1}}
    | .linux.sysctl = {"net.ipv4.ip_forward": "1"}'
  local id=0 path first
  jq -c 'paths(type == "object")' "$B/config.json" >"$T/objects"
  [ "$(wc -l <"$T/objects")" -gt 20 ]
  cp "$B/config.json" "$T/good.json"
  while read -r path; do
    # jq cannot write a name twice: a name of our own becomes the first one.
    first=$(jq -r --argjson p "$path" 'getpath($p) | keys_unsorted[0]' "$T/good.json")
    jq --argjson p "$path" --arg first "$first" 'setpath($p; {"@twice@": getpath($p + [$first])} + getpath($p))' "$T/good.json" |
      sed "s|@twice@|$first|" >"$B/config.json"
    create
    [ "$status" -eq 1 ] && [[ "$stderr" == *"appears twice"* ]] || die "GEN-02 $path: $first"
    [ ! -e "$ROOT/$ID" ] || die "GEN-02 $path: left"
    id=$((id + 1))
  done <"$T/objects"
  [ "$id" -gt 20 ] || die "only $id objects"
  nothing_left
}

# GEN-04: exact, for each width, and nothing but integer literals.
# bats test_tags=rt-only
@test "refusals: numbers" {
  refused_literals <<'END'
GEN-04 /process/user/uid          -1                   .process.user.uid = "@"
GEN-04 /process/user/uid          4294967296           .process.user.uid = "@"
GEN-04 /process/user/uid          1.0                  .process.user.uid = "@"
GEN-04 /process/user/uid          1e3                  .process.user.uid = "@"
GEN-04 /process/user/uid          -0                   .process.user.uid = "@"
GEN-04 /process/user/uid          0.5                  .process.user.uid = "@"
GEN-04 /process/user/umask        4294967296           .process.user.umask = "@"
GEN-04 /process/oomScoreAdj       2147483648           .process.oomScoreAdj = "@"
GEN-04 /process/oomScoreAdj       -2147483649          .process.oomScoreAdj = "@"
GEN-04 /process/rlimits/0/hard    18446744073709551616 .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 1, hard: "@"}]
GEN-04 /process/rlimits/0/hard    -1                   .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 1, hard: "@"}]
GEN-04 /process/rlimits/0/soft    1e2                  .process.rlimits = [{type: "RLIMIT_NOFILE", soft: "@", hard: 1000}]
GEN-04 /linux/devices/0/major     9223372036854775808  .linux.devices = [{type: "c", path: "/dev/x", major: "@", minor: 1}]
GEN-04 /linux/resources/cpu/quota -9223372036854775809 .linux.resources.cpu = {quota: "@"}
GEN-04 /linux/resources/cpu/shares 18446744073709551616 .linux.resources.cpu = {shares: "@"}
END
}

# bats test_tags=rt-only
@test "refusals: version, root, bundle" {
  refused_rows <<'END'
BND-03  -              del(.ociVersion)
BND-03  /ociVersion    .ociVersion = "invalid"
BND-03  /ociVersion    .ociVersion = ""
BND-03  /ociVersion    .ociVersion = "1.0"
BND-03  /ociVersion    .ociVersion = "01.0.0"
BND-03  /ociVersion    .ociVersion = "1.0.0-"
BND-03  /ociVersion    .ociVersion = "2.0.0"
BND-03  /ociVersion    .ociVersion = "0.9.0"
BND-03  /ociVersion    .ociVersion = 1
ROOT-01 -              del(.root)
ROOT-02 /root          del(.root.path)
ROOT-02 /root/path     .root.path = ""
ROOT-02 /root/path     .root.path = "nowhere"
ROOT-02 /root/path     .root.path = "config.json"
ROOT-02 /root/path     .root.path = "/nowhere/at/all"
ROOT-03 /root/readonly .root.readonly = "true"
ROOT-03 /linux/namespaces .root.readonly = true | .linux.namespaces |= map(select(.type != "mount")) | .mounts = []
END
  # A create without a bundle, and one whose bundle is none.
  local place
  mkdir "$T/empty"
  touch "$T/file"
  for place in "$T/none" "$T/file" "$T/empty" ""; do
    rt create --bundle "$place" "$ID"
    fails
    [ ! -e "$ROOT/$ID" ]
  done
}

# bats test_tags=rt-only
@test "refusals: hooks" {
  local kind
  for kind in prestart createRuntime createContainer startContainer poststart poststop; do
    refused_rows <<END
HK-11 /hooks/$kind/1      .hooks.$kind = [{path: "/bin/true"}, {}]
HK-11 /hooks/$kind/0/path .hooks.$kind = [{path: "bin/true"}]
HK-11 /hooks/$kind/0/path .hooks.$kind = [{path: ""}]
HK-12 /hooks/$kind/0/args .hooks.$kind = [{path: "/bin/true", args: "x"}]
HK-13 /hooks/$kind/0/env/0 .hooks.$kind = [{path: "/bin/true", env: [1]}]
HK-14 /hooks/$kind/0/timeout .hooks.$kind = [{path: "/bin/true", timeout: 0}]
HK-14 /hooks/$kind/0/timeout .hooks.$kind = [{path: "/bin/true", timeout: -1}]
HK-10 /hooks/$kind        .hooks.$kind = {}
END
  done
}

# bats test_tags=rt-only
@test "refusals: mounts" {
  mkdir "$T/src"
  refused_rows <<END
MNT-01 /mounts   .mounts = {}
MNT-02 /mounts/6 .mounts += [{type: "tmpfs"}]
MNT-02 /mounts/6/destination .mounts += [{destination: "", type: "tmpfs"}]
MNT-02 /mounts/6/destination .mounts += [{destination: "/", type: "tmpfs"}]
MNT-02 /mounts/6/destination .mounts += [{destination: "/a/../..", type: "tmpfs"}]
MNT-02 /mounts/6/destination .mounts += [{destination: "/a\u0000b", type: "tmpfs"}]
MNT-02 /mounts/6 .mounts += [{destination: "/proc/self", type: "tmpfs"}]
MNT-02 /mounts/6 .mounts += [{destination: "/proc/sys/net", source: \$T, options: ["bind"]}]
MNT-02 /mounts/6 .mounts += [{destination: "/etc/passwd/below", type: "tmpfs"}]
MNT-03 /mounts/6 .mounts += [{destination: "/mnt", source: "/no/such/source", options: ["bind"]}]
MNT-03 /mounts/6 .mounts += [{destination: "/mnt", source: "no-such-source", options: ["rbind"]}]
MNT-03 /mounts/6 .mounts += [{destination: "/mnt", options: ["bind"]}]
MNT-04 /mounts/6 .mounts += [{destination: "/mnt", type: "nosuchfs"}]
MNT-04 /mounts/6 .mounts += [{destination: "/mnt", source: "x"}]
MNT-04 /mounts/6 .mounts += [{destination: "/mnt", options: ["rslave"]}]
MNT-06 /mounts/6/options .mounts += [{destination: "/mnt", type: "tmpfs", options: "ro"}]
MNT-06 /mounts/6/options/1 .mounts += [{destination: "/mnt", type: "tmpfs", options: ["ro", 1]}]
MNT-07 /mounts/6 .mounts += [{destination: "/mnt", type: "tmpfs", options: ["nosuchoption"]}]
MNT-07 /mounts/6 .mounts += [{destination: "/mnt", type: "proc", options: ["hidepid=99"]}]
MNT-07 /mounts/6/options/1 .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind", "size=4k"]}]
MNT-08 /mounts/6/options/1 .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind", "copy-symlink"]}]
MNT-09 /mounts/6 .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind"], uidMappings: [{containerID: 0, hostID: 1, size: 1}]}]
MNT-10 /mounts/6 .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind"], gidMappings: [{containerID: 0, hostID: 1, size: 1}]}]
MNT-09 /mounts/6/uidMappings/0 .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind"], uidMappings: [{containerID: 0, size: 1}], gidMappings: [{containerID: 0, hostID: 1, size: 1}]}]
MNT-09 /mounts/6/gidMappings/0/size .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind"], uidMappings: [{containerID: 0, hostID: 1, size: 1}], gidMappings: [{containerID: 0, hostID: 1, size: 0}]}]
MNT-09 /mounts/6 .mounts += [{destination: "/mnt", source: "/proc", options: ["bind"], uidMappings: [{containerID: 0, hostID: 1, size: 1}], gidMappings: [{containerID: 0, hostID: 1, size: 1}]}]
MNT-09 /mounts/6 .mounts += [{destination: "/mnt", type: "tmpfs", options: ["idmap"], uidMappings: [{containerID: 0, hostID: 1, size: 1}], gidMappings: [{containerID: 0, hostID: 1, size: 1}]}]
MO-30 /mounts/6 .mounts += [{destination: "/etc", options: ["remount", "ro"]}]
MO-59 /mounts/6/options .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind", "tmpcopyup"]}]
MO-61 /mounts/6/options .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind", "idmap"]}]
MO-62 /mounts/6/options .mounts += [{destination: "/mnt", source: (\$T + "/src"), options: ["bind", "ridmap"]}]
MO-63 /mounts/6 .mounts += [{destination: "/mnt", type: "tmpfs", options: ["acl"]}]
DV-22 /linux/namespaces .linux.namespaces |= map(select(.type != "mount"))
END
}

# MNT-13: what the source has, a container of another user namespace keeps (mount_namespaces(7)).
# bats test_tags=rt-only
@test "refusals: flags of a source that a user namespace may not clear" {
  local word
  mkdir "$T/locked"
  mount -t tmpfs -o ro,nosuid,nodev,noexec rtb-locked "$T/locked"
  for word in rw suid dev exec rrw rsuid rdev rexec; do
    bundle "$USERNS" ".mounts += [{destination: \"/mnt\", source: \"$T/locked\", options: [\"bind\", \"$word\"]}]"
    create
    fails " /mounts/6: " "$T/locked" "a user namespace may not take off what the mount has on the host"
    [ ! -e "$ROOT/$ID" ]
  done
  umount "$T/locked"
  nothing_left
}

# bats test_tags=rt-only
@test "refusals: default devices that cannot be supplied" {
  local name
  for name in null zero full random urandom tty; do
    bundle '.mounts |= map(select(.destination | startswith("/dev") | not))'
    rm -rf "$B/rootfs/dev"
    mkdir "$B/rootfs/dev"
    touch "$B/rootfs/dev/$name"
    create
    fails "/dev/$name" "already exists and is not the device"
    [ ! -e "$ROOT/$ID" ]
  done
  rm -rf "$B/rootfs/dev"
  nothing_left
}

# bats test_tags=rt-only
@test "refusals: the process" {
  refused_rows <<END
PR-01 /process              .process = []
PR-02 /process/terminal     .process.terminal = 1
PR-03 /process/consoleSize/height .process.consoleSize = {height: -1, width: 1}
PR-04 /process              del(.process.cwd)
PR-04 /process/cwd          .process.cwd = ""
PR-04 /process/cwd          .process.cwd = "tmp"
PR-04 /process/cwd          .process.cwd = "/etc/passwd"
PR-04 /process/cwd          .process.cwd = "/etc/passwd/below"
PR-05 /process/env/0        .process.env = ["NOTHING"]
PR-05 /process/env/1        .process.env = ["A=", "B\u0000=c"]
PR-05 /process/env          .process.env = {}
PR-06 /process/args         .process.args = []
PR-06 /process/args         del(.process.args)
PR-06 /process/args/0       .process.args = ["nosuchprogram"]
PR-06 /process/args/0       .process.args = ["/no/such/program"]
PR-06 /process/args/0       .process.args = ["/etc/passwd"]
PR-06 /process/args/0       .process.args = ["/etc"]
PR-06 /process/args/0       .process.args = [""]
PR-07 /process/user/uid     .process.user.uid = 4294967295
PR-08 /process/user/gid     .process.user.gid = 4294967295
PR-07 /process/user/uid     $USERNS | .process.user.uid = 70000
PR-08 /process/user/gid     $USERNS | .process.user.gid = 70000
PR-09 /process/user/umask   .process.user.umask = 512
PR-10 /process/user/additionalGids/1 .process.user.additionalGids = [5, 4294967295]
PR-10 /process/user/additionalGids/0 $USERNS | .process.user.additionalGids = [70000]
PR-11 /process/rlimits/0/type .process.rlimits = [{type: "RLIMIT_NONSENSE", soft: 1, hard: 1}]
PR-11 /process/rlimits/1/type .process.rlimits = [{type: "RLIMIT_CORE", soft: 1, hard: 1}, {type: "RLIMIT_CORE", soft: 1, hard: 1}]
PR-11 /process/rlimits/0    .process.rlimits = [{type: "RLIMIT_CORE", soft: 1}]
PR-11 /process/rlimits/0    .process.rlimits = [{soft: 1, hard: 1}]
PR-11 /process/rlimits/0/soft .process.rlimits = [{type: "RLIMIT_CORE", soft: 2, hard: 1}]
PR-11 /process/rlimits      .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 1024, hard: 1099511627776}]
PR-14 /process/noNewPrivileges .process.noNewPrivileges = 1
PR-15 /process/oomScoreAdj  .process.oomScoreAdj = 1001
PR-15 /process/oomScoreAdj  .process.oomScoreAdj = -1001
PR-17 /process/scheduler    .process.scheduler = {}
PR-23 /process/ioPriority   .process.ioPriority = {}
END
}

# bats test_tags=rt-only
@test "refusals: a terminal without a devpts, and a size that does not fit one" {
  bundle '.process.terminal = true' '.mounts |= map(select(.destination != "/dev/pts"))'
  helper recvtty "$TOOLS/recvtty" "$T/tty.sock" "$T/report"
  eventually test -S "$T/tty.sock"
  create --console-socket "$T/tty.sock"
  fails " /process/terminal: " "devpts"
  [ ! -e "$ROOT/$ID" ]
  local size
  for size in '{height: 65536, width: 1}' '{height: 1, width: 65536}' '{height: 1}' '{width: 1}'; do
    bundle ".process.terminal = true | .process.consoleSize = $size"
    create --console-socket "$T/no.sock"
    fails "/process/consoleSize"
    [ ! -e "$ROOT/$ID" ]
  done
}

# bats test_tags=rt-only
@test "refusals: capabilities, names, annotations" {
  local set
  for set in bounding effective inheritable permitted ambient; do
    refused_rows <<END
CAP-01 /process/capabilities/$set .process.capabilities.$set = "CAP_KILL"
CAP-01 /process/capabilities/$set/0 .process.capabilities.$set = [1]
END
  done
  refused_rows <<END
CAP-01 /process/capabilities .process.capabilities = []
HN-01 /hostname          .hostname = ("x" * 65)
HN-01 /hostname          .hostname = 1
HN-01 /hostname          .linux.namespaces |= map(select(.type != "uts"))
HN-02 /domainname        .domainname = ("x" * 65)
HN-02 /domainname        del(.hostname) | .domainname = "d" | .linux.namespaces |= map(select(.type != "uts"))
AN-01 /annotations       .annotations = []
AN-01 /annotations/a     .annotations = {a: 1}
AN-01 /annotations/a     .annotations = {a: null}
AN-02 /annotations       .annotations = {"": "x"}
AN-03 /annotations/a     .annotations = {a: {b: "c"}}
END
}

# PR-15: a process without privilege may not lower its score, whoever asks.
# bats test_tags=rt-only
@test "refusals: an oom_score_adj that the caller may not set" {
  bundle '.process.oomScoreAdj = -500' "$USERNS"
  call "$T/out" "$T/err" setpriv --bounding-set=-sys_resource --inh-caps=-sys_resource \
    "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
  fails " /process/oomScoreAdj: " "CAP_SYS_RESOURCE"
  nothing_left
}

# The error is in the log as a record of its own, with the pointer and the position as members.
# bats test_tags=rt-only
@test "refusals: the record in the log has pointer, line and column" {
  bundle '.process.cwd = "relative"'
  GLOBAL=(--log "$T/log" --log-format json)
  create
  fails "config.json:" " /process/cwd: "
  local line
  line=$(grep -n '"cwd"' "$B/config.json" | cut -d: -f1)
  [[ "$stderr" == *"config.json:$line:"* ]] || die "line $line"
  jq -e --argjson line "$line" 'select(.level == "error") | .pointer == "/process/cwd" and .line == $line and .column > 0' "$T/log" ||
    die "$(cat "$T/log")"
}
