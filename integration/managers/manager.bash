# What the files of managers share: a folder for one private manager, the runtime behind a script that writes
# down how it is called, and an end that leaves nothing. Loaded after helpers.bash.
#
#   $D        the folder of the manager; its name is the mark of all that the manager makes
#   $RECORDER the runtime, as the manager is to call it; every call is a line of $D/calls

# A manager has work of its own to do before something is seen.
SLOW=$((${SLOW:-1} * 3))

# Makes $D and takes the census of before.
manager_begin() {
  [ "${RT_TEST_PRIVATE:-}" = 1 ] || { echo "start this file by integration/run" >&2; return 1; }
  D=$(mktemp -d "${RT_TEST_TMP:-/tmp}/rtb-XXXXXX")
  chmod 0711 "$D"
  MARK=$(basename "$D") ROOT=$D/none RECORDER=$D/bin/$RUNTIME_NAME
  export D MARK ROOT RECORDER
  census >"$D/census.before"
  mkdir -m 0755 "$D/bin" "$D/helpers"
  printf '#!/bin/sh\necho "$*" >>"%s"\nexec "%s" "$@"\n' "$D/calls" "$RUNTIME" >"$RECORDER"
  chmod 0755 "$RECORDER"
  : >"$D/calls"
  chmod 0666 "$D/calls"
}

# manager_end [PID...]: ends these daemons of ours, and what they started; fails when something is left.
manager_end() {
  [ -n "${D:-}" ] || return 0
  # The census looks into environments, and its own children are no leak.
  export -n D MARK ROOT RECORDER
  local pid path left deadline
  for pid in "$@"; do
    kill -TERM "$pid" 2>/dev/null
    deadline=$((SECONDS + 20))
    while ! helper_ended "$pid" && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
    wait "$pid" 2>/dev/null
  done
  # Children of a daemon and the monitors of containers end after it.
  deadline=$((SECONDS + 10))
  while left=$(census | sed -n '/^\[processes\]/,/^\[cgroups\]/p' | grep '^[0-9]'); [ -n "$left" ] &&
    [ "$SECONDS" -lt "$deadline" ]; do sleep 0.2; done
  for pid in $(marked_pids); do kill -KILL "$pid" 2>/dev/null; done
  grep -F "$D" /proc/self/mountinfo | awk '{print $5}' | sort -r | while read -r path; do umount -l "$path"; done
  # A manager's own parent group, and that of the monitors, is not removed by anybody; the containers' groups
  # below must be gone.
  find /sys/fs/cgroup -type d -path "*$MARK/*" ! -name conmon >"$D/groups"
  marked_cgroups | while read -r path; do find "$path" -depth -type d -exec rmdir {} \; 2>/dev/null; done
  [ -z "$left" ] || { echo "processes left: $left" >&2; return 1; }
  T=$D
  census_same || return 1
  [ ! -s "$D/groups" ] || { echo "groups left: $(cat "$D/groups")" >&2; return 1; }
  rm -rf --one-file-system "$D"
}

# managed COMMAND...: a manager's program, with $status, $stdout, $stderr.
managed() {
  status=0
  "$@" </dev/null >"$D/stdout" 2>"$D/stderr" || status=$?
  stdout=$(tr -d '\0' <"$D/stdout")
  stderr=$(cat "$D/stderr")
}

# says TEXT: the last call succeeded and its output is this.
says() {
  [ "$status" -eq 0 ] || die "status" || return 1
  [ "$stdout" = "$1" ] || die "wanted \"$1\""
}

# gives STATUS [TEXT...]: the last call ended so, and said each of the texts.
gives() {
  local wanted=$1 text
  shift
  [ "$status" -eq "$wanted" ] || die "wanted status $wanted" || return 1
  for text in "$@"; do
    [[ "$stdout$stderr" == *"$text"* ]] || die "no \"$text\"" || return 1
  done
}

# on_a_terminal INPUT-COMMAND COMMAND...: the command on a pseudo terminal that gets what the first one prints.
on_a_terminal() {
  local input=$1
  shift
  status=0
  timeout -k 5 30 script -qec "$*" /dev/null < <(eval "$input") >"$D/stdout" 2>&1 3>&- 4>&- || status=$?
  stdout=$(tr -d '\r' <"$D/stdout")
  stderr=
}

# at_once COUNT COMMAND...: that many of "COMMAND... N" at the same time; each succeeds and prints "number N".
at_once() {
  local count=$1 n pids=()
  shift
  for ((n = 1; n <= count; n++)); do
    "$@" "$n" </dev/null >"$D/many.$n" 2>&1 &
    pids+=($!)
  done
  for ((n = 1; n <= count; n++)); do
    wait "${pids[$((n - 1))]}" || die "$n: $(cat "$D/many.$n")" || return 1
    [ "$(cat "$D/many.$n")" = "number $n" ] || die "$n: $(cat "$D/many.$n")" || return 1
  done
}

# The shapes of all recorded calls, sorted: the verb and its flags without their values.
call_shapes() {
  awk '{
    verb = ""; flags = ""
    for (i = 1; i <= NF; i++) {
      if ($i ~ /^-./ && $i !~ /^-[0-9]/) {
        flag = $i; sub(/=.*/, "", flag)
        if (verb == "") global = global " " flag; else flags = flags " " flag
      } else if (verb == "" && $i ~ /^(create|start|state|kill|delete|exec|pause|resume|ps|update|run|features|events|list|checkpoint|restore)$/)
        verb = $i
    }
    print verb == "" ? "probe" global : verb flags
    global = ""
  }' "$D/calls" | LC_ALL=C sort -u
}

# calls_are_documented MANAGER: every shape is a row "| MANAGER | `shape` |" of docs/managers.md.
calls_are_documented() {
  local shape missing=
  [ -s "$D/calls" ] || die "no call was recorded" || return 1
  while read -r shape; do
    grep -qF -- "| $1 | \`$shape\` |" "$TOP/docs/managers.md" || missing+="| $1 | \`$shape\` |"$'\n'
  done < <(call_shapes)
  [ -z "$missing" ] || die "not in docs/managers.md:"$'\n'"$missing"
}
