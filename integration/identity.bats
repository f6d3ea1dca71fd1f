#!/usr/bin/env bats
# Who the program is: runtime-spec.md section 8 and 8.1; security.md CVE-2016-3697, -8867, Shocker.
load helpers

@test "identity: uid and gid are those of the config, in all three places" {
  bundle '.process.user = {uid: 1000, gid: 1001}'
  inside id
  expect '[.uid, .euid, .suid] == [1000, 1000, 1000] and [.gid, .egid, .sgid] == [1001, 1001, 1001]'
}

# CVE-2016-3697: numbers are never looked up.
@test "identity: a passwd line whose name is the number does not matter" {
  bundle '.process.user = {uid: 1000, gid: 1000}'
  printf '1000:x:0:0:evil:/:/bin/sh\n' >"$B/rootfs/etc/passwd"
  printf '1000:x:0:\n' >"$B/rootfs/etc/group"
  inside id
  expect '.uid == 1000 and .gid == 1000'
}

# R14.
@test "identity: ids that are no 32-bit number are refused" {
  local value
  for value in -1 4294967296 99999999999 1.5 '"0"'; do
    bundle ".process.user.uid = $value"
    create
    fails
    nothing_left
  done
}

# PR-10, EM-12.
@test "identity: the groups are exactly the additional ones" {
  bundle '.process.user = {uid: 1000, gid: 1001, additionalGids: [5, 20, 1002]}'
  inside id
  expect '.groups == [5, 20, 1002]'
}

@test "identity: without additional groups the caller's are gone" {
  bundle '.process.user = {uid: 0, gid: 0}'
  set_args /probe id
  call "$T/stdout" "$T/stderr" setpriv --groups 4,20,24 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.groups == []'
}

@test "identity: umask of the config is set" {
  bundle '.process.user.umask = 63'
  inside id
  expect '.umask == 63'
}

# PR-09, DV-08: the spec says unchanged, runc and crun say 0022: the caller has 0022 here, so both hold.
@test "identity: umask is 022 when the config has none and the caller has 022" {
  umask 022
  bundle
  inside id
  expect '.umask == 18'
}

# DV-08: runc and crun set 022 whatever the caller has.
# bats test_tags=rt-only
@test "identity: umask is the caller's when the config has none" {
  bundle
  set_args /probe id
  call "$T/stdout" "$T/stderr" sh -c 'umask 0137; exec "$0" "$@"' "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.umask == 95'
}

# --- capabilities ---

@test "identity: each capability set is exactly that of the config" {
  bundle '.process.capabilities = {
    bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_NET_RAW"],
    permitted: ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID"],
    effective: ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID"],
    inheritable: [], ambient: []}'
  inside caps
  # A program that root executes has permitted = bounding again.
  expect '.bounding == ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_NET_RAW"]'
  expect '.inheritable == [] and .ambient == []'
  expect '.effective - .bounding == []'
}

@test "identity: ambient capabilities reach a program of another user" {
  bundle '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = (["CAP_KILL", "CAP_NET_BIND_SERVICE"] as $c |
    {bounding: $c, permitted: $c, effective: $c, inheritable: $c, ambient: $c})'
  inside caps
  expect 'all(.bounding, .permitted, .effective, .inheritable, .ambient; . == ["CAP_KILL", "CAP_NET_BIND_SERVICE"])'
}

# CVE-2016-8867, CAP-07.
@test "identity: another user has no capability without ambient" {
  bundle '.process.user = {uid: 1000, gid: 1000}'
  inside caps
  expect '.effective == [] and .permitted == [] and .ambient == []'
  expect '.bounding == ["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_AUDIT_WRITE"]'
}

@test "identity: an empty list is an empty set" {
  bundle '.process.capabilities = {bounding: [], permitted: [], effective: [], inheritable: [], ambient: []}'
  inside caps
  expect 'all(.[]; . == [])'
}

@test "identity: a set that is absent is empty" {
  bundle '.process.capabilities = {bounding: ["CAP_KILL"]}'
  inside caps
  expect '.bounding == ["CAP_KILL"] and .inheritable == [] and .ambient == []'
}

# Shocker; CAP-04: runc 1.1.5 keeps all of them when the object is absent.
# bats test_tags=rt-only
@test "identity: without the capabilities object there are none" {
  bundle 'del(.process.capabilities)'
  inside caps
  expect 'all(.[]; . == [])'
}

# CAP-03.
@test "identity: an unknown capability is a warning, not an error" {
  bundle '.process.capabilities |= map_values(. + ["CAP_NO_SUCH_THING"])'
  set_args /probe caps
  run_here
  [ "$status" -eq 0 ] || die "run"
  [[ "$(tail -n 1 <<<"$stdout")" == *CAP_KILL* ]]
}

@test "identity: keep-capabilities is off in the program" {
  bundle '.process.user = {uid: 1000, gid: 1000}'
  inside process
  expect '.keepcaps == 0 and .pdeathsig == 0'
}

# --- privileges and limits ---

@test "identity: no_new_privs is as the config says" {
  bundle '.process.noNewPrivileges = true'
  inside process
  expect '.no_new_privs == 1'
  bundle '.process.noNewPrivileges = false'
  inside process
  expect '.no_new_privs == 0'
  bundle 'del(.process.noNewPrivileges)'
  inside process
  expect '.no_new_privs == 0'
}

@test "identity: rlimits are exactly those of the config" {
  bundle '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 99, hard: 177}, {type: "RLIMIT_CORE", soft: 0, hard: 4096},
    {type: "RLIMIT_STACK", soft: 8388608, hard: 16777216}, {type: "RLIMIT_NPROC", soft: 500, hard: 501}]'
  inside rlimits
  expect '.NOFILE == {soft: "99", hard: "177"} and .CORE == {soft: "0", hard: "4096"}'
  expect '.STACK == {soft: "8388608", hard: "16777216"} and .NPROC == {soft: "500", hard: "501"}'
}

# PR-11, GEN-04: 2^64-1 must not pass through a double.
@test "identity: an unlimited rlimit stays unlimited" {
  local hard
  hard=$(prlimit --pid $$ --core --output HARD --noheadings | tr -d ' ')
  [ "$hard" = unlimited ] || skip "the caller's own limit is lower"
  bundle '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}]'
  # jq would round it.
  sed -i '/"RLIMIT_CORE"/,/}/ s/: 0/: 18446744073709551615/' "$B/config.json"
  grep -c 18446744073709551615 "$B/config.json" | grep -qx 2
  sed -i 's|"/probe",|"/probe", "rlimits"|; /"sleep"/d' "$B/config.json"
  run_here
  ok
  expect '.CORE == {soft: "18446744073709551615", hard: "18446744073709551615"}'
}

@test "identity: an unknown rlimit is refused" {
  bundle '.process.rlimits = [{type: "RLIMIT_NOSUCH", soft: 1, hard: 1}]'
  create
  fails "RLIMIT_NOSUCH"
  nothing_left
}

# PR-11, DV-17: runc accepts duplicates.
# bats test_tags=rt-only
@test "identity: the same rlimit twice is refused" {
  bundle '.process.rlimits = [{type: "RLIMIT_CORE", soft: 1, hard: 1}, {type: "RLIMIT_CORE", soft: 2, hard: 2}]'
  create
  fails "RLIMIT_CORE"
  nothing_left
}

@test "identity: a soft limit above the hard one is refused" {
  bundle '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 200, hard: 100}]'
  create
  fails
  nothing_left
}

# PR-15.
@test "identity: oom_score_adj of the config is set" {
  bundle '.process.oomScoreAdj = 321'
  inside process
  expect '.oom_score_adj == 321'
}

# Its /proc files are root's, so the process writes it itself, also where it is born in all of its namespaces.
# bats test_tags=rt-only
@test "identity: oom_score_adj of the config is set by a caller with capabilities that is not root" {
  local mask number all=-all
  mask=0x$(sed -n 's/^CapEff:[ \t]*//p' /proc/self/status)
  for ((number = 0; number < 41; number++)); do
    ((mask >> number & 1)) && all+=,+cap_$number
  done
  bundle '.process.oomScoreAdj = 321'
  set_args /probe process
  install -d -o 1000 -m 0700 "$ROOT"
  call "$T/stdout" "$T/stderr" setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps "$all" --ambient-caps "$all" \
    "$RUNTIME" --root "$ROOT" --rootless false run --bundle "$B" "$ID"
  ok
  expect '.oom_score_adj == 321'
  chown 0 "$ROOT"
}

@test "identity: oom_score_adj is the caller's when the config has none" {
  bundle
  set_args /probe process
  call "$T/stdout" "$T/stderr" sh -c 'echo 123 >/proc/self/oom_score_adj; exec "$@"' sh \
    "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.oom_score_adj == 123'
}

@test "identity: oom_score_adj out of range is refused" {
  bundle '.process.oomScoreAdj = 1001'
  create
  fails
  nothing_left
}

# PR-12, PR-13, R21: asked for and not there is an error.
@test "identity: an AppArmor profile is refused where there is no AppArmor" {
  [ ! -d /sys/kernel/security/apparmor ] || skip "AppArmor is here"
  bundle '.process.apparmorProfile = "some-profile"'
  create
  fails
  nothing_left
}

# --- environment, arguments, directory ---

@test "identity: the environment is the config's, and nothing of the caller's" {
  bundle '.process.env = ["PATH=/bin", "ONE=1", "EMPTY=", "SPACES= a b ", "HOME=/somewhere"]'
  set_args /probe env
  call "$T/stdout" "$T/stderr" env SECRET=caller LANG=xx "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect 'sort == ["EMPTY=", "HOME=/somewhere", "ONE=1", "PATH=/bin", "SPACES= a b "]'
}

@test "identity: HOME comes from the image's passwd when the config has none" {
  bundle '.process.user = {uid: 1000, gid: 1000}'
  inside env
  expect 'index("HOME=/home") != null'
}

@test "identity: HOME is / for a user that the image does not know" {
  bundle '.process.user = {uid: 4242, gid: 4242}'
  inside env
  expect 'index("HOME=/") != null'
}

@test "identity: HOME is / when there is no passwd at all, or an empty one" {
  bundle
  rm "$B/rootfs/etc/passwd"
  inside env
  expect 'index("HOME=/") != null'
  : >"$B/rootfs/etc/passwd"
  inside env
  expect 'index("HOME=/") != null'
}

# R14: runc 1.1.5 takes a line without a number for uid 0.
# bats test_tags=rt-only
@test "identity: HOME comes from no line of passwd that is broken" {
  bundle
  printf 'garbage\n:::\nroot:x:zero:0::/wrong:\nroot:x:0x0:0::/wrong:\nroot:x::0::/wrong:\n' >"$B/rootfs/etc/passwd"
  inside env
  expect 'index("HOME=/") != null'
}

@test "identity: the arguments arrive as they are" {
  bundle
  inside args "" "two words" '"quoted"' $'new\nline' '$HOME' '*' 'ünïcödé'
  expect '. == ["", "two words", "\"quoted\"", "new\nline", "$HOME", "*", "ünïcödé"]'
}

# PR-06.
@test "identity: a bare name is searched in PATH of the config, inside the container" {
  bundle '.process.env = ["PATH=/nowhere:/special:/bin"] | .process.args = ["tool"]'
  mkdir "$B/rootfs/special"
  printf '#!/bin/sh\necho found $0\n' >"$B/rootfs/special/tool"
  chmod +x "$B/rootfs/special/tool"
  run_here
  ok
  [ "$stdout" = "found /special/tool" ]
}

@test "identity: a file in PATH that is not executable is passed over" {
  bundle '.process.env = ["PATH=/first:/second"] | .process.args = ["tool"]'
  mkdir "$B/rootfs/first" "$B/rootfs/second"
  echo no >"$B/rootfs/first/tool"
  printf '#!/bin/sh\necho second\n' >"$B/rootfs/second/tool"
  chmod +x "$B/rootfs/second/tool"
  run_here
  ok
  [ "$stdout" = second ]
}

@test "identity: a path with a slash is relative to cwd" {
  bundle '.process.cwd = "/work" | .process.args = ["./tool"]'
  mkdir "$B/rootfs/work"
  printf '#!/bin/sh\npwd\n' >"$B/rootfs/work/tool"
  chmod +x "$B/rootfs/work/tool"
  run_here
  ok
  [ "$stdout" = /work ]
}

@test "identity: cwd is entered" {
  bundle '.process.cwd = "/etc"'
  inside cwd
  expect '.cwd == "/etc"'
}

# PR-04.
@test "identity: a cwd that is missing is made" {
  bundle '.process.cwd = "/made/for/it"'
  inside cwd
  expect '.cwd == "/made/for/it"'
  [ "$(stat -c %a "$B/rootfs/made/for/it")" = 755 ]
}

@test "identity: a cwd that is a file is refused" {
  bundle '.process.cwd = "/etc/passwd"'
  create
  fails
  nothing_left
}

# PR-04: entered with the user's rights when root's do not suffice, and the other way round.
@test "identity: a cwd that only the user may enter works" {
  bundle '.process.cwd = "/home/own" | .process.user = {uid: 1000, gid: 1000}'
  mkdir -p "$B/rootfs/home/own"
  chmod 0700 "$B/rootfs/home/own"
  chown 1000:1000 "$B/rootfs/home/own"
  inside cwd
  expect '.cwd == "/home/own"'
}

# PR-03, EM-14.
@test "identity: consoleSize without a terminal is ignored, not judged" {
  bundle '.process.consoleSize = {height: 1, width: 70000000}'
  inside id
}

# PR-28.
@test "identity: all processors are open to the program, whatever the caller's mask" {
  [ "$(nproc)" -gt 1 ] || skip "one processor"
  bundle '.process.args = ["/probe", "process"]'
  call "$T/stdout" "$T/stderr" taskset -c 0 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  # runc 1.1.5 leaves the caller's mask.
  if is_rt; then
    expect '.cpus | length > 1'
  else
    expect '.cpus == [0]'
  fi
}

# security.md row 39.
@test "identity: a thousand variables and a long argument arrive" {
  bundle '.process.env += [range(1000) | "V\(.)=\(.)"] | .process.args = ["/bin/sh", "-c", "env | grep -c ^V; echo ${#1}", "sh", ("x" * 100000)]'
  run_here
  ok
  [ "$stdout" = $'1000\n100000' ]
}
