#!/usr/bin/env bats
# The command "features": cli.md 1B.4, runtime-spec.md section 19.
load helpers

features() {
  rt_plain features
  ok
}

@test "features: prints JSON on standard output and nothing else" {
  features
  [ "$(jq -s length "$T/stdout")" -eq 1 ]
}

@test "features: has the versions and the hooks" {
  features
  expect '.ociVersionMin == "1.0.0" and (.ociVersionMax | test("^1\\."))'
  expect '.hooks == ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]'
}

# FT-03, FT-04.
@test "features: both versions are accepted in a config" {
  features
  local version
  for version in $(jq -r '.ociVersionMin, .ociVersionMax' <<<"$stdout"); do
    bundle ".ociVersion = \"$version\" | .process.args = [\"/bin/true\"]"
    run_here
    ok
  done
}

@test "features: lists the mount options that managers ask for" {
  features
  expect '["bind", "rbind", "ro", "rro", "nosuid", "noexec", "nodev", "rprivate", "rslave", "tmpcopyup"] - .mountOptions == []'
}

# FT-06: runc 1.1.5 lacks the newer ones.
# bats test_tags=rt-only
@test "features: lists every mount option of the specification" {
  features
  expect '["async","atime","bind","defaults","dev","diratime","dirsync","exec","iversion","lazytime","loud","mand",
    "noatime","nodev","nodiratime","noexec","noiversion","nolazytime","nomand","norelatime","nostrictatime","nosuid",
    "nosymfollow","private","ratime","rbind","rdev","rdiratime","relatime","remount","rexec","rnoatime","rnodev",
    "rnodiratime","rnoexec","rnorelatime","rnostrictatime","rnosuid","rnosymfollow","ro","rprivate","rrelatime","rro",
    "rrw","rshared","rslave","rstrictatime","rsuid","rsymfollow","runbindable","rw","shared","silent","slave",
    "strictatime","suid","symfollow","sync","tmpcopyup","unbindable"] - .mountOptions == []'
}

@test "features: lists namespaces and capabilities" {
  features
  expect '["cgroup", "ipc", "mount", "network", "pid", "user", "uts"] - .linux.namespaces == []'
  expect '.linux.capabilities | length >= 41 and all(.[]; test("^CAP_[A-Z_]+$"))'
}

# bats test_tags=rt-only
@test "features: has the objects of 1.3" {
  features
  expect '.ociVersionMax == "1.3.0"'
  expect '.linux.namespaces | index("time") != null'
  expect '.linux.mountExtensions.idmap.enabled == true'
  expect '.potentiallyUnsafeConfigAnnotations | type == "array"'
}

# features.md, features-linux.md, as a list of places and types: nothing missing, nothing else.
# bats test_tags=rt-only
@test "features: each property is of the specification's type, and none is another's" {
  features
  local want='{"annotations.*": "string", "hooks.#": "string", "linux.apparmor.enabled": "boolean", "linux.capabilities.#": "string",
    "linux.cgroup.rdma": "boolean", "linux.cgroup.systemd": "boolean", "linux.cgroup.systemdUser": "boolean", "linux.cgroup.v1": "boolean",
    "linux.cgroup.v2": "boolean", "linux.intelRdt.enabled": "boolean", "linux.intelRdt.monitoring": "boolean",
    "linux.intelRdt.schemata": "boolean", "linux.memoryPolicy.flags.#": "string", "linux.memoryPolicy.modes.#": "string",
    "linux.mountExtensions.idmap.enabled": "boolean", "linux.namespaces.#": "string", "linux.netDevices.enabled": "boolean",
    "linux.seccomp.actions.#": "string", "linux.seccomp.archs.#": "string", "linux.seccomp.enabled": "boolean",
    "linux.seccomp.knownFlags.#": "string", "linux.seccomp.operators.#": "string", "linux.seccomp.supportedFlags.#": "string",
    "linux.selinux.enabled": "boolean", "mountOptions.#": "string", "ociVersionMax": "string", "ociVersionMin": "string",
    "potentiallyUnsafeConfigAnnotations.#": "string"}'
  expect "[paths(type != \"object\" and type != \"array\") as \$p | {key: (\$p | if .[0] == \"annotations\" then [\"annotations\", \"*\"] else . end
      | map(if type == \"number\" then \"#\" else . end) | join(\".\")), value: (getpath(\$p) | type)}] | from_entries == $want"
}

# FT-01: the same words without /proc, /sys, privileges or a cgroup; supportedFlags alone may be the kernel's.
# bats test_tags=rt-only
@test "features: say nothing about the host" {
  features
  local usual=$stdout
  call "$T/stdout" "$T/stderr" unshare -Urmpf --mount-proc sh -c "mount -t tmpfs none /sys && mount -t tmpfs none /proc && exec $RUNTIME features"
  ok
  [ "$stdout" = "$usual" ]
}

# FT-13: a part of what is known, and the kernel takes it.
# bats test_tags=rt-only
@test "features: a seccomp flag that is supported can be used" {
  features
  expect '.linux.seccomp | .supportedFlags != [] and .supportedFlags - .knownFlags == []'
  local flag
  for flag in $(jq -r '.linux.seccomp.supportedFlags[] | select(. != "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")' <<<"$stdout"); do
    bundle ".linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\", flags: [\"$flag\"]}"
    inside id
  done
}

@test "features: tells of seccomp: actions, operators and architectures" {
  features
  expect '.linux.seccomp.enabled'
  expect '["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
           "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP"] - .linux.seccomp.actions == []'
  expect '["SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ",
           "SCMP_CMP_NE"] - .linux.seccomp.operators == []'
  expect '["SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"] - .linux.seccomp.archs == []'
}

# FT-11, CAP-03: runc 1.1.5 fails where the host lacks one of them.
# bats test_tags=rt-only
@test "features: every capability that is listed can be asked for" {
  features
  local caps
  caps=$(jq -c .linux.capabilities <<<"$stdout")
  bundle ".process.capabilities = {bounding: $caps, permitted: $caps, effective: $caps}"
  set_args /bin/true
  run_here
  # A capability that this host cannot give is a warning at most (CAP-03).
  [ "$status" -eq 0 ] || die "status"
}

@test "features: works as nobody without any directory of its own" {
  call "$T/stdout" "$T/stderr" setpriv --reuid=65534 --regid=65534 --clear-groups env -i "$RUNTIME" features
  ok
  expect '.linux.namespaces | length > 6'
}
