#!/usr/bin/env bats
# The commands "checkpoint" and "restore", with CRIU of sid: cli.md 1B.5, and the lines of section 7 about them.
load helpers
load criu

# CRIU looks at the whole kernel before it does anything.
SLOW=$((SLOW * 3))

setup_file() { criu_setup; }

setup() {
  common_setup
  IMG=$T/images
  WORK=$T/work
}

teardown() {
  exec 7>&- 8>&-
  common_teardown
}

# The container's own streams are /dev/null, which CRIU opens again: a file outside it would refuse.
run_quiet() {
  call /dev/null /dev/null "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" run --detach --bundle "$B" "$@" "$ID"
  [ "$status" -eq 0 ] || die "run"
}

checkpoint() { rt checkpoint --image-path "$IMG" --work-path "$WORK" "$@" "$ID"; }

# restore [FLAG...]: detached, with the streams of "call".
restore() {
  call /dev/null "$T/stderr" "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" restore --detach --bundle "$B" \
    --image-path "$IMG" --work-path "$WORK" "$@" "$ID"
  stderr=$(<"$T/stderr")
}

# A shell that counts in /tmp/n, a tmpfs: what it has counted is in its memory alone.
counter() {
  need_criu
  bundle '.process.args = ["/bin/sh", "-c", "i=0; while :; do i=$((i+1)); echo $i >/tmp/n; sleep 0.1; done"]' \
    '.mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs"}]' "$@"
  run_quiet
  eventually counted 3
}

count() { "$RUNTIME" --root "$ROOT" exec "$ID" cat /tmp/n 2>/dev/null 3>&- 4>&-; }
counted() { [ "$(count)" -gt "$1" ] 2>/dev/null; }

gone() {
  rt state "$ID"
  fails "does not exist"
}

@test "checkpoint: the container is gone, and restore lets it go on where it was" {
  counter
  before=$(count)
  checkpoint
  ok
  gone
  [ -s "$WORK/dump.log" ] && [ -s "$IMG/inventory.img" ] || die "images"
  [ "$(jq -c . "$IMG/descriptors.json")" = '["/dev/null","/dev/null","/dev/null"]' ] || die "descriptors.json"
  restore --pid-file "$T/pid"
  ok
  [ -s "$WORK/restore.log" ] || die "log"
  status_is "$ID" running || die "status"
  [ "$(cat "$T/pid")" = "$(pid_of "$ID")" ] || die "pid file"
  eventually counted "$before"
  [ "$(count)" -lt $((before + 100)) ] || die "counted anew"
}

@test "checkpoint: --leave-running leaves it, and its images are those of then" {
  counter
  pid=$(pid_of "$ID")
  checkpoint --leave-running
  ok
  status_is "$ID" running || die "status"
  [ "$(pid_of "$ID")" = "$pid" ] || die "pid"
  at=$(count)
  eventually counted $((at + 3))
  rt delete --force "$ID"
  ok
  restore
  ok
  eventually counted 3
}

@test "checkpoint: a pre-dump leaves it running, and a dump on top needs the parent" {
  counter
  IMG=$T/images/1 checkpoint --pre-dump
  if [[ "$stderr" == *MemTrack* ]] ||
    grep -q 'Tracking memory is not available\|does not support dirty tracking' "$WORK/dump.log" 2>/dev/null; then
    skip "this kernel does not track memory"
  fi
  ok
  status_is "$ID" running || die "status"
  IMG=$T/images/2
  checkpoint --parent-path ../1
  ok
  [ -e "$IMG/parent" ] || die "no link to the parent's images"
  restore
  ok
  eventually counted 3
}

@test "checkpoint: refuses what is not running, without a trace" {
  need_criu
  bundle
  created
  checkpoint
  fails "Container cannot be checkpointed in created state"
  kill_and_wait
  checkpoint
  fails "Container cannot be checkpointed in stopped state"
  not test -e "$IMG/inventory.img"
}

@test "checkpoint: a paused container is saved too, and comes back running" {
  counter
  rt pause "$ID"
  ok
  checkpoint
  ok
  gone
  restore
  ok
  status_is "$ID" running || die "status"
  eventually counted 3
}

# bats test_tags=rt-only
@test "checkpoint: a parent path is relative and there" {
  counter
  checkpoint --parent-path /abs
  fails "--parent-path must be relative"
  checkpoint --parent-path ../none
  fails "invalid --parent-path" "no such file or directory"
  checkpoint --manage-cgroups-mode some
  fails "--manage-cgroups-mode"
  checkpoint --empty-ns uts
  fails "--empty-ns"
  checkpoint --page-server here
  fails "ADDRESS:PORT"
  checkpoint --status-fd 99
  fails "--status-fd"
  status_is "$ID" running || die "status"
}

# bats test_tags=rt-only
@test "checkpoint: an error shows the end of CRIU's log, and where it is; the container goes on" {
  need_criu
  bundle '.process.args = ["/probe", "wait", "30"]'
  run_detached
  ok
  checkpoint
  fails "criu failed: type DUMP" "Can't lookup mount" "$WORK/dump.log"
  status_is "$ID" running || die "status"
}

# bats test_tags=rt-only
@test "checkpoint: without CRIU in PATH it says so" {
  bundle '.process.args = ["/probe", "wait", "30"]'
  run_detached
  ok
  PATH=/nowhere "$RUNTIME" --root "$ROOT" checkpoint --image-path "$IMG" "$ID" 2>"$T/stderr" 3>&- 4>&- && die "succeeded"
  grep -q '"criu" is not in PATH' "$T/stderr"
}

@test "checkpoint: bind mounts come from the bundle that restores" {
  mkdir "$T/one" "$T/two"
  echo one >"$T/one/name"
  echo two >"$T/two/name"
  echo file >"$T/file"
  counter '.mounts += [{destination: "/mnt/dir", type: "bind", source: "\($T)/one", options: ["bind", "ro"]},
    {destination: "/mnt/file", type: "bind", source: "\($T)/file", options: ["bind"]}]'
  checkpoint
  ok
  edit '(.mounts[] | select(.destination == "/mnt/dir") | .source) = "\($T)/two"'
  rm -rf "$B/rootfs/mnt/dir" "$B/rootfs/mnt/file"
  restore
  ok
  rt exec "$ID" cat /mnt/dir/name /mnt/file
  ok
  [ "$stdout" = $'two\nfile' ] || die "content"
}

@test "checkpoint: a joined network namespace stays, and is joined again" {
  need_criu
  helper netns unshare -n sleep 60
  eventually not_in_our_netns "$HELPER"
  counter "(.linux.namespaces[] | select(.type == \"network\")).path = \"/proc/$HELPER/ns/net\""
  checkpoint
  ok
  restore
  ok
  [ "$(readlink "/proc/$(pid_of "$ID")/ns/net")" = "$(readlink "/proc/$HELPER/ns/net")" ] || die "another namespace"
}
not_in_our_netns() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }

@test "checkpoint: pipes become those of the caller of restore" {
  need_criu
  bundle '.process.args = ["/bin/sh", "-c", "while read line; do echo got $line; done"]'
  mkfifo "$T/in1" "$T/in2"
  exec 7<>"$T/in1" 8<>"$T/in2"
  # A pipe on both sides: CRIU knows named ones by their path, which is outside.
  "$RUNTIME" --root "$ROOT" run --detach --bundle "$B" "$ID" < <(hold "$T/in1") > >(hold >"$T/out1") 2>/dev/null 3>&- 4>&-
  echo one >&7
  eventually grep -q 'got one' "$T/out1"
  checkpoint
  ok
  [[ "$(jq -r '.[0,1]' "$IMG/descriptors.json")" == pipe:*pipe:* ]] || die "descriptors.json"
  "$RUNTIME" --root "$ROOT" restore --detach --bundle "$B" --image-path "$IMG" --work-path "$WORK" "$ID" \
    < <(hold "$T/in2") > >(hold >"$T/out2") 2>/dev/null 3>&- 4>&-
  echo two >&8
  eventually grep -q 'got two' "$T/out2"
}
# One end of a pipe, which goes when the other does.
hold() { exec timeout 60 cat "$@" 3>&- 4>&- 7>&- 8>&-; }

@test "restore: in the foreground it ends with the program's status, and the container is gone" {
  need_criu
  bundle '.process.args = ["/bin/sh", "-c", "trap \"exit 7\" USR1; while :; do sleep 0.1; done"]'
  run_quiet
  checkpoint
  ok
  "$RUNTIME" --root "$ROOT" restore --bundle "$B" --image-path "$IMG" --work-path "$WORK" "$ID" \
    </dev/null >/dev/null 2>"$T/stderr" 3>&- 4>&- &
  runtime=$!
  eventually status_is "$ID" running
  kill -USR1 "$runtime"
  status=0
  wait "$runtime" || status=$?
  [ "$status" -eq 7 ] || die "status"
  gone
}

@test "restore: a terminal comes back over a console socket" {
  need_criu
  helper tty "$TOOLS/recvtty" "$T/tty.sock" "$T/report" --expect ready --send 'one\n' --expect 'got one'
  first=$HELPER
  eventually test -S "$T/tty.sock"
  bundle '.process.terminal = true' \
    '.process.args = ["/bin/sh", "-c", "echo ready; while read line; do echo got $line; done"]'
  run_quiet --console-socket "$T/tty.sock"
  eventually grep -q 'got one' "$T/helpers/tty"
  checkpoint
  ok
  finish "$first"
  helper tty2 "$TOOLS/recvtty" "$T/tty2.sock" "$T/report2" --send 'two\n' --expect 'got two'
  eventually test -S "$T/tty2.sock"
  restore --console-socket "$T/tty2.sock"
  ok
  eventually grep -q 'got two' "$T/helpers/tty2"
  [ "$(jq .fds "$T/report2")" = 1 ] || die "descriptors"
}

@test "restore: the cgroup is that of the bundle, with its limits" {
  counter
  checkpoint
  ok
  need_controller pids
  edit '.linux.cgroupsPath = "/\($T | split("/") | last)-other" | .linux.resources.pids.limit = 77'
  restore
  ok
  pid=$(pid_of "$ID")
  grep -q "$MARK-other" "/proc/$pid/cgroup" || die "$(cat "/proc/$pid/cgroup")"
  not grep -q "/$ID" "/proc/$pid/cgroup"
  [ "$(cat "$(cgroup_dir pids "$MARK-other")/pids.max")" = 77 ] || die "limit"
}

@test "restore: hooks run when the namespaces are there" {
  counter
  checkpoint
  ok
  edit '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "jq -r .pid >\($T)/hooked"]}]'
  restore
  ok
  [ "$(cat "$T/hooked")" = "$(pid_of "$ID")" ] || die "state of the hook"
}

# bats test_tags=rt-only
@test "restore: a hook that fails undoes all, and its error is what is said" {
  counter
  checkpoint
  ok
  edit '.hooks.createRuntime = [{path: "/bin/false"}]'
  restore
  fails "hook" "exit status 1"
  gone
  not test -e "$(cgroup_dir pids)"
}

@test "restore: what cannot be restored leaves nothing" {
  counter
  checkpoint
  ok
  rm "$IMG"/pages-*.img
  restore
  fails "criu failed: type RESTORE"
  gone
  [ -z "$(marked_cgroups)" ] || die "cgroups: $(marked_cgroups)"
  not test -e "$T/pid"
}

@test "restore: an id that is taken is refused" {
  counter
  checkpoint --leave-running
  ok
  restore
  fails "already exists"
  status_is "$ID" running || die "status"
}

@test "restore: what containerd and Podman say is understood" {
  need_criu
  rt restore --lsm-mount-context
  [[ "$stdout$stderr" == *"needs an argument"* ]] || [[ "$stdout$stderr" == *"requires an argument"* ]] || die "probe"
  rt checkpoint --help
  ok
  counter
  checkpoint --tcp-established --ext-unix-sk --file-locks --manage-cgroups-mode soft
  ok
  restore --tcp-established --ext-unix-sk --file-locks --no-pivot -no-subreaper
  ok
}

@test "checkpoint: with lazy pages the memory is served when it is asked for" {
  # CRIU raises its limit on descriptors, which holds the pipes of the pages.
  (ulimit -H -n 1048576) 2>/dev/null || skip "CRIU cannot raise its limits here"
  counter
  mkdir "$IMG" "$WORK"
  "$RUNTIME" --root "$ROOT" checkpoint --lazy-pages --page-server 127.0.0.1:27277 --status-fd 9 --image-path "$IMG" \
    --work-path "$WORK" "$ID" 9>"$T/ready" </dev/null >/dev/null 2>"$T/stderr" 3>&- 4>&- &
  dump=$!
  HELPERS+=("$dump")
  eventually test -s "$T/ready" || skip_without_uffd
  helper lazy "$CRIU" lazy-pages --page-server --address 127.0.0.1 --port 27277 \
    --images-dir "$IMG" --work-dir "$WORK"
  eventually test -S "$WORK/lazy-pages.socket"
  other=$ID-2
  edit ".linux.cgroupsPath = \"/$other\"" # the first one is still in its own
  call /dev/null "$T/stderr" "$RUNTIME" --root "$ROOT" restore --detach --lazy-pages --bundle "$B" --image-path "$IMG" \
    --work-path "$WORK" "$other"
  [ "$status" -eq 0 ] || die "$(tail -n 5 "$WORK/restore.log")"
  finish "$dump"
  [ "$status" -eq 0 ] || die "checkpoint"
  ID=$other
  eventually counted 3
}
skip_without_uffd() {
  grep -q 'uffd\|lazy' "$WORK/dump.log" || return 1
  skip "this kernel has no userfaultfd for CRIU"
}
