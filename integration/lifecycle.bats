#!/usr/bin/env bats
# The thirteen steps of runtime.md "Lifecycle", and what each kind of hook sees at its step: runtime-spec.md sections
# 3 to 6.
load helpers

# A step's hook notes in $T/log: its name, the status and the pid that it was told, the status that "state" tells at
# that moment, whether the program has run, and the pid and mount namespaces that it is in.
make_notes() {
  cat >"$T/note" <<END
#!/bin/bash
PATH=/usr/sbin:/usr/bin:/sbin:/bin
told=\$(jq -r '"\(.status) \(.pid // 0)"')
read -r _ seen < <("$RUNTIME" --root "$ROOT" state "$ID" 2>/dev/null | jq -r '"x " + .status')
ran=no
[ -e "$B/rootfs/ran" ] && ran=yes
group=no
[ -d "$(cgroup_dir pids)" ] && group=yes
echo "\$1 told=\$told seen=\${seen:-nothing} ran=\$ran group=\$group mnt=\$(readlink /proc/self/ns/mnt) pid=\$(readlink /proc/self/ns/pid)" >>"$T/log"
exit \${2:-0}
END
  chmod +x "$T/note"
}
note() { printf '{path: ($T + "/note"), args: ["note", "%s", "%s"]}' "$1" "${2:-0}"; }
ns() { readlink "/proc/${2:-self}/ns/$1"; }
line() { grep "^$1 " "$T/log" || die "no line of $1: $(cat "$T/log")"; }
names() { cut -d' ' -f1 "$T/log" 2>/dev/null | xargs; }

# bats test_tags=rt-only
@test "lifecycle: each step in its order, with its status, its pid and its namespaces" {
  make_notes
  bundle ".hooks = {prestart: [$(note prestart)], createRuntime: [$(note createRuntime)],
      createContainer: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"cat >\(\$T)/cc.json; readlink /proc/self/ns/pid >\(\$T)/cc.ns; test -e /etc/hostname.outside -o -e \(\$T)/note && echo outside >>\(\$T)/cc.ns\"]}],
      startContainer: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"cat >/sc.json; test -e /ran && touch /too-late; test -e \(\$T)/note && touch /outside; true\"]}],
      poststart: [$(note poststart)], poststop: [$(note poststop)]}
    | .process.args = [\"/bin/sh\", \"-c\", \"touch /ran; exec sleep 100\"]"
  # Steps 1 to 5: create.
  created
  [ "$(names)" = "prestart createRuntime" ]
  local name
  for name in prestart createRuntime; do
    [[ "$(line $name)" == "$name told=creating $PID seen=creating ran=no group=yes mnt=$(ns mnt) pid=$(ns pid)" ]] || die "$(line $name)"
  done
  jq -e '.status == "creating" and .pid == 1' "$T/cc.json" || die "$(cat "$T/cc.json")"
  [ "$(xargs <"$T/cc.ns")" = "$(ns pid "$PID") outside" ] || die "$(cat "$T/cc.ns")"
  status_is "$ID" created
  [ ! -e "$B/rootfs/sc.json" ] && [ ! -e "$B/rootfs/ran" ]
  # Steps 6 to 9: start.
  rt start "$ID"
  ok
  jq -e '.status == "created" and .pid == 1' "$B/rootfs/sc.json" || die "$(cat "$B/rootfs/sc.json")"
  [ ! -e "$B/rootfs/too-late" ] && [ ! -e "$B/rootfs/outside" ]
  [[ "$(line poststart)" == "poststart told=running $PID seen=running "*"group=yes mnt=$(ns mnt) pid=$(ns pid)" ]] || die "$(line poststart)"
  eventually test -e "$B/rootfs/ran"
  status_is "$ID" running
  [ "$(names)" = "prestart createRuntime poststart" ]
  # Step 10: the program ends. Steps 11 to 13: delete.
  kill_and_wait
  [ "$(names)" = "prestart createRuntime poststart" ]
  rt delete "$ID"
  ok
  [[ "$(line poststop)" == "poststop told=stopped 0 "*"group=no mnt=$(ns mnt) pid=$(ns pid)" ]] || die "$(line poststop)"
  nothing_left
}

# GAP-13.
# bats test_tags=rt-only
@test "lifecycle: hooks begin in the bundle, startContainer hooks in the root" {
  bundle '[{path: "/bin/sh", args: ["sh", "-c", "pwd >>\($T)/where"]}] as $h
    | .hooks = {prestart: $h, createRuntime: $h, createContainer: $h, poststart: $h, poststop: $h,
        startContainer: [{path: "/bin/sh", args: ["sh", "-c", "pwd >/where"]}]} | .process.cwd = "/tmp"'
  started
  rt delete --force "$ID"
  ok
  [ "$(cat "$B/rootfs/where")" = / ]
  [ "$(sort "$T/where" | uniq -c | xargs)" = "5 $B" ] || die "$(cat "$T/where")"
}

# LC-02: whatever fails while the environment is made, what was begun is undone, and poststop hooks run.
# bats test_tags=rt-only
@test "lifecycle: a create that cannot build the environment runs no create hook, but poststop, and leaves nothing" {
  make_notes
  bundle ".hooks = {prestart: [$(note prestart)], createRuntime: [$(note createRuntime)], poststop: [$(note poststop)]}
    | .mounts += [{destination: \"/mnt\", type: \"nosuchfs\", source: \"x\"}]"
  create
  fails "no such device"
  [ "$(names)" = poststop ]
  [[ "$(line poststop)" == *"told=stopped 0 "*"group=no"* ]] || die "$(line poststop)"
  nothing_left
}

# LC-01: nothing was begun, so nothing is undone.
# bats test_tags=rt-only
@test "lifecycle: a create that refuses the config or the id runs no hook at all" {
  make_notes
  bundle ".hooks = {prestart: [$(note prestart)], poststop: [$(note poststop)]} | .process.cwd = \"relative\""
  create
  fails "/process/cwd"
  [ ! -e "$T/log" ]
  nothing_left
  bundle ".hooks = {poststop: [$(note poststop)]}"
  created
  create
  fails "already"
  [ ! -e "$T/log" ]
  status_is "$ID" created
}

# LC-03..05, HK-22, HK-23: each kind, the first and the second hook of it.
# bats test_tags=rt-only
@test "lifecycle: a failing hook of create skips what follows, undoes all, and runs every poststop" {
  local kind
  for kind in prestart createRuntime createContainer; do
    rm -f "$T/log"
    make_notes
    bundle ".hooks = {prestart: [$(note prestart)], createRuntime: [$(note createRuntime)], createContainer: [$(note createContainer)],
        startContainer: [{path: \"/bin/touch\", args: [\"touch\", \"/sc\"]}], poststart: [$(note poststart)],
        poststop: [$(note poststop1), $(note poststop2 1), $(note poststop3)]}
      | .hooks.$kind += [$(note fails 1), $(note never)]"
    create
    [ "$status" -eq 1 ] || die "status"
    [[ "$stderr" == *"error running $kind hook #1: exit status 1"* ]] || die "text"
    case $kind in
      prestart) [ "$(names)" = "prestart fails poststop1 poststop2 poststop3" ] ;;
      createRuntime) [ "$(names)" = "prestart createRuntime fails poststop1 poststop2 poststop3" ] ;;
      createContainer) [ "$(names)" = "prestart createRuntime createContainer fails poststop1 poststop2 poststop3" ] ;;
    esac || die "$(names)"
    [[ "$(line poststop1)" == *"told=stopped 0 "*"group=no"* ]] || die "$(line poststop1)"
    [ ! -e "$B/rootfs/sc" ]
    nothing_left
  done
}

# LC-07, LC-09, HK-24: start says it, the container is stopped and destroyed at once.
# bats test_tags=rt-only
@test "lifecycle: a failing hook of start destroys the container at once, and runs every poststop" {
  local kind
  for kind in startContainer poststart; do
    rm -f "$T/log"
    make_notes
    bundle ".hooks = {poststart: [$(note poststart)], poststop: [$(note poststop1), $(note poststop2 1), $(note poststop3)]}
      | .process.args = [\"/bin/sh\", \"-c\", \"touch /ran; exec sleep 100\"]
      | .hooks.$kind = [{path: \"/bin/true\"}, {path: \"/bin/false\"}, {path: \"/bin/touch\", args: [\"touch\", \"/never\"]}]"
    rm -f "$B/rootfs/ran"
    created
    rt start "$ID"
    [ "$status" -eq 1 ] || die "status"
    [[ "$stderr" == *"error running $kind hook #1: exit status 1"* ]] || die "text"
    [ "$(names)" = "poststop1 poststop2 poststop3" ] || die "$(names)"
    [[ "$(line poststop1)" == *"told=stopped 0 "*"group=no"* ]] || die "$(line poststop1)"
    [ ! -e "$B/rootfs/never" ] && [ ! -e /never ]
    [ "$kind" = poststart ] || [ ! -e "$B/rootfs/ran" ] || die "the program ran"
    nothing_left
    # A manager deletes what it has made; there is nothing to complain about (HK-24).
    rt delete --force "$ID"
    ok
  done
}

# LC-08, EM-01: the status of start is that of the execve; a hook never sees "running" for a program that never ran.
# bats test_tags=rt-only
@test "lifecycle: an execve that fails is the error of start, and no poststart hook runs" {
  make_notes
  bundle ".hooks = {poststart: [$(note poststart)], poststop: [$(note poststop)]} | .process.args = [\"/program\"]"
  printf '#!/no/such/interpreter\n' >"$B/rootfs/program"
  chmod +x "$B/rootfs/program"
  created
  rt start "$ID"
  fails 'exec: "/program": no such file or directory'
  [ ! -e "$T/log" ]
  eventually status_is "$ID" stopped
  rt delete "$ID"
  ok
  [ "$(names)" = poststop ]
  nothing_left
}

# LC-13, HK-06: a poststop failure is a line of warning, in the log and on stderr.
# bats test_tags=rt-only
@test "lifecycle: failing poststop hooks are warnings, and delete succeeds" {
  make_notes
  bundle ".hooks.poststop = [$(note one 1), {path: \"/no/such/hook\"}, {path: \"/bin/sleep\", args: [\"sleep\", \"50\"], timeout: 1}, $(note last)]"
  created
  GLOBAL=(--log "$T/log.json" --log-format json --log-level warning)
  rt delete "$ID"
  [ "$status" -eq 0 ] || die "delete"
  [ "$(names)" = "one last" ]
  local number
  for number in 0 1 2; do
    jq -es "map(select(.level == \"warning\" and (.msg | contains(\"poststop hook #$number\")))) | length == 1" "$T/log.json" \
      >/dev/null || die "$number: $(cat "$T/log.json")"
  done
  nothing_left
}

# GEN-10, EM-33: everything after create goes by what create read.
# bats test_tags=rt-only
@test "lifecycle: neither the config nor the name of the root filesystem matters after create" {
  make_notes
  bundle ".hooks = {startContainer: [{path: \"/bin/touch\", args: [\"touch\", \"/hook-of-create\"]}], poststart: [$(note poststart)],
      poststop: [$(note poststop)]} | .annotations = {a: \"first\"}
    | .process.args = [\"/bin/sh\", \"-c\", \"cat /marker; exec sleep 100\"]"
  echo first >"$B/rootfs/marker"
  created
  make_rootfs "$T/other"
  echo second >"$T/other/marker"
  mv "$B/rootfs" "$B/moved"
  mv "$T/other" "$B/rootfs"
  edit '.hooks = {poststop: [{path: "/bin/false"}]} | .annotations.a = "second" | .process.args = ["/bin/false"] | .root.path = "nowhere"
    | .linux.cgroupsPath = "/elsewhere"'
  rt start "$ID"
  ok
  eventually grep -q first "$T/out"
  [ -e "$B/moved/hook-of-create" ] && [ ! -e "$B/rootfs/hook-of-create" ]
  rt state "$ID"
  ok
  expect '.annotations.a == "first" and .status == "running"'
  echo "{" >"$B/config.json"
  kill_and_wait
  rt delete "$ID"
  ok
  [ "$(names)" = "poststart poststop" ]
  nothing_left
}
