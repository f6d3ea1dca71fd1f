#!/usr/bin/env bats
# Hooks: runtime-spec.md section 6 (HK-01..24), cli.md section 6 (hook output), security.md R18 and row 25.
load helpers

# A script for hooks that run in the runtime's namespaces: it notes its name, its state and what it sees.
# $T/log gets one line for each hook, $T/NAME.json the state.
host_hook() {
  cat >"$T/hook" <<END
#!/bin/bash
name=\$1
cat >"$T/\$name.json"
printf '%s mnt=%s pid=%s\n' "\$name" "\$(readlink /proc/self/ns/mnt)" "\$(readlink /proc/self/ns/pid)" >>"$T/log"
env >"$T/\$name.env"
pwd >"$T/\$name.cwd"
ls -l /proc/self/fd >"$T/\$name.fds"
exit \${2:-0}
END
  chmod +x "$T/hook"
}

# jq text of one hook entry that calls $T/hook NAME [STATUS].
entry() { printf '{path: ($T + "/hook"), args: ["hook", "%s", "%s"]}' "$1" "${2:-0}"; }

ns() { readlink "/proc/${2:-self}/ns/$1"; }

@test "hooks: prestart and createRuntime run in create, in the runtime's namespaces" {
  host_hook
  bundle ".hooks.prestart = [$(entry prestart)] | .hooks.createRuntime = [$(entry createRuntime)]"
  created
  [ "$(cut -d' ' -f1 "$T/log" | xargs)" = "prestart createRuntime" ]
  [ "$(grep -cF "mnt=$(ns mnt) pid=$(ns pid)" "$T/log")" -eq 2 ]
}

@test "hooks: createContainer runs in create, in the container's namespaces, before the pivot" {
  # The path is found on the host side; the old root is still there, the mounts are done.
  bundle '.hooks.createContainer = [{path: "/bin/sh",
    args: ["sh", "-c", "readlink /proc/self/ns/uts >\($T)/uts; grep -c \($B)/rootfs/proc /proc/self/mountinfo >\($T)/mounts"]}]'
  created
  [ "$(cat "$T/uts")" = "$(ns uts "$PID")" ]
  [ "$(cat "$T/uts")" != "$(ns uts)" ]
  [ "$(cat "$T/mounts")" -ge 1 ]
}

@test "hooks: startContainer runs in start, inside the container, before the program" {
  bundle '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "/probe ns >/hook.ns; pwd >/hook.cwd"]}]
          | .process.args = ["/bin/sh", "-c", "test -s /hook.ns && echo hook-was-first"]'
  created
  [ ! -e "$B/rootfs/hook.ns" ]
  local mnt
  mnt=$(ns mnt "$PID")
  rt start "$ID"
  ok
  eventually grep -q hook-was-first "$T/out"
  [ "$(jq -r .mnt "$B/rootfs/hook.ns")" = "$mnt" ]
}

# LC-09: runc 1.1.5 runs poststart at the end of create.
# bats test_tags=rt-only
@test "hooks: poststart runs in start, after the program was executed" {
  host_hook
  bundle ".hooks.poststart = [{path: \"/bin/sh\", args: [\"sh\", \"-c\",
    \"cat >\(\$T)/poststart.json; tr '\\\\0' ' ' </proc/\$(cat \(\$T)/pid)/cmdline >\(\$T)/cmdline\"]}]"
  created --pid-file "$T/pid"
  [ ! -e "$T/cmdline" ]
  rt start "$ID"
  ok
  [ "$(cat "$T/cmdline")" = "/probe sleep " ] || die "$(cat "$T/cmdline")"
  jq -e ".pid == $PID and .status == \"running\"" "$T/poststart.json"
}

@test "hooks: poststop runs in delete, after the container is gone" {
  host_hook
  local group
  group=$(cgroup_dir pids)
  bundle "$(jq -nr --arg g "$group" '".hooks.poststop = [{path: \"/bin/sh\", args: [\"sh\", \"-c\",
    \"cat >\\($T)/poststop.json; test -d \($g) && echo there >\\($T)/group || echo gone >\\($T)/group\"]}]"')"
  started
  kill_and_wait
  [ ! -e "$T/group" ]
  rt delete "$ID"
  ok
  [ "$(cat "$T/group")" = gone ]
  jq -e --arg id "$ID" '.id == $id and .status == "stopped"' "$T/poststop.json"
}

# HK-15 and the table 6.1; poststart as above.
# bats test_tags=rt-only
@test "hooks: all kinds run in the order of the lifecycle, and each kind in its own order" {
  host_hook
  bundle ".hooks = {
    prestart: [$(entry prestart1), $(entry prestart2)],
    createRuntime: [$(entry createRuntime1), $(entry createRuntime2)],
    poststart: [$(entry poststart1), $(entry poststart2)],
    poststop: [$(entry poststop1), $(entry poststop2)],
    createContainer: [$(entry createContainer)],
    startContainer: [{path: \"/bin/true\"}]}"
  created
  [ "$(cut -d' ' -f1 "$T/log" | xargs)" = "prestart1 prestart2 createRuntime1 createRuntime2 createContainer" ]
  rt start "$ID"
  ok
  kill_and_wait
  rt delete "$ID"
  ok
  [ "$(cut -d' ' -f1 "$T/log" | tail -n 4 | xargs)" = "poststart1 poststart2 poststop1 poststop2" ]
}

# HK-16, table 6.1, ST-05.
@test "hooks: the state on stdin has id, bundle, annotations, status and the runtime's pid" {
  host_hook
  bundle ".annotations = {\"com.example\": \"x\"} | .hooks = {prestart: [$(entry prestart)],
    createRuntime: [$(entry createRuntime)]}"
  started
  local name
  for name in prestart createRuntime; do
    jq -es --arg id "$ID" --arg b "$B" --argjson pid "$PID" 'length == 1 and (.[0] | .id == $id and .bundle == $b
      and .pid == $pid and .annotations["com.example"] == "x" and (.ociVersion | startswith("1.")))' \
      "$T/$name.json" || die "$name: $(cat "$T/$name.json")"
  done
  jq -e '.status == "creating"' "$T/prestart.json"
  jq -e '.status == "creating"' "$T/createRuntime.json"
}

# DV-01..04.
@test "hooks: in the container the pid on stdin is the container's" {
  bundle '.hooks.createContainer = [{path: "/bin/sh", args: ["sh", "-c", "cat >\($T)/cc.json"]}]
          | .hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "cat >/sc.json"]}]'
  started
  jq -e '.pid == 1 and .status == "creating"' "$T/cc.json" || die "$(cat "$T/cc.json")"
  jq -e '.pid == 1 and .status == "created"' "$B/rootfs/sc.json" || die "$(cat "$B/rootfs/sc.json")"
}

# HK-13, R18: NVIDIA toolkit CVE-2025-23266.
@test "hooks: get exactly their own environment, nothing of the container's" {
  host_hook
  bundle ".process.env = [\"PATH=/evil\", \"LD_PRELOAD=/x\"] | .hooks.createRuntime = [
    {path: (\$T + \"/hook\"), args: [\"hook\", \"a\"], env: [\"ONE=1\", \"TWO=2 3\"]}]
    | .hooks.createContainer = [{path: (\$T + \"/hook\"), args: [\"hook\", \"b\"], env: [\"THREE=3\"]}]"
  created
  # bash itself adds PWD, SHLVL and _.
  [ "$(grep -Ev '^(PWD|SHLVL|_|OLDPWD)=' "$T/a.env" | sort | xargs -d '\n')" = "ONE=1 TWO=2 3" ] || die "$(cat "$T/a.env")"
  [ "$(grep -Ev '^(PWD|SHLVL|_|OLDPWD)=' "$T/b.env")" = "THREE=3" ] || die "$(cat "$T/b.env")"
}

# HK-12.
@test "hooks: args is the whole argv, its first word included" {
  bundle '.hooks.createRuntime = [{path: "/bin/sh", args: ["any name", "-c", "tr \"\\\\0\" \"\\n\" </proc/$$/cmdline >\($T)/argv"]}]'
  created
  [ "$(head -n 1 "$T/argv")" = "any name" ]
}

@test "hooks: without args the path is argv" {
  printf '#!/bin/sh\ntr "\\\\0" " " </proc/$$/cmdline >%s/argv\n' "$T" >"$T/plain"
  chmod +x "$T/plain"
  bundle '.hooks.createRuntime = [{path: ($T + "/plain")}]'
  created
  [ "$(cat "$T/argv")" = "/bin/sh $T/plain " ]
}

# HK-21, R8.
@test "hooks: inherit no descriptor but the standard ones" {
  bundle '.hooks.createRuntime = [{path: "/bin/sh",
    args: ["sh", "-c", "exec \($top)/build/integration/probe fds >\($T)/a"]}]'
  created
  jq -e 'keys == ["0", "1", "2"]' "$T/a" || die "$(cat "$T/a")"
}

# HK-21: runc 1.1.5 gives them its init pipe, its log pipe and exec.fifo.
# bats test_tags=rt-only
@test "hooks: createContainer inherits no descriptor but the standard ones" {
  bundle '.hooks.createContainer = [{path: "/bin/sh",
    args: ["sh", "-c", "exec \($top)/build/integration/probe fds >\($T)/b"]}]'
  created
  jq -e 'keys == ["0", "1", "2"]' "$T/b" || die "$(cat "$T/b")"
}

# HK-16, EM-05.
@test "hooks: a hook that never reads its stdin does no harm" {
  bundle '.annotations = {"big": ("x" * 200000)} | .hooks.createRuntime = [{path: "/bin/true"}]
          | .hooks.poststop = [{path: "/bin/true"}]'
  created
  rt delete "$ID"
  ok
}

# HK-22, HK-23 and HK-17.
@test "hooks: a failing create hook fails create, skips the rest, and runs poststop" {
  local kind
  for kind in prestart createRuntime createContainer; do
    rm -f "$T/log"
    host_hook
    bundle ".hooks.$kind = [$(entry first), $(entry fails 3), $(entry never)] | .hooks.poststop = [$(entry poststop)]"
    create
    fails
    grep -q '^fails' "$T/log"
    not grep -q '^never' "$T/log"
    # runc 1.1.5 does not run poststop here.
    if is_rt; then
      grep -q '^poststop' "$T/log" || die "no poststop after $kind"
      jq -e '.status == "stopped"' "$T/poststop.json"
    fi
    nothing_left
  done
}

@test "hooks: the error names the kind, the number and the output of the hook" {
  bundle '.hooks.createRuntime = [{path: "/bin/true"}, {path: "/bin/sh", args: ["sh", "-c", "echo to-out; echo to-err >&2; exit 3"]}]'
  create
  # runc 1.1.5 counts from 0, as HEAD does; it prints no kind.
  fails "hook #1" "exit status 3" "to-err"
  if is_rt; then
    fails "createRuntime hook #1" "to-out"
  fi
  nothing_left
}

@test "hooks: one that does not exist, is not executable or dies of a signal has failed" {
  printf '#!/bin/sh\nkill -KILL $$\n' >"$T/dies"
  chmod +x "$T/dies"
  touch "$T/plainfile"
  local path
  for path in "$T/nosuch" "$T/plainfile" "$T/dies"; do
    bundle ".hooks.createRuntime = [{path: \"$path\"}]"
    create
    fails
    nothing_left
  done
}

# HK-11. runc 1.1.5 leaves it to exec, which looks in the current directory.
# bats test_tags=rt-only
@test "hooks: a relative path is refused" {
  bundle '.hooks.createRuntime = [{path: "bin/true"}]'
  create
  fails "path"
  nothing_left
}

# HK-14, row 25.
@test "hooks: one that outlives its timeout is killed and has failed" {
  bundle '.hooks.createRuntime = [{path: "/bin/sleep", args: ["sleep", "30"], timeout: 1}]'
  LIMIT=10
  create
  fails "hook ran past specified timeout of 1"
  nothing_left
}

# HK-14. runc kills the process alone, not what it started.
# bats test_tags=rt-only
@test "hooks: the timeout kills all that the hook started, though it ignores TERM" {
  bundle '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "trap \"\" TERM; sleep 41.7 & sleep 41.7"], timeout: 1}]'
  LIMIT=10
  create
  fails "timeout"
  eventually no_process "sleep 41.7"
  nothing_left
}

no_process() { ! pgrep -f "^$1\$" >/dev/null; }

# HK-14.
# bats test_tags=rt-only
@test "hooks: a timeout of zero or less is refused" {
  local value
  for value in 0 -1; do
    bundle ".hooks.poststop = [{path: \"/bin/true\", timeout: $value}]"
    create
    fails "timeout"
    nothing_left
  done
}

# LC-07, EM-01: runc answers before startContainer has run.
# bats test_tags=rt-only
@test "hooks: a failing startContainer hook fails start, and the program does not run" {
  host_hook
  bundle ".hooks.startContainer = [{path: \"/bin/false\"}] | .process.args = [\"/bin/touch\", \"/ran\"]
          | .hooks.poststop = [$(entry poststop)]"
  created
  rt start "$ID"
  fails "startContainer hook #0"
  [ ! -e "$B/rootfs/ran" ]
  rt delete --force "$ID"
  ok
  grep -q '^poststop' "$T/log"
  nothing_left
}

# LC-09, HK-24; poststart as above.
# bats test_tags=rt-only
@test "hooks: a failing poststart hook fails start and stops the container" {
  host_hook
  bundle ".hooks.poststart = [$(entry first), $(entry fails 1), $(entry never)]"
  created
  rt start "$ID"
  fails
  not grep -q '^never' "$T/log"
  eventually test ! -d "/proc/$PID" -o "$(sed -n 's/^State:.\(.\).*/\1/p' "/proc/$PID/status" 2>/dev/null)" = Z
  rt delete --force "$ID"
  ok
  nothing_left
}

# HK-06, EM-03, DV-05: runc skips the rest and fails.
# bats test_tags=rt-only
@test "hooks: a failing poststop hook stops neither the others nor the delete" {
  host_hook
  bundle ".hooks.poststop = [$(entry first), $(entry fails 1), $(entry last)]"
  created
  rt delete "$ID"
  [ "$status" -eq 0 ] || die "delete"
  grep -q '^last' "$T/log"
  nothing_left
}

@test "hooks: an unknown kind is ignored" {
  bundle '.hooks.createWhatever = [{path: "/bin/false"}]'
  created
}

# GEN-10.
@test "hooks: poststop is that of create, though the bundle changed since" {
  host_hook
  bundle ".hooks.poststop = [$(entry right)]"
  created
  edit '.hooks.poststop[0].args[1] = "wrong"'
  rt delete "$ID"
  ok
  grep -q '^right' "$T/log"
  not grep -q '^wrong' "$T/log"
}

# P1: a hook's output is no output of ours.
@test "hooks: print nothing into the runtime's or the container's output" {
  bundle '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "echo noise; echo noise >&2"]}],
    poststart: [{path: "/bin/sh", args: ["sh", "-c", "echo noise; echo noise >&2"]}]}
    | .process.args = ["/bin/echo", "quiet"]'
  run_here
  ok
  [ "$stdout" = quiet ]
}

# The network hook's use: the namespaces are reachable through the pid that the hook is told.
@test "hooks: createRuntime can reach the container's network namespace by its pid" {
  bundle '.hooks.createRuntime = [{path: "/bin/bash", args: ["bash", "-c",
    "pid=$(jq .pid); readlink /proc/$pid/ns/net >\($T)/net; cat /proc/$pid/cgroup >\($T)/group"], env: ["PATH=/usr/bin:/bin"]}]'
  created
  [ "$(cat "$T/net")" = "$(ns net "$PID")" ]
  [ "$(cat "$T/net")" != "$(ns net)" ]
  grep -q "$ID" "$T/group"
}

# Row 25.
@test "hooks: a megabyte of output and a daemon do not block create" {
  bundle '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c",
    "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"]}]'
  LIMIT=10
  created
}
