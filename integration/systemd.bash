# For files whose containers get their cgroups from systemd. Loaded after helpers.bash; skips where systemd is not
# in charge. As a user without privileges it is the user's own systemd.
#
# In a test: $UNIT the scope of $ID, which systemd_bundle names.

setup() {
  [ -d /run/systemd/system ] || skip "systemd does not run here"
  common_setup
  GLOBAL=(--systemd-cgroup)
  UNIT=t-$ID.scope
  marked_units >"$T/units.before"
}

# A skip in setup leaves nothing to take down.
teardown() {
  [ -n "${T:-}" ] || return 0
  local rc=0
  delete_all || rc=1
  # systemd keeps the slices that it made for a scope.
  ctl stop "$(slice_of_mark)" 2>/dev/null || true
  units_same || rc=1
  common_teardown || rc=1
  return $rc
}

# The systemctl of whoever runs the test.
ctl() {
  if [ "$EUID" -eq 0 ]; then systemctl "$@"; else systemctl --user "$@"; fi
}

# The units that carry our mark, in whatever state.
marked_units() { ctl list-units --all --plain --no-legend --no-pager "*$MARK*" | awk '{print $1, $3}'; }

units_are_same() {
  marked_units >"$T/units.after"
  cmp -s "$T/units.before" "$T/units.after"
}

units_same() {
  eventually units_are_same 2>/dev/null && return 0
  echo "* units left behind:" >&2
  diff "$T/units.before" "$T/units.after" >&2
  ctl stop $(cut -d' ' -f1 "$T/units.after") 2>/dev/null
  return 1
}

no_unit() { [ "$(unit_value LoadState "${1:-$UNIT}")" = not-found ] || die "there still is ${1:-$UNIT}"; }

# The first part of a slice's name, so that every one of ours is below it.
slice_of_mark() { echo "${MARK//-/_}.slice"; }

# systemd_bundle [FILTER...]: the default bundle, with $UNIT in system.slice (of a user: user.slice).
systemd_bundle() { bundle '.linux.cgroupsPath = ":t:\($id)"' "$@"; }

# unit_value PROPERTY [UNIT]
unit_value() { ctl show --value -p "$1" -- "${2:-$UNIT}"; }

# has PROPERTY VALUE: the unit says so.
has() {
  local value
  value=$(unit_value "$1")
  [ "$value" = "$2" ] || die "$1 is \"$value\", not \"$2\""
}

scope_dir() { echo "/sys/fs/cgroup$(unit_value ControlGroup "$@")"; }

# in_file FILE VALUE: the unit's cgroup file says so.
in_file() {
  local value
  value=$(cat "$(scope_dir)/$1")
  [ "$value" = "$2" ] || die "$1 is \"$value\", not \"$2\""
}

in_unit() { grep -qx "0::$(unit_value ControlGroup "${2:-$UNIT}")" "/proc/$1/cgroup" || die "$1 is not in $UNIT"; }
