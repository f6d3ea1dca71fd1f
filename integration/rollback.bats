#!/usr/bin/env bats
# A failure at any step leaves nothing: GEN-07, HK-23, security.md rows 1, 2, 4, 6, 8, 9, 12. strace(1) makes the
# K-th call of one kind fail, or kills there, for a sweep of K; each round ends with a census. All of it is
# rt-only: runc leaves cgroups behind (security.md section 3).
load helpers

# Fibonacci-like steps: all of the first calls, some of the many.
STEPS="1 2 3 4 5 6 8 10 13 17 21 27 34 44 55"

# under SPEC SYSCALL ARG...: one call of rt under strace with that injection. Sets $status (of rt), $hit.
# strace would wait for the container as well, so it is told to let go as soon as rt has ended.
under() {
  local spec=$1 call=$2 tracer deadline=$((SECONDS + 20 * SLOW))
  shift 2
  : >"$T/trace"
  RTB_MARK=$MARK strace -I 2 -f -o "$T/trace" -e trace="execve,$call" -e inject="$spec" \
    "$RUNTIME" --root "$ROOT" "$@" </dev/null >"$T/out" 2>"$T/err" 3>&- 4>&- &
  tracer=$!
  until read_trace; do
    kill -0 "$tracer" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ] || break
    sleep 0.02
  done
  kill -TERM "$tracer" 2>/dev/null || true
  wait "$tracer" 2>/dev/null || true
  read_trace || { die "rt hung under $spec"; return 1; }
  stderr=$(<"$T/err")
}

# Sets $status and $hit from the trace; fails as long as rt, the first process in it, has not ended.
read_trace() {
  local pid="" line
  status="" hit=""
  while read -r line; do
    pid=${pid:-${line%% *}}
    case "$line" in
      "$pid "*"+++ exited with "*) status=${line##*exited with } status=${status%% *} ;;
      "$pid "*"+++ killed by "*) status=killed ;;
    esac
    # Calls that are killed show no result, so any mark of strace counts.
    [[ "$line" != *INJECTED* && "$line" != *"killed by"* ]] || hit=1
  done <"$T/trace"
  [ -n "$status" ]
}

# One create under an injection; afterwards nothing may be left, whatever it said.
failing_create() {
  local spec=$1 call=$2
  [ -d "$B" ] || bundle
  under "$spec" "$call" create --bundle "$B" --pid-file "$T/pid" "$ID" || return 1
  if [ "$status" != 0 ] && [ "$status" != killed ]; then
    [ -n "$stderr" ] || die "$spec: failed without a word" || return 1
    # The loader of a dynamically linked build speaks before main does.
    [[ "$stderr" != *"error while loading shared libraries"* ]] || return 0
    [[ "$stderr" != *$'\n'* ]] || die "$spec: more than one line" || return 1
    [ ! -e "$ROOT/$ID" ] || die "$spec: state left after $stderr" || return 1
    census_same || die "$spec: left after: $stderr" || return 1
  fi
  rt delete --force "$ID"
  [ "$status" -eq 0 ] || die "$spec: delete --force" || return 1
  census_same || die "$spec: left after delete --force" || return 1
  rm -f "$T/pid"
}

# sweep_error ERROR CALL...: every call in turn fails for every step, until the step is not reached.
sweep_error() {
  local error=$1 call step
  shift
  for call in "$@"; do
    for step in $STEPS; do
      failing_create "$call:error=$error:when=$step" "$call" || return 1
      [ -n "$hit" ] || break
    done
  done
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when a mount call fails" {
  sweep_error ENOSPC fsopen fsconfig fsmount open_tree move_mount mount_setattr pivot_root
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when a file or directory cannot be made" {
  sweep_error ENOSPC mkdirat mkdir mknodat symlinkat renameat renameat2 rename fchmod fchown
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when something cannot be opened" {
  sweep_error EMFILE openat openat2
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when a write fails" {
  sweep_error ENOSPC write pwrite64 writev
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when no process can be made" {
  sweep_error EAGAIN clone3 clone vfork fork
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when the image cannot be made or executed" {
  sweep_error ENOMEM memfd_create execveat fcntl ftruncate
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when the channel breaks" {
  sweep_error ENOBUFS socketpair sendmsg recvmsg pidfd_open
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when an identity or a namespace is refused" {
  sweep_error EPERM setns unshare sethostname setgroups setresgid setresuid capset setsid fchdir prctl
}

# bats test_tags=rt-only
@test "rollback: create undoes itself when memory runs out" {
  sweep_error ENOMEM mmap
}

# Row 1. Without -f the parent alone is traced, and so killed.
killed_parent() {
  local call=$1 step
  for step in $STEPS; do
    bundle
    status=0
    RTB_MARK=$MARK timeout 20 strace -o "$T/trace" -e trace="$call" -e inject="$call:signal=KILL:when=$step" \
      "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID" </dev/null >"$T/out" 2>"$T/err" 3>&- 4>&- || status=$?
    [ "$status" -ne 124 ] || die "hung: $call $step" || return 1
    local reached=
    grep -q 'killed by SIGKILL' "$T/trace" && reached=1
    # What it left is shown as stopped or not at all, and is cleaned by delete.
    "$RUNTIME" --root "$ROOT" list >/dev/null 2>&1 3>&- || [ ! -d "$ROOT" ] || die "list fails after $call $step" || return 1
    rt delete --force "$ID"
    [ "$status" -eq 0 ] || die "delete --force after $call $step" || return 1
    census_same || die "left after KILL at $call $step" || return 1
    # The id is free again.
    create
    [ "$status" -eq 0 ] || die "create after $call $step" || return 1
    rt delete --force "$ID"
    [ -n "$reached" ] || break
  done
}

# bats test_tags=rt-only
@test "rollback: after SIGKILL of create at any write, delete --force cleans up" {
  killed_parent write
}

# bats test_tags=rt-only
@test "rollback: after SIGKILL of create at any directory or rename, delete --force cleans up" {
  local call
  for call in mkdirat mkdir renameat2 renameat rename; do
    killed_parent "$call" || return 1
  done
}

# bats test_tags=rt-only
@test "rollback: after SIGKILL of create at any message or clone, delete --force cleans up" {
  local call
  for call in sendmsg recvmsg clone3 poll; do
    killed_parent "$call" || return 1
  done
}

# bats test_tags=rt-only
@test "rollback: after SIGKILL of create at any open, delete --force cleans up" {
  STEPS="1 3 6 10 15 20 25 30 36 44 55 70"
  killed_parent openat || return 1
  killed_parent openat2
}

# Up to the last message, which lets it go, the process ends with the run that made it.
# bats test_tags=rt-only
@test "rollback: a run that is killed before the program begins takes its process with it" {
  local step deadline reached=0
  for step in 1 2 3 4 5 6; do
    bundle '.process.args = ["/probe", "sleep"]'
    RTB_MARK=$MARK timeout 20 strace -o "$T/trace" -e trace=sendmsg -e inject="sendmsg:signal=KILL:when=$step" \
      "$RUNTIME" --root "$ROOT" run --detach --bundle "$B" "$ID" </dev/null >"$T/out" 2>"$T/err" 3>&- 4>&- || true
    if grep -q 'killed by SIGKILL' "$T/trace"; then
      reached=$step
      deadline=$((SECONDS + 5 * SLOW))
      while [ -n "$(marked_pids)" ]; do
        [ "$SECONDS" -lt "$deadline" ] || die "a process is left after KILL at message $step" || return 1
        sleep 0.1
      done
    fi
    rt delete --force "$ID"
    [ "$status" -eq 0 ] || die "delete --force after message $step" || return 1
    census_same || die "left after KILL at message $step" || return 1
    [ "$reached" = "$step" ] || break
  done
  [ "$reached" -ge 3 ]
}

# Row 1, the other side: the child dies.
# bats test_tags=rt-only
@test "rollback: create reports the death of its child, at whatever step" {
  local call step
  for call in mount_setattr move_mount recvmsg sendmsg capset close_range; do
    for step in 1 2 3; do
      bundle
      # The parent makes none of these but sendmsg and recvmsg: there the first to reach it dies.
      under "$call:signal=KILL:when=$step" "$call" create --bundle "$B" "$ID" || return 1
      if [ "$status" != 0 ]; then
        rt delete --force "$ID"
        [ "$status" -eq 0 ] || die "delete"
      else
        rt delete --force "$ID"
      fi
      census_same || die "left after KILL at $call $step"
    done
  done
}

# Row 2.
# bats test_tags=rt-only
@test "rollback: start that is killed leaves created or running, and a second start or a delete works" {
  local call step
  for call in openat openat2 read write poll flock; do
    for step in 1 2 3 4 6 8; do
      bundle
      created
      status=0
      timeout 10 strace -o "$T/trace" -e trace="$call" -e inject="$call:signal=KILL:when=$step" \
        "$RUNTIME" --root "$ROOT" start "$ID" </dev/null >/dev/null 2>&1 3>&- 4>&- || status=$?
      [ "$status" -ne 124 ] || die "hung: $call $step"
      case "$(status_of "$ID")" in
        created) rt start "$ID"; ok ;;
        running | stopped) ;;
        *) die "after $call $step: $(status_of "$ID")" ;;
      esac
      rt delete --force "$ID"
      ok
      census_same || die "left after $call $step"
      grep -q 'killed by SIGKILL' "$T/trace" || break
    done
  done
}

# Row 4.
# bats test_tags=rt-only
@test "rollback: delete that is killed can be repeated" {
  local call step
  for call in unlinkat rmdir unlink write openat; do
    for step in 1 2 3 5 8 13; do
      bundle
      started
      timeout 10 strace -o "$T/trace" -e trace="$call" -e inject="$call:signal=KILL:when=$step" \
        "$RUNTIME" --root "$ROOT" delete --force "$ID" </dev/null >/dev/null 2>&1 3>&- 4>&- || true
      rt delete --force "$ID"
      ok
      census_same || die "left after $call $step"
      grep -q 'killed by SIGKILL' "$T/trace" || break
    done
  done
}

# Row 6.
# bats test_tags=rt-only
@test "rollback: create on a full state root fails and leaves nothing; delete works on a full disk" {
  mkdir -m 0700 "$ROOT"
  mount -t tmpfs -o size=64k,nr_inodes=64,mode=0700 rtb-small "$ROOT"
  bundle
  created
  head -c 1000000 /dev/zero >"$ROOT/filler" 2>/dev/null || true
  bundle_at "$T/second" "second-$MARK"
  call "$T/stdout" "$T/stderr" "$RUNTIME" --root "$ROOT" create --bundle "$T/second" "second-$MARK"
  if [ "$status" -ne 0 ]; then
    fails
    [ ! -e "$ROOT/second-$MARK" ]
  else
    rt delete --force "second-$MARK"
  fi
  rt delete --force "$ID"
  ok
  umount "$ROOT"
  rmdir "$ROOT"
}

# Row 8.
# bats test_tags=rt-only
@test "rollback: every limit on open files gives a clean error or success" {
  local n
  for n in {3..40}; do
    bundle '.process.args = ["/bin/true"]'
    call "$T/stdout" "$T/stderr" sh -c 'ulimit -n "$1"; shift; exec "$@"' sh "$n" "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
    [[ "$stderr" != *"error while loading shared libraries"* ]] || continue
    [ "$status" -eq 0 ] || fails || return 1
    rt delete --force "$ID"
    ok
    census_same || die "left with $n descriptors" || return 1
  done
}

# fcntl(2) F_ADD_SEALS answers EBUSY while the kernel still holds the pages: seen on a loaded machine.
# bats test_tags=rt-only
@test "rollback: seals that are busy for a moment are tried again" {
  local step seals=
  for step in {1..12}; do
    bundle
    # Not with -f: strace counts for each process, and the call of this number in rt-init would be hit, too.
    call "$T/out" "$T/err" strace -o "$T/trace" -e trace=fcntl -e inject="fcntl:error=EBUSY:when=$step" \
      "$RUNTIME" --root "$ROOT" create --bundle "$B" "$ID"
    if grep -q 'F_ADD_SEALS.*INJECTED' "$T/trace"; then
      seals=1
      [ "$status" = 0 ] || die "$(cat "$T/err")" || return 1
    fi
    rt delete --force "$ID"
    ok
  done
  [ -n "$seals" ] || die "no call was hit"
}

# bats test_tags=rt-only
@test "rollback: what fails in the new process before its first stage is said" {
  # Too much for a frame: rt-init reads it from a file, and nobody else moves in one.
  bundle '.process.env += ["LONG=" + ("x" * 20000)]'
  under "lseek:error=EIO:when=1" lseek create --bundle "$B" "$ID" || return 1
  grep -q 'lseek(.*INJECTED' "$T/trace" || die "no call of rt-init was hit" || return 1
  [ "$status" = 1 ]
  [[ "$stderr" == *": rt-init: lseek: input/output error" ]] || die "$stderr"
}

# Row 40.
# bats test_tags=rt-only
@test "rollback: thirty containers at the same time come and go" {
  local n
  bundle '.process.args = ["/bin/true"]'
  for n in {1..30}; do
    mkdir "$T/p$n"
    jq --arg n "p$n-$MARK" '.linux.cgroupsPath = "/" + $n | .root.path = "../bundle/rootfs"' "$B/config.json" >"$T/p$n/config.json"
  done
  status=0
  seq 30 | RTB_MARK=$MARK timeout 60 xargs -P 10 -I{} "$RUNTIME" --root "$ROOT" run --bundle "$T/p{}" "p{}-$MARK" >"$T/out" 2>"$T/err" 3>&- || status=$?
  [ ! -s "$T/err" ] || die "$(head -n 3 "$T/err")"
  [ -z "$(ls -A "$ROOT")" ]
}

# --- interrupted: security.md fault 5 and 25 ---

# interrupted COMMAND...: TERM while a createRuntime hook hangs without a timeout; the status is $status.
interrupted() {
  bundle '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "touch \($T)/hook; sleep 1000 & wait"]}]'
  # That of a call before would let TERM come before the program has taken the shell's place, which loses it.
  rm -f "$T/hook"
  "$RUNTIME" --root "$ROOT" "$@" --bundle "$B" "$ID" </dev/null >"$T/out" 2>"$T/err" 3>&- 4>&- &
  local pid=$!
  eventually test -e "$T/hook"
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  stderr=$(cat "$T/err")
}

# bats test_tags=rt-only
@test "rollback: TERM during create undoes everything, the hook included" {
  interrupted create
  [ "$status" -eq 143 ] || die "status"
  [[ "$stderr" == *"interrupted by SIGTERM"* ]] || die "text"
  nothing_left
}

# bats test_tags=rt-only
@test "rollback: TERM during the create of run undoes everything" {
  interrupted run
  [ "$status" -eq 143 ] || die "status"
  nothing_left
  interrupted run --detach
  [ "$status" -eq 143 ] || die "status"
  nothing_left
}
