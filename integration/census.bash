# What stands on the machine and is a test's: compared before and after each test (helpers.bash). A test's marks
# are its own, so that others may run at the same time. It is taken thousands of times in a run, and a process costs
# milliseconds, so that it does itself what it can.

# The processes that carry our mark in environment, command line or cgroup, as the keys of $MARKED.
find_marked() {
  local pid
  MARKED=()
  # The pattern comes on stdin, so that grep does not find itself.
  while IFS=/ read -r _ _ pid _; do MARKED[pid]=1; done \
    < <(grep -lsF -f - /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/cgroup 2>/dev/null <<<"$MARK")
}

marked_pids() {
  find_marked
  [ ${#MARKED[@]} -eq 0 ] || printf '%s\n' "${!MARKED[@]}"
}

# Groups of others may vanish while find walks: no failure of ours.
marked_cgroups() { find /sys/fs/cgroup -depth -type d -name "*$MARK*" 2>/dev/null || true; }

census() {
  local pid path lines
  echo "[processes]"
  find_marked
  for pid in "${!MARKED[@]}"; do
    # A process that is gone by now, or a zombie that only waits for its reaper, is no leak.
    [ "$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$pid/status" 2>/dev/null)" = Z ] && continue
    [ -r "/proc/$pid/cmdline" ] || continue
    echo "$pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-120)"
  done
  echo "[cgroups]"
  marked_cgroups
  echo "[mounts]"
  mapfile -t lines </proc/self/mountinfo
  for path in "${lines[@]}"; do
    [[ "${RT_TEST_PRIVATE:-}" != 1 && "$path" != *"$MARK"* ]] || printf '%s\n' "$path"
  done
  echo "[states]"
  # Filters that were made stay for the next container, as decision 0024 says. A pattern that nothing matches is no file.
  for path in "$ROOT"/{*,.[!.]*,..?*} {,/var}/run/{,*/,.[!.]*/}{*,.*}"$MARK"*; do
    [[ "$path" = */@seccomp || ( ! -e "$path" && ! -L "$path" ) ]] || printf '%s\n' "$path"
  done
  if programs_are_ours; then
    echo "[device programs]"
    "$TOOLS/probe" bpf-ids
  fi
}

# systemd attaches programs to the groups of its own units at any time.
programs_are_ours() { is_v2 && [ ! -d /run/systemd/system ]; }

# The same, but that device programs of before may have gone by now: the kernel frees them late. Of
# the new ones those count that are there at every look: others run containers at the same time.
NEW_PROGRAMS=
census_is_same() {
  census >"$T/census.after"
  if programs_are_ours && ! same_text "$T/census.before" "$T/census.after"; then
    local before new
    before=$(tail -n 1 "$T/census.before")
    new=$(tail -n 1 "$T/census.after" |
      jq -c --argjson before "$before" --argjson last "${NEW_PROGRAMS:-null}" \
        '. - $before | if $last then [.[] | select(IN($last[]))] else . end')
    NEW_PROGRAMS=$new
    sed -i '$d' "$T/census.after"
    if [ "$new" = "[]" ]; then echo "$before"; else echo "new: $new"; fi >>"$T/census.after"
  fi
  same_text "$T/census.before" "$T/census.after"
}

# same_text FILE FILE
same_text() {
  local one other
  mapfile -d '' one <"$1"
  mapfile -d '' other <"$2"
  [ "${one[*]}" = "${other[*]}" ]
}

# The world is as it was before the test; the kernel may take a moment to free what is dead.
census_same() {
  local deadline=$((SECONDS + 5 * SLOW))
  NEW_PROGRAMS=
  until census_is_same; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "* left behind (or gone):" >&2
      diff "$T/census.before" "$T/census.after" >&2
      return 1
    fi
    sleep 0.1
  done
}
