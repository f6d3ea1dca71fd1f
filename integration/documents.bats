#!/usr/bin/env bats
# Documents that want to hurt the parser: security.md rows 29 to 32, and odd places to run from.
load helpers

# A config that is refused, in time, with one line.
refused() {
  LIMIT=10
  create
  fails
  nothing_left
}

# bats test_tags=rt-only
@test "security: a config that nests too deeply is refused" {
  local depth
  for depth in 1000 10000 1000000; do
    bundle
    python3 -c '
import sys
n = int(sys.argv[2])
text = open(sys.argv[1]).read().rstrip()
open(sys.argv[1], "w").write(text[:-1] + ",\"deep\":" + "[" * n + "]" * n + "}")' "$B/config.json" "$depth"
    refused
  done
}

# bats test_tags=rt-only
@test "security: a config that is no regular file, or far too large, is refused without being read" {
  bundle
  rm "$B/config.json"
  mkfifo "$B/config.json"
  refused
  rm "$B/config.json"
  mkdir "$B/config.json"
  refused
  rmdir "$B/config.json"
  ln -s /dev/zero "$B/config.json"
  refused
  rm "$B/config.json"
  truncate -s 1G "$B/config.json"
  refused
}

# GEN-01, row 31.
# bats test_tags=rt-only
@test "security: NUL, invalid UTF-8, a lone surrogate, comments and odd numbers are refused" {
  local bad
  for bad in '"hostname": "a\\u0000b"' '"hostname": "\\ud800"' '"hostname": "x" /* c */' '"hostname": 1e400' \
    '"hostname": NaN' $'"hostname": "\xff\xfe"'; do
    bundle
    python3 -c '
import os, sys
path, new = os.fsencode(sys.argv[1]), os.fsencode(sys.argv[2])
data = open(path, "rb").read()
assert b"\"hostname\": \"probe-host\"" in data
open(path, "wb").write(data.replace(b"\"hostname\": \"probe-host\"", new))' "$B/config.json" "${bad//\\\\/\\}"
    refused
  done
}

# Row 31: wherever a string becomes a C string.
@test "security: a NUL in arguments, environment, cwd, a mount or a hook is refused" {
  local change
  for change in '.process.args[0] = "/probe\u0000x"' '.process.env += ["A=b\u0000c"]' '.process.cwd = "/\u0000"' \
    '.mounts += [{destination: "/mnt\u0000x", type: "tmpfs", source: "t"}]' \
    '.hooks.createRuntime = [{path: "/bin/true\u0000x"}]'; do
    bundle "$change"
    create
    fails
    nothing_left
  done
}

# PR-05. runc 1.1.5 fails in some way as well.
# bats test_tags=rt-only
@test "security: an environment entry without = is refused" {
  bundle '.process.env += ["NOEQUALS"]'
  refused
}

# Row 36.
@test "security: works when /tmp and the state root are noexec" {
  mkdir "$ROOT" "$T/noexec"
  mount -t tmpfs -o noexec,nosuid,nodev,mode=0700 rtb-root "$ROOT"
  mount -t tmpfs -o noexec rtb-tmp "$T/noexec"
  bundle '.process.args = ["/bin/echo", "fine"]'
  call "$T/stdout" "$T/stderr" env TMPDIR="$T/noexec" "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  umount "$T/noexec" "$ROOT"
  rmdir "$ROOT"
  ok
  [ "$stdout" = fine ]
}

# Row 34: the bundle's name is data.
@test "security: a bundle with spaces, newlines, colons, commas and backslashes in its name works" {
  local odd
  B="$T/a b"$'\n'"c:d,e\\f\"g"
  mkdir "$B"
  make_rootfs "$B/rootfs"
  bundle '.process.args = ["/bin/echo", "odd"]'
  run_here
  ok
  [ "$stdout" = odd ]
}
