# What every bats file loads: one runtime, one private --root, bundles that we make ourselves, and a
# census before and after each test (design.md section 6; security.md H7).
#
#   RUNTIME          the program under test; default build/release/rt, then build/dev/rt
#   RT_TEST_CGROUP   "v2": the run is inside integration/in-v2, and /sys/fs/cgroup is cgroup2
#   RT_TEST_MANAGER  "systemd": it makes the cgroups of the default bundles, as scopes
#   RT_TEST_SLOW     the machine is that many times slower: every deadline is that many times as long
#   RT_TEST_PRIVATE  "1": the mount namespace is ours alone (integration/run), so mounts must match exactly
#
# In a test: $T its folder, $MARK the word that marks all that it makes, $ID and $B the default container
# and bundle. rt/create/inside set $status, $stdout, $stderr.

bats_require_minimum_version 1.8.0

# All of this is read anew for each test: no process that need not be.
HERE=${BASH_SOURCE[0]%/*}
[[ "$HERE" = /* && "$HERE" != *..* ]] || HERE=$(cd "$HERE" && pwd)
TOP=${HERE%/*}
TOOLS=$TOP/build/integration

if [ -z "${RUNTIME:-}" ]; then
  for candidate in "$TOP/build/release/rt" "$TOP/build/dev/rt"; do
    [ -x "$candidate" ] && RUNTIME=$candidate && break
  done
fi
if [[ "${RUNTIME:-}" != /* || ! -x "$RUNTIME" ]]; then
  RUNTIME=$(command -v "${RUNTIME:-rt}") || { echo "no runtime: set RUNTIME" >&2; exit 1; }
fi
RUNTIME_NAME=${RUNTIME##*/}

is_rt() { [ "$RUNTIME_NAME" = rt ]; }
is_v2() { [ -e /sys/fs/cgroup/cgroup.controllers ]; }
SLOW=${RT_TEST_SLOW:-1}

# --- messages -------------------------------------------------------------------------------------

# Prints why, with all that the last command said, and fails.
die() {
  {
    echo "* $*"
    echo "  status: ${status:-}"
    [ -z "${stdout:-}" ] || echo "  stdout: ${stdout:0:3000}"
    [ -z "${stderr:-}" ] || echo "  stderr: ${stderr:0:3000}"
  } >&2
  return 1
}

# Fails when the command succeeds. ("! command" alone does not end a test.)
not() {
  if "$@"; then
    die "should not be so: $*"
  fi
}

# Runs the command until it succeeds, for at most 5 s (times $SLOW).
eventually() {
  local deadline=$((SECONDS + 5 * SLOW + 1))
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || { die "still not so after $((5 * SLOW)) s: $*"; return 1; }
    sleep 0.05
  done
}

# --- the life of a test ---------------------------------------------------------------------------

setup() { common_setup; }
teardown() { common_teardown; }

# bats looks at every command, to say where a test failed, which makes one a hundred times slower. The test's own lines
# are enough: of the functions only those are traced that are bats' own for an error.
common_setup() {
  set +T
  declare -ft "$BATS_TEST_NAME" bats_error_trap bats_check_status_from_trap || true
  make_place
}

make_place() {
  printf -v MARK 'rtb-%06x' "$((SRANDOM % 0x1000000))"
  T=${RT_TEST_TMP:-/tmp}/$MARK
  # Mapped ids of user namespaces must be able to walk in.
  mkdir -m 0711 "$T"
  ROOT=$T/root
  ID=c-$MARK
  B=$T/bundle
  LIMIT=20
  GLOBAL=(${RT_TEST_MANAGER:+--cgroup-manager "$RT_TEST_MANAGER"})
  HELPERS=()
  mkdir -m 0700 "$T/helpers"
  census >"$T/census.before"
}

common_teardown() {
  local rc=0 pid
  for pid in "${HELPERS[@]}"; do
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  delete_all || rc=1
  census_same || rc=1
  if [ $rc -eq 0 ]; then rm -rf --one-file-system "$T"; else sweep; fi
  return $rc
}

# Deletes by force what is left in the state root; each must succeed.
delete_all() {
  local dir rc=0
  GLOBAL=()
  for dir in "$ROOT"/*/; do
    dir=${dir%/}
    [ -d "$dir" ] && [ "${dir##*/}" != @seccomp ] || continue
    rt delete --force -- "${dir##*/}"
    [ "$status" -eq 0 ] || { die "delete --force ${dir##*/}"; rc=1; }
  done
  return $rc
}

# Starts a helper program in the background; it dies with the test. Its output is in $T/helpers/NAME.
helper() {
  local name=$1
  shift
  "$@" </dev/null >"$T/helpers/$name" 2>"$T/helpers/$name.err" 3>&- 4>&- &
  HELPERS+=("$!")
  HELPER=$!
}

# Waits for a helper, as long as eventually; its status is $status.
finish() {
  eventually helper_ended "$1" || { kill -KILL "$1"; return 1; }
  status=0
  wait "$1" || status=$?
}

helper_ended() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# --- what a failed test leaves --------------------------------------------------------------------

source "${BASH_SOURCE[0]%/*}/census.bash"

# Takes away what a failed test left, ours only, so that the next one starts clean.
sweep() {
  local pid path
  find_marked
  for pid in "${!MARKED[@]}"; do
    kill -KILL "$pid" 2>/dev/null
  done
  while read -r path; do
    umount -l "$path" 2>/dev/null
  done < <(grep -F -- "$MARK" /proc/self/mountinfo | awk '{print $5}' | sort -r)
  for path in $(marked_cgroups); do
    eventually rmdir_gone "$path" 2>/dev/null
  done
  rm -rf --one-file-system "$T"
}

rmdir_gone() { rmdir "$1" 2>/dev/null || [ ! -d "$1" ]; }

# --- bundles --------------------------------------------------------------------------------------

# A root filesystem: a copy of one that is filled once in a run, since many small programs take long in a machine
# that is emulated.
make_rootfs() {
  local filled=${BATS_RUN_TMPDIR:-$T}/rootfs
  [ -d "$filled" ] || fill_rootfs "$filled"
  mkdir -p "$1"
  cp -a "$filled/." "$1"
}

# Busybox, its usual names, the probe, and the directories to mount on.
fill_rootfs() {
  local root=$1 name
  mkdir -p "$root"/{bin,sbin,proc,sys,dev,etc,tmp,root,home,mnt}
  chmod 1777 "$root/tmp"
  cp "$(busybox_path)" "$root/bin/busybox"
  cp "$TOOLS/probe" "$root/probe"
  for name in sh cat echo ls true false sleep id mount touch mkdir env kill pwd head test readlink; do
    ln -s busybox "$root/bin/$name"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nuser:x:1000:\n' >"$root/etc/group"
}

# The static one: /bin/busybox of a desktop is often linked to libc.
busybox_path() {
  local path
  for path in /bin/busybox /usr/bin/busybox; do
    [ -x "$path" ] && { echo "$path"; return; }
  done
  return 1
}

# bundle_at DIR ID [JQ-FILTER...]: a bundle whose cgroup is named after ID.
bundle_at() {
  local dir=$1 id=$2 filter
  shift 2
  mkdir -p "$dir"
  [ -d "$dir/rootfs" ] || make_rootfs "$dir/rootfs"
  filter='.linux.cgroupsPath = "/\($id)"'
  [ -z "${RT_TEST_MANAGER:-}" ] || filter='.linux.cgroupsPath = ":t:\($id)"'
  filter+=${BUNDLE_OF_USER:-}
  for part in "$@"; do
    filter+=" | $part"
  done
  jq --arg id "$id" --arg T "$T" --arg B "$dir" --arg mark "$MARK" --arg top "$TOP" "$filter" \
    "$HERE/template.json" >"$dir/config.json"
}

# bundle [JQ-FILTER...]: the default bundle $B of $ID.
bundle() { bundle_at "$B" "$ID" "$@"; }

# edit FILTER [JQ-OPTION...]: changes the config of the default bundle.
edit() {
  local config
  config=$(jq --arg T "$T" --arg B "$B" "$1" "$B/config.json" "${@:2}") || return 1
  echo "$config" >"$B/config.json"
}

# --- running --------------------------------------------------------------------------------------

# One call, bounded in time, with its standard streams in files.
call() {
  local out=$1 err=$2
  shift 2
  status=0
  RTB_MARK=$MARK timeout -k 2 "$((LIMIT * SLOW))" "$@" </dev/null >"$out" 2>"$err" 3>&- 4>&- || status=$?
  # Command substitution drops NUL bytes and final newlines; tests of raw bytes read the files.
  { stdout=$(<"$out") && stderr=$(<"$err"); } 2>/dev/null
}

# rt ARG...: the runtime with our root.
rt() { call "$T/stdout" "$T/stderr" "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" "$@"; }

# The runtime as it is, without --root.
rt_plain() { call "$T/stdout" "$T/stderr" "$RUNTIME" "$@"; }

# create [FLAG...]: of $ID from $B. The container's own output goes to $T/out and $T/err.
create() { call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" create --bundle "$B" "$@" "$ID"; }

# The same for run --detach.
run_detached() {
  call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" run --detach --bundle "$B" "$@" "$ID"
}

# run_here [FLAG...]: foreground run of the default bundle.
run_here() { rt run --bundle "$B" "$@" "$ID"; }

# inside WORD...: foreground run of "/probe WORD..." in the default bundle, which must succeed.
inside() {
  set_args /probe "$@"
  run_here
  ok
}

set_args() { edit '.process.args = $ARGS.positional' --args -- "$@"; }

# A container in the state "created", and one that runs; pid in $PID.
created() {
  create "$@"
  ok
  PID=$(pid_of "$ID")
}

# The same, by a parent that adopts the container's process and never waits: when it has ended it stays a zombie.
created_never_reaped() {
  helper adopter "$TOOLS/probe" adopt "$RUNTIME" --root "$ROOT" "${GLOBAL[@]}" create --bundle "$B" "$ID"
  eventually grep -q '^status' "$T/helpers/adopter"
  grep -qx 'status 0' "$T/helpers/adopter" || die "$(cat "$T/helpers/adopter.err")"
  PID=$(pid_of "$ID")
}

started() {
  created "$@"
  rt start "$ID"
  ok
}

# state_says ID PATTERN: what the first pair of parentheses matches in the state; nothing where nothing does.
state_says() {
  local state
  state=$("$RUNTIME" --root "$ROOT" state "$1" 3>&- 4>&-) || true
  [[ ! "$state" =~ $2 ]] || echo "${BASH_REMATCH[1]}"
}

pid_of() { state_says "$1" '"pid": ?([0-9]+)'; }
status_of() { state_says "$1" '"status": ?"([a-z]+)"' 2>/dev/null; }

status_is() { [ "$(status_of "$1")" = "$2" ]; }

kill_and_wait() {
  rt kill "$ID" KILL
  ok
  eventually status_is "$ID" stopped
}

# --- judging --------------------------------------------------------------------------------------

# The last call succeeded and had nothing to say on stderr (cli.md P1). runc warns at its default level.
ok() {
  [ "$status" -eq 0 ] || die "should have succeeded" || return 1
  if is_rt; then
    [ -z "$stderr" ] || die "should have been silent on stderr"
  else
    [[ "$stderr" != *level=error* ]] || die "an error on stderr"
  fi
}

# The last call failed, in time, and stderr has each of the texts; ours says it in one line (cli.md P2).
fails() {
  local text
  case "$status" in
    0) die "should have failed" || return 1 ;;
    124 | 137) die "did not come back" || return 1 ;;
    1[2-9][0-9] | 2*) [ "$status" -eq 255 ] || die "died of a signal" || return 1 ;;
  esac
  [ -n "$stderr" ] || die "failed without a word" || return 1
  if is_rt; then
    [[ "$stderr" != *$'\n'* ]] || die "more than one line on stderr" || return 1
  fi
  # runc prints a quoted record where ours prints the plain text.
  local said=${stderr//\\\"/\"}
  for text in "$@"; do
    [[ "$said" == *"$text"* ]] || die "no \"$text\" on stderr" || return 1
  done
}

# expect JQ-FILTER: holds for the JSON on stdout.
expect() {
  jq -e --arg T "$T" --arg B "$B" --arg id "$ID" "$1" <<<"$stdout" >/dev/null || die "not so: $1"
}

# A failed create left nothing: no state, process, cgroup, mount (GEN-07, HK-23).
nothing_left() {
  rt state "$ID"
  fails "does not exist"
  census_same
}

# --- cgroups --------------------------------------------------------------------------------------

# cgroup_dir CONTROLLER [ID]: where the container is in that hierarchy (v2: the one).
cgroup_dir() {
  local id=${2:-$ID}
  if [ -n "${RT_TEST_MANAGER:-}" ]; then echo "/sys/fs/cgroup/system.slice/t-$id.scope"
  elif is_v2; then echo "/sys/fs/cgroup/$id"
  else echo "/sys/fs/cgroup/$1/$id"; fi
}

cgroup_value() { cat "$(cgroup_dir "$1")/$2"; }

# Skips unless the hierarchy has the controller: a v2 view of a host whose controllers are in v1 has few.
need_controller() { has_controller "$1" || skip "no $1 controller here"; }

has_controller() {
  if is_v2; then grep -qw "$1" /sys/fs/cgroup/cgroup.controllers; else [ -d "/sys/fs/cgroup/$1" ]; fi
}
