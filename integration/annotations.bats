#!/usr/bin/env bats
# Annotations that change what the runtime does: AN-07, FT-09, cli.md section 3. They are crun's.
load helpers

case "$(uname -m)" in
  x86_64) GETCPU=309 ;;
  aarch64) GETCPU=168 ;;
esac

# An agent serves one process.
agent() {
  rm -f "$T/agent.sock"
  helper agent "$TOOLS/seccomp_agent" "$T/agent.sock" "$T/state" errno 42
  eventually test -S "$T/agent.sock"
}

# bats test_tags=rt-only
@test "annotations: run.oci.keep_original_groups keeps the caller's groups" {
  bundle '.annotations = {"run.oci.keep_original_groups": "1"} | .process.args = ["/probe", "id"]'
  call "$T/stdout" "$T/stderr" setpriv --groups 4711,4712 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.groups == [4711, 4712]'
  edit '.process.args = ["/probe", "sleep"]'
  started
  call "$T/stdout" "$T/stderr" setpriv --groups 4713 "$RUNTIME" --root "$ROOT" exec "$ID" /probe id
  ok
  expect '.groups == [4713]'
  rt delete --force "$ID"
  edit '.process.args = ["/probe", "id"] | .annotations["run.oci.keep_original_groups"] = "0"'
  call "$T/stdout" "$T/stderr" setpriv --groups 4711,4712 "$RUNTIME" --root "$ROOT" run --bundle "$B" "$ID"
  ok
  expect '.groups == []'
}

# bats test_tags=rt-only
@test "annotations: run.oci.seccomp.receiver is the listener of a profile that has none" {
  agent
  bundle '.annotations = {"run.oci.seccomp.receiver": ($T + "/agent.sock")}
    | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["getcpu"], action: "SCMP_ACT_NOTIFY"}]}'
  inside syscall "$GETCPU"
  expect '.errno == "ENOMSG"'
  set_args /probe sleep
  agent
  started
  agent
  rt exec "$ID" /probe syscall "$GETCPU"
  ok
  expect '.errno == "ENOMSG"'
  rt delete --force "$ID"
  edit '.annotations = {}'
  create
  fails "/linux/seccomp/listenerPath"
  nothing_left
}

# bats test_tags=rt-only
@test "annotations: run.oci.pidfd_receiver gets a pidfd of the container" {
  helper receiver python3 -c '
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
connection, _ = server.accept()
word, fds, _, _ = socket.recv_fds(connection, 64, 1)
print(word.decode(), open("/proc/self/fdinfo/%d" % fds[0]).read())' "$T/pidfd.sock"
  local receiver=$HELPER
  eventually test -S "$T/pidfd.sock"
  bundle '.annotations = {"run.oci.pidfd_receiver": ($T + "/pidfd.sock")}'
  created
  finish "$receiver"
  grep -q ^standard "$T/helpers/receiver"
  grep -qP "^Pid:\t$PID\$" "$T/helpers/receiver" || die "$(cat "$T/helpers/receiver")"
}

# bats test_tags=rt-only
@test "annotations: run.oci.pidfd_receiver that is not there is refused" {
  bundle '.annotations = {"run.oci.pidfd_receiver": ($T + "/none.sock")}'
  create
  fails "none.sock"
  nothing_left
}

# bats test_tags=rt-only
@test "annotations: a handler that is not there is refused, but not for the pause container" {
  bundle '.annotations = {"run.oci.handler": "wasm"}'
  create
  fails '/annotations/run.oci.handler: there is no handler "wasm"'
  nothing_left
  bundle '.annotations = {"run.oci.handler": "wasm", "io.kubernetes.cri.container-type": "sandbox"}'
  inside id
}

# bats test_tags=rt-only
@test "annotations: a value that cannot be is refused, an unknown name is not" {
  bundle '.annotations = {"run.oci.mount_context_type": "no"}'
  create
  fails "/annotations/run.oci.mount_context_type: expected context"
  nothing_left
  bundle '.annotations = {"run.oci.nothing": "x", "org.example/a": ""}'
  inside id
}

# FT-09: what is announced is what has an effect.
# bats test_tags=rt-only
@test "annotations: those that change something are announced" {
  rt_plain features
  ok
  expect '.potentiallyUnsafeConfigAnnotations == ["io.kubernetes.cri.container-type", "run.oci.handler",
    "run.oci.keep_original_groups", "run.oci.mount_context_type", "run.oci.pidfd_receiver", "run.oci.seccomp.receiver"]'
}
