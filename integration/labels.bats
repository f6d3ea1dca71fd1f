#!/usr/bin/env bats
# Labels of Linux security modules: PR-12, PR-13, LBL-01. What a label does needs a host that has the module;
# the writing itself is tested on a fixture tree (tests/kernel/lsm_test.cc).
load helpers

has_apparmor() { [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]; }
has_selinux() { grep -qw selinuxfs /proc/filesystems; }

# refused POINTER TEXT...: create fails there, and nothing is left.
refused() {
  local pointer=$1
  shift
  GLOBAL=(--log "$T/log" --log-format json)
  create
  GLOBAL=()
  fails "$@"
  [ "$(jq -rs '.[-1].pointer' "$T/log")" = "$pointer" ] || die "pointer: $(cat "$T/log")"
  nothing_left
}

# bats test_tags=rt-only
@test "labels: an AppArmor profile that cannot be had is refused" {
  bundle ".process.apparmorProfile = \"none-$MARK\""
  if has_apparmor; then
    refused /process/apparmorProfile "AppArmor profile \"none-$MARK\": write to \`/proc/self/attr/apparmor/exec\`"
  else
    refused /process/apparmorProfile "/process/apparmorProfile: AppArmor is not"
  fi
}

# bats test_tags=rt-only
@test "labels: a SELinux label that cannot be had is refused" {
  bundle ".process.selinuxLabel = \"none:none:$MARK:s0\""
  if has_selinux; then
    refused /process/selinuxLabel "none:none:$MARK:s0"
  else
    refused /process/selinuxLabel "/process/selinuxLabel: SELinux is not"
    bundle '.linux.mountLabel = "system_u:object_r:container_file_t:s0:c1,c2"'
    refused /linux/mountLabel "/linux/mountLabel: SELinux is not"
  fi
}

@test "labels: empty ones ask for nothing" {
  bundle '.process.apparmorProfile = "" | .process.selinuxLabel = "" | .linux.mountLabel = ""'
  inside id
}

# security.md, the row of crun#2063: with and without a user namespace and no_new_privs, for run and exec.
# bats test_tags=rt-only
@test "labels: the AppArmor profile is in force" {
  has_apparmor || skip "no AppArmor on this host"
  local users rights
  printf 'profile "%s" flags=(attach_disconnected) {\n capability, file, mount, signal, ptrace, network,\n deny /etc/passwd r,\n}\n' \
    "$MARK" >"$T/profile"
  apparmor_parser --replace "$T/profile"
  for users in '.' '.linux.namespaces += [{type: "user"}] | .linux.gidMappings = .linux.uidMappings'; do
    for rights in true false; do
      bundle ".process.apparmorProfile = \"$MARK\" | .process.noNewPrivileges = $rights" \
        '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]' "$users" \
        'if any(.linux.namespaces[]; .type == "user") then . else del(.linux.uidMappings) end'
      started
      [ "$(cat "/proc/$PID/attr/apparmor/current")" = "$MARK (enforce)" ]
      rt exec "$ID" cat /proc/self/attr/apparmor/current
      ok
      [ "$stdout" = "$MARK (enforce)" ]
      rt exec "$ID" cat /etc/passwd
      [ "$status" -ne 0 ]
      rt delete --force "$ID"
    done
  done
  apparmor_parser --remove "$T/profile"
}

# bats test_tags=rt-only
@test "labels: unconfined is a profile, too" {
  has_apparmor || skip "no AppArmor on this host"
  bundle '.process.apparmorProfile = "unconfined" | .process.args = ["cat", "/proc/self/attr/apparmor/current"]'
  run_here
  ok
  [ "$stdout" = unconfined ]
}
