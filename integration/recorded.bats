#!/usr/bin/env bats
# The configurations that Docker, containerd, Podman and runtime-tools wrote (tests/data/configs) are run, with the
# probe as the program, and what it sees is compared with what they say: recorded/compare.jq. What must be changed
# for this host is in recorded/prepare.jq: files of the recording's host become files of the test, hooks whose program
# is not here are left out, limits that this process may not set are lowered, controllers that are not here are not set.
load helpers

CONFIGS=$TOP/tests/data/configs

# Paths of the configuration that are on this host too.
paths_here() {
  local path
  jq -r '(.mounts[]? | .source // empty), (.linux.namespaces[]?.path // empty), (.hooks // {} | .[]?[]? | .path)' "$1" | sort -u |
    while read -r path; do
      case "$path" in
        # A process of that number would be another one.
        /proc/1/*) ! readlink "$path" >/dev/null || echo "$path" ;;
        /proc/[0-9]*) ;;
        /*) [ ! -e "$path" ] || echo "$path" ;;
      esac
    done | jq -Rnc '[inputs]'
}

# What stands in for a missing source: a directory for data and shm, else an empty file.
stand_ins() {
  local path
  jq -r --arg sources "$T/sources/" '.mounts[] | .source // empty | select(startswith($sources))' "$1" |
    while read -r path; do
      case "$path" in
        *shm | *data) mkdir -p "$path" ;;
        *) : >"$path" ;;
      esac
    done
}

facts_of_the_host() {
  local v2=false controllers
  if is_v2; then
    v2=true controllers=$(cat /sys/fs/cgroup/cgroup.controllers)
  else
    controllers=$(cd /sys/fs/cgroup && echo *)
  fi
  "$TOOLS/probe" many caps rlimits ns | jq -c --arg controllers "$controllers" --argjson v2 $v2 '{$v2, ns,
    capabilities: .caps.bounding, controllers: ($controllers | split(" ")), nofile: (.rlimits.NOFILE.hard | tonumber)}'
}

# A process whose namespaces stand for those of another container.
make_holder() {
  helper holder unshare -n -i -u -p --fork --kill-child sleep 1000
  eventually holder_runs
}
holder_runs() { HOLDER=$(pgrep -P "$HELPER") && [ "$(cat "/proc/$HOLDER/comm")" = sleep ]; }

# runs FILE: in the bundle as prepared; $seen is what the probe said.
runs() {
  local call=("$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID")
  if jq -e '.process.terminal == true' "$B/config.json" >/dev/null; then
    RTB_MARK=$MARK timeout -k 2 20 script -qec "${call[*]}" /dev/null <>"$T/silent" >"$T/stdout" 2>"$T/stderr" 3>&- 4>&- ||
      return 1
    eventually test ! -e "$ROOT/$ID" # script may end before what it ran
  else
    RTB_MARK=$MARK timeout -k 2 20 "${call[@]}" </dev/null >"$T/stdout" 2>"$T/stderr" 3>&- 4>&-
  fi
}

# all_of MANAGER: each of its configurations; every complaint is told, not the first alone.
all_of() {
  local file name wrong owner complaints=
  mkdir -p "$T/sources" "$B"
  mkfifo "$T/silent"
  make_holder
  local host holder
  host=$(facts_of_the_host)
  holder=$(readlink "/proc/$HOLDER"/ns/* | jq -Rnc '[inputs | capture("(?<key>.*):") + {value: .}] | from_entries')
  make_rootfs "$T/base"
  mkdir -p "$T/base/home/user"
  for file in "$CONFIGS/$1"/*.json; do
    name=$1/$(basename "$file")
    rm -rf --one-file-system "$B/rootfs"
    cp -a "$T/base" "$B/rootfs"
    jq --arg rootfs "$B/rootfs" --arg group "/$ID" --arg sources "$T/sources" --argjson holder "$HOLDER" \
      --argjson there "$(paths_here "$file")" --argjson host "$host" -f "$HERE/recorded/prepare.jq" "$file" |
      sed 's/18446744073709552000/18446744073709551615/' >"$B/config.json"  # jq 1.6 counts in doubles
    stand_ins "$B/config.json"
    owner=$(jq '[.linux.uidMappings[]? | select(.containerID == 0) | .hostID][0] // empty' "$B/config.json")
    [ -z "$owner" ] || chown -hR "$owner:$owner" "$B/rootfs"
    if ! runs; then
      complaints+="$name: $(tail -n 1 "$T/stderr")"$'\n'
      [ ! -e "$ROOT/$ID" ] || rt delete --force "$ID"
      continue
    fi
    wrong=$(grep -a '^{"id"' "$T/stdout" | tr -d '\r' | jq -c --slurpfile config "$B/config.json" --argjson host "$host" \
      --argjson holder "$holder" '. as $seen | $config[0] as $config | '"$(cat "$HERE/recorded/compare.jq")")
    [ "$wrong" = "[]" ] || complaints+="$name: $wrong"$'\n'
  done
  [ -z "$complaints" ] || die "$complaints"
}

# runc 1.1.5 agrees in all, but for the personality, a shared root (RP2-01) and capabilities that this host lacks (CAP-03).

# bats test_tags=rt-only
@test "recorded: every configuration of Docker runs as it says" {
  all_of docker
}

# bats test_tags=rt-only
@test "recorded: every configuration of containerd runs as it says" {
  all_of containerd
}

# bats test_tags=rt-only
@test "recorded: every configuration of Podman runs as it says" {
  all_of podman
}

# bats test_tags=rt-only
@test "recorded: every configuration of runtime-tools runs as it says" {
  all_of runtime-tools
}
