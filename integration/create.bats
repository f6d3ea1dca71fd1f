#!/usr/bin/env bats
# The command "create": cli.md 1A.1, runtime-spec.md section 5 (OP-05..09) and LC-01..05.
load helpers

@test "create: leaves a container in the state created with its process alive" {
  bundle
  create
  ok
  rt state "$ID"
  ok
  expect '.status == "created" and .pid > 0'
  [ -d "/proc/$(jq .pid <<<"$stdout")" ]
}

@test "create: does not run the program before start" {
  bundle '.process.args = ["/bin/touch", "/ran"]'
  created
  sleep 0.3
  [ ! -e "$B/rootfs/ran" ]
  rt start "$ID"
  ok
  eventually test -e "$B/rootfs/ran"
}

@test "create: takes the current directory as the bundle by default" {
  bundle
  cd "$B"
  call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" create "$ID"
  ok
  rt state "$ID"
  expect '.bundle == $B'
}

@test "create: reports a relative bundle as an absolute path" {
  bundle
  cd "$T"
  call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" create --bundle bundle "$ID"
  ok
  rt state "$ID"
  expect '.bundle == $B'
}

@test "create: refuses an id that is in use and leaves the first container alone" {
  bundle
  created
  create
  fails "already exists"
  rt state "$ID"
  ok
  expect ".status == \"created\" and .pid == $PID"
}

@test "create: refuses to be called without an id" {
  bundle
  rt create --bundle "$B"
  fails
  census_same
}

@test "create: refuses two ids" {
  bundle
  rt create --bundle "$B" "$ID" "$ID-2"
  fails
  census_same
}

# security.md section 3 row 33; OP-07.
@test "create: refuses every id that is not a plain file name" {
  bundle
  local bad
  for bad in "" "." ".." "a/b" "/abs" "../up" "a b" $'a\nb' "ünï" "%s/.." "a:b" "~" 'a"b'; do
    rt create --bundle "$B" -- "$bad"
    fails
    [ -z "$(ls -A "$ROOT" 2>/dev/null)" ] || die "\"$bad\" left something in the root"
  done
  census_same
}

@test "create: refuses an id longer than a file name can be" {
  bundle
  rt create --bundle "$B" "$(printf 'a%.0s' {1..256})"
  fails
  census_same
}

@test "create: takes every id of letters, digits, plus, minus, point and underscore" {
  local good
  for good in "...$MARK" "A_b+c.d-$MARK" "0$MARK" "+$MARK" "_$MARK"; do
    bundle_at "$B" "$MARK-x"
    call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" create --bundle "$B" -- "$good"
    ok
    rt state -- "$good"
    ok
    [ "$(jq -r .id <<<"$stdout")" = "$good" ]
    rt delete --force -- "$good"
    ok
  done
}

@test "create: takes an id that begins with a minus after --" {
  bundle
  call "$T/out" "$T/err" "$RUNTIME" --root "$ROOT" create --bundle "$B" -- "-$MARK"
  ok
  rt state -- "-$MARK"
  ok
  rt delete --force -- "-$MARK"
  ok
}

@test "create: refuses a bundle that does not exist" {
  rt create --bundle "$T/none" "$ID"
  fails "no such file or directory"
  nothing_left
}

@test "create: refuses a bundle without config.json" {
  mkdir "$B"
  create
  fails "config.json"
  nothing_left
}

@test "create: refuses a bundle whose rootfs is missing" {
  bundle
  rm -rf "$B/rootfs"
  create
  fails "rootfs"
  nothing_left
}

# ROOT-02.
@test "create: refuses a rootfs that is a file" {
  bundle
  rm -rf "$B/rootfs"
  touch "$B/rootfs"
  create
  fails
  nothing_left
}

@test "create: refuses a config that is not JSON" {
  bundle
  echo '{"ociVersion": "1.0.2",' >"$B/config.json"
  create
  fails
  nothing_left
}

# GEN-06.
@test "create: refuses a known property of the wrong type" {
  local change
  for change in '.process.args = "sh"' '.process.user.uid = "0"' '.mounts = {}' \
    '.root.readonly = "yes"' '.linux.namespaces = "pid"' '.hostname = 5'; do
    bundle "$change"
    create
    fails
    nothing_left
  done
}

# rt-only: runc 1.1.5 lets the last of two win (GEN-02; security.md row 32).
# bats test_tags=rt-only
@test "create: refuses a member that occurs twice" {
  bundle
  sed -i '0,/"hostname"/s//"hostname": "first", "hostname"/' "$B/config.json"
  create
  fails "hostname"
  nothing_left
}

# rt-only: runc 1.1.5 reads the first JSON value only (GEN-01).
# bats test_tags=rt-only
@test "create: refuses garbage after the config" {
  bundle
  echo '}' >>"$B/config.json"
  create
  fails
  nothing_left
}

# GEN-05.
@test "create: ignores properties that it does not know, at every level" {
  bundle '.unknown = {a: 1} | .process.unknown = [1] | .linux.unknown = null |
          .linux.resources.unknown = "x" | .mounts[0].unknown = true | .root.unknown = 1.5'
  created
}

# GEN-09.
@test "create: takes an explicit null for an absent property" {
  bundle '.hooks = null | .annotations = null | .linux.seccomp = null | .process.rlimits = null |
          .linux.sysctl = null | .mounts[0].options = null'
  created
}

# GEN-10, EM-33.
@test "create: freezes the config: a later edit has no influence" {
  bundle '.process.args = ["/bin/touch", "/first"]'
  created
  edit '.process.args = ["/bin/touch", "/second"]'
  rt start "$ID"
  ok
  eventually test -e "$B/rootfs/first"
  [ ! -e "$B/rootfs/second" ]
}

# cli.md 1C.1.
@test "create: writes a pid file of digits alone" {
  bundle
  create --pid-file "$T/pid"
  ok
  [[ "$(od -An -c "$T/pid" | tr -d ' \n')" =~ ^[0-9]+$ ]]
  [ "$(cat "$T/pid")" = "$(pid_of "$ID")" ]
}

@test "create: resolves a relative pid file against the caller's directory" {
  bundle
  cd "$T"
  create --pid-file here.pid
  ok
  [ -s "$T/here.pid" ]
  [ ! -e "$B/here.pid" ]
}

@test "create: replaces an existing pid file" {
  bundle
  echo "99999999 and more text than a pid needs" >"$T/pid"
  create --pid-file "$T/pid"
  ok
  [ "$(cat "$T/pid")" = "$(pid_of "$ID")" ]
}

@test "create: fails and leaves nothing when the pid file cannot be written" {
  bundle
  create --pid-file "$T/none/pid"
  fails
  nothing_left
}

# cli.md 1C.1: rt removes a pid file of a create that failed.
# bats test_tags=rt-only
@test "create: a failed create leaves no pid file" {
  bundle '.process.args = ["/nonexistent"]'
  create --pid-file "$T/pid"
  fails
  [ ! -e "$T/pid" ]
}

# cli.md 2.9.
@test "create: says executable file not found for a bare name that is not in PATH" {
  bundle '.process.args = ["nonexistent"]'
  create
  fails 'exec: "nonexistent": executable file not found in $PATH'
  nothing_left
}

@test "create: says no such file or directory for a path that is missing" {
  bundle '.process.args = ["/nonexistent"]'
  create
  fails 'exec: "/nonexistent": stat /nonexistent: no such file or directory'
  nothing_left
}

@test "create: says permission denied for a file that is not executable" {
  bundle '.process.args = ["/etc/passwd"]'
  create
  fails 'exec: "/etc/passwd": permission denied'
  nothing_left
}

# runc 1.1.5 says only "permission denied" here; HEAD says "is a directory" (cli.md 2.9).
@test "create: says permission denied for a directory" {
  bundle '.process.args = ["/etc"]'
  create
  fails 'exec: "/etc": ' 'permission denied'
  nothing_left
}

# bats test_tags=rt-only
@test "create: says is a directory for a directory" {
  bundle '.process.args = ["/etc"]'
  create
  fails 'exec: "/etc": is a directory'
  nothing_left
}

@test "create: says no such file or directory for a mount source that is missing" {
  bundle '.mounts += [{destination: "/mnt", source: "/nonexistent-source", options: ["bind"]}]'
  create
  fails "/nonexistent-source" "no such file or directory"
  nothing_left
}

@test "create: refuses empty args" {
  bundle '.process.args = []'
  create
  fails
  nothing_left
}

# DV-22, GEN-13: both are optional. runc 1.1.5 needs a /proc, crun a "linux".
# bats test_tags=rt-only
@test "create: a config without linux and without mounts runs, and the host's mounts stay" {
  bundle 'del(.linux, .mounts, .hostname)'
  inside many id ns cwd
  expect '.id.uid == 0 and .cwd.cwd == "/"'
  bundle 'del(.mounts)'
  inside id
  expect '.pid == 1'
}

# OP-09: runc 1.1.5 fails without process.
# bats test_tags=rt-only
@test "create: succeeds without process, and only start fails" {
  bundle 'del(.process)'
  created
  rt start "$ID"
  fails
}

@test "create: refuses a relative or empty working directory" {
  local cwd
  for cwd in "" "tmp" "./"; do
    bundle ".process.cwd = \"$cwd\""
    create
    fails
    nothing_left
  done
}

# BND-03: runc 1.1.5 does not look at the version.
# bats test_tags=rt-only
@test "create: refuses a version that is missing, not semantic or of another major" {
  local change
  for change in 'del(.ociVersion)' '.ociVersion = "invalid"' '.ociVersion = "2.0.0"' \
    '.ociVersion = "1.0"' '.ociVersion = ""'; do
    bundle "$change"
    create
    fails
    nothing_left
  done
}

# BND-04.
@test "create: takes pre-release, development and newer minor versions" {
  local version
  for version in 1.0.0 1.0.2-dev 1.1.0+dev 1.2.1 1.3.0 1.9.0; do
    bundle ".ociVersion = \"$version\""
    create
    [ "$status" -eq 0 ] || die "version $version"
    rt delete --force "$ID"
  done
}

# cli.md 1A.1, terminal rules.
@test "create: refuses a terminal without a console socket" {
  bundle '.process.terminal = true'
  create
  fails "console socket"
  nothing_left
}

@test "create: refuses a console socket without a terminal" {
  bundle
  create --console-socket "$T/none.sock"
  fails "console socket"
  nothing_left
}
