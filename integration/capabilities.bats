#!/usr/bin/env bats
# The five capability sets, bit by bit: runtime-spec.md section 8.1. What a program gets from them is execve(2)'s
# business (capabilities(7)), so the sets are read where create has left them: in the process that waits for start.
load helpers

setup() {
  common_setup
  ALL=(CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
    NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
    SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
    MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE)
  # What the tests themselves lack cannot be granted (CAP-03): those bits are left out of what is asked for.
  MINE=$((16#$(awk '$1 == "CapPrm:" {print $2}' /proc/self/status) & 16#$(awk '$1 == "CapBnd:" {print $2}' /proc/self/status)))
  [ "$(bits "$MINE")" -ge 30 ]
}

bits() {
  local i count=0
  for ((i = 0; i < 64; ++i)); do
    count=$((count + ($1 >> i & 1)))
  done
  echo "$count"
}

# names MASK: the JSON list of the capabilities in it.
names() {
  local i list=()
  for i in "${!ALL[@]}"; do
    (($1 >> i & 1)) && list+=("CAP_${ALL[i]}")
  done
  jq -nc '$ARGS.positional' --args -- "${list[@]}"
}

# sets BOUNDING PERMITTED EFFECTIVE INHERITABLE AMBIENT, as a filter.
sets() {
  printf '.process.capabilities = {bounding: %s, permitted: %s, effective: %s, inheritable: %s, ambient: %s}' \
    "$(names "$1")" "$(names "$2")" "$(names "$3")" "$(names "$4")" "$(names "$5")"
}

# in_status PID: "bounding permitted effective inheritable ambient" as numbers.
in_status() {
  local field out=()
  for field in CapBnd CapPrm CapEff CapInh CapAmb; do
    out+=("$((16#$(awk -v f="$field:" '$1 == f {print $2}' "/proc/$1/status")))")
  done
  echo "${out[*]}"
}

# bats test_tags=rt-only
@test "capabilities: each alone reaches the sets that it is in, and no other" {
  local i one
  for i in "${!ALL[@]}"; do
    one=$((1 << i & MINE))
    [ "$one" -ne 0 ] || continue
    bundle "$(sets "$one" 0 0 0 0)"
    created
    [ "$(in_status "$PID")" = "$one 0 0 0 0" ] || die "bounding ${ALL[i]}: $(in_status "$PID")"
    rt delete "$ID"
    ok
    bundle "$(sets "$one" "$one" "$one" "$one" "$one")"
    created
    [ "$(in_status "$PID")" = "$one $one $one $one $one" ] || die "all ${ALL[i]}: $(in_status "$PID")"
    rt delete "$ID"
    ok
  done
}

# Effective lies in permitted, ambient in permitted and inheritable, and inheritable in bounding; else nothing is alike.
# bats test_tags=rt-only
@test "capabilities: different sets stay different, as root and as another user" {
  local full=$MINE user round=0
  local bounding permitted effective inheritable ambient
  for user in 0 1000; do
    while read -r bounding permitted effective inheritable ambient; do
      bundle ".process.user = {uid: $user, gid: $user}" "$(sets $((bounding & full)) $((permitted & full)) $((effective & full)) $((inheritable & full)) $((ambient & full)))"
      created
      [ "$(in_status "$PID")" = "$((bounding & full)) $((permitted & full)) $((effective & full)) $((inheritable & full)) $((ambient & full))" ] ||
        die "$user: $bounding $permitted $effective $inheritable $ambient: $(in_status "$PID")"
      rt delete "$ID"
      ok
      round=$((round + 1))
    done <<END
$((0x1ffffffffff)) $((0x15555555555)) $((0x11111111111)) $((0x13333333333)) $((0x11111111111))
$((0x0f0f0f0f0ff)) $((0x00ff00ff0ff)) $((0x000f000f00f)) $((0x0f0f0f0f00f)) $((0x0000000000f))
$((0x1ffffffffff)) $((0x1ffffffffff)) 0 $((0x1ffffffffff)) $((0x1ffffffffff))
$((0x1ffffffffff)) $((0x0aaaaaaaaaa)) $((0x0aaaaaaaaaa)) 0 0
0 0 0 0 0
END
  done
  [ "$round" -eq 10 ]
}

# CAP-07: for another user the program keeps what is ambient, and root's set is permitted and bounding again.
# bats test_tags=rt-only
@test "capabilities: what the program gets of them is what execve makes of them" {
  local full=$MINE five
  bundle '.process.user = {uid: 1000, gid: 1000}' "$(sets "$full" $((0xff)) $((0xf0)) $((0x3c)) $((0x0c)))"
  started
  eventually grep -q sleep "/proc/$PID/cmdline"
  [ "$(in_status "$PID")" = "$full $((0x0c)) $((0x0c)) $((0x3c)) $((0x0c))" ] || die "$(in_status "$PID")"
  rt delete --force "$ID"
  bundle "$(sets "$((0xff))" "$((0xf))" "$((0x3))" 0 0)"
  started
  eventually grep -q sleep "/proc/$PID/cmdline"
  # no_new_privs takes away what the program file would add, and root's rule is such an addition.
  five=$(in_status "$PID")
  [ "${five%% *}" = 255 ] && [ "$(awk '{print $4, $5}' <<<"$five")" = "0 0" ] || die "$five"
}

# CAP-03: unknown, or not to be had: a warning that names it, and the rest is as asked.
# bats test_tags=rt-only
@test "capabilities: those that cannot be had are warned of by name, one by one" {
  bundle '.process.capabilities = {bounding: ["CAP_KILL", "CAP_NO_SUCH"], permitted: ["CAP_KILL", "cap_chown"], effective: ["CAP_KILL", "CAP_FOWNER"],
    inheritable: ["KILL"], ambient: ["CAP_KILL"]}'
  GLOBAL=(--log "$T/log" --log-format json --log-level warning)
  create
  [ "$status" -eq 0 ] || die "create"
  PID=$(pid_of "$ID")
  [ "$(in_status "$PID")" = "32 32 32 0 0" ] || die "$(in_status "$PID")"
  local name
  for name in CAP_NO_SUCH cap_chown CAP_FOWNER KILL; do
    grep '"level":"warning"' "$T/log" | grep -q "$name" || die "no warning of $name: $(cat "$T/log")"
  done
}

# CAP-03: a runtime that lacks one cannot grant it, and says so.
# bats test_tags=rt-only
@test "capabilities: what the runtime does not have itself is warned of" {
  bundle "$(sets 33 33 33 0 0)"
  call "$T/out" "$T/err" setpriv --bounding-set=-chown --inh-caps=-chown "$RUNTIME" --root "$ROOT" --log-level warning create --bundle "$B" "$ID"
  [ "$status" -eq 0 ] || die "create"
  [[ "$stderr" == *CAP_CHOWN* ]] || die "no warning"
  PID=$(pid_of "$ID")
  [ "$(in_status "$PID")" = "32 32 32 0 0" ] || die "$(in_status "$PID")"
}
