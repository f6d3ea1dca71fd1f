# For files whose containers belong to a user without privileges: who that is, and a runtime that drops to it.
# The user is known to this mount namespace alone: its passwd, group, subuid and subgid lie over the host's.
# Loaded after helpers.bash.

UNPRIVILEGED=rtuser
UNPRIVILEGED_UID=4242
UNPRIVILEGED_GID=4343
SUBUID=500000
SUBGID=600000
SUBCOUNT=65536

# lay_over FILE LINE...: FILE as it is with more lines, in this mount namespace. A missing one is made for the time.
lay_over() {
  local file=$1 copy
  copy=$BATS_FILE_TMPDIR/$(basename "$file")
  shift
  cat "$file" >"$copy" 2>/dev/null || true
  printf '%s\n' "$@" >>"$copy"
  chmod 0644 "$copy"
  [ -e "$file" ] || { : >"$file"; echo "$file" >>"$BATS_FILE_TMPDIR/made"; }
  mount --bind "$copy" "$file"
}

# user_begin [HOME]: from here on the user is known; user_end takes that back.
user_begin() {
  [ "${RT_TEST_PRIVATE:-}" = 1 ] || { echo "start this file by integration/run" >&2; return 1; }
  lay_over /etc/passwd "$UNPRIVILEGED:x:$UNPRIVILEGED_UID:$UNPRIVILEGED_GID::${1:-/nowhere}:/bin/sh"
  lay_over /etc/group "$UNPRIVILEGED:x:$UNPRIVILEGED_GID:"
  lay_over /etc/subuid "$UNPRIVILEGED:$SUBUID:$SUBCOUNT"
  lay_over /etc/subgid "$UNPRIVILEGED:$SUBGID:$SUBCOUNT"
}

user_end() {
  umount /etc/passwd /etc/group /etc/subuid /etc/subgid
  [ ! -e "$BATS_FILE_TMPDIR/made" ] || xargs rm -f <"$BATS_FILE_TMPDIR/made"
}

setup_file() { user_begin; }
teardown_file() { user_end; }

# What runs a program as that user; XDG_RUNTIME_DIR is $T/run.
as_user() { setpriv --reuid "$UNPRIVILEGED_UID" --regid "$UNPRIVILEGED_GID" --clear-groups "$@"; }

# From here on $RUNTIME drops to the user, after going into the cgroups that $T/as/cgroups lists; $T/as/with
# DIR does so with another XDG_RUNTIME_DIR. The binary is copied: the user may not reach a build folder.
become_user() {
  mkdir -m 0700 "$T/run"
  mkdir -m 0755 "$T/as"
  touch "$T/as/cgroups"
  cp "$(command -v "$RUNTIME")" "$T/as/real"
  cat >"$T/as/$RUNTIME_NAME" <<END
#!/bin/sh
while read -r group; do echo \$\$ >"\$group/cgroup.procs"; done <"$T/as/cgroups"
exec setpriv --reuid $UNPRIVILEGED_UID --regid $UNPRIVILEGED_GID --clear-groups \
  env "XDG_RUNTIME_DIR=$T/run" "$T/as/real" "\$@"
END
  cat >"$T/as/with" <<END
#!/bin/sh
XDG_RUNTIME_DIR=\$1
export XDG_RUNTIME_DIR
shift
exec setpriv --reuid $UNPRIVILEGED_UID --regid $UNPRIVILEGED_GID --clear-groups "$T/as/real" "\$@"
END
  chmod 0755 "$T/as/$RUNTIME_NAME" "$T/as/with"
  RUNTIME=$T/as/$RUNTIME_NAME
  ROOT=$T/run/state
  chown -R "$UNPRIVILEGED_UID:$UNPRIVILEGED_GID" "$T/run"
}

# One id, the own one: no helper, no setgroups.
OWN_ID='.linux.namespaces += [{type: "user"}]
  | .linux.uidMappings = [{containerID: 0, hostID: 4242, size: 1}]
  | .linux.gidMappings = [{containerID: 0, hostID: 4343, size: 1}]'
# The own id as root, and the subordinate ones behind it.
MANY_IDS='.linux.namespaces += [{type: "user"}]
  | .linux.uidMappings = [{containerID: 0, hostID: 4242, size: 1}, {containerID: 1, hostID: 500000, size: 65536}]
  | .linux.gidMappings = [{containerID: 0, hostID: 4343, size: 1}, {containerID: 1, hostID: 600000, size: 65536}]'
# What no user can have on its own: limits, a cgroup of that name, group 5.
NO_LIMITS='del(.linux.resources) | del(.linux.cgroupsPath)
  | (.mounts[].options |= (. // [] | map(select(startswith("gid=") | not))))'

# user_bundle FILTER...: the default bundle, the user's own.
user_bundle() {
  bundle "$NO_LIMITS" "$@"
  chown -R "$UNPRIVILEGED_UID:$UNPRIVILEGED_GID" "$B"
}
