# SPDX-License-Identifier: Apache-2.0
#
# One mistake for one configuration. Who refuses it and who runs it is compared, not the words.

def mount_of($destination; $type; $options):
  .mounts += [{destination: $destination, type: $type, source: $type, options: $options}];
def seccomp_of($seccomp): .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"} + $seccomp;
def hook_of($hook): .hooks.prestart = [$hook];

def mistake_of_process($name):
  if $name == "no arguments" then .process.args = []
  elif $name == "no user" then del(.process.user)
  elif $name == "no cwd" then del(.process.cwd)
  elif $name == "relative cwd" then .process.cwd = "tmp"
  elif $name == "cwd is a file" then .process.cwd = "/file"
  elif $name == "missing program" then .process.args[0] = "/nothing"
  elif $name == "directory as program" then .process.args[0] = "/data"
  elif $name == "negative uid" then .process.user.uid = -1
  elif $name == "uid as text" then .process.user.uid = "0"
  elif $name == "uid too big" then .process.user.uid = 4294967296
  elif $name == "unknown capability" then .process.capabilities.bounding += ["CAP_NOTHING"]
  elif $name == "ambient that is not permitted" then .process.capabilities.ambient = ["CAP_CHOWN"]
  elif $name == "unknown limit" then .process.rlimits = [{type: "RLIMIT_NOTHING", soft: 1, hard: 1}]
  elif $name == "soft above hard" then .process.rlimits = [{type: "RLIMIT_CORE", soft: 2, hard: 1}]
  elif $name == "limit twice" then .process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}, {type: "RLIMIT_CORE", soft: 0, hard: 0}]
  elif $name == "oom score out of range" then .process.oomScoreAdj = 5000
  elif $name == "word for a boolean" then .process.noNewPrivileges = "yes"
  else . end;

def mistake_of_document($name):
  if $name == "no version" then del(.ociVersion)
  elif $name == "version 2" then .ociVersion = "2.0.0"
  elif $name == "version in words" then .ociVersion = "one"
  elif $name == "no root" then del(.root)
  elif $name == "root that is not there" then .root.path = "nothing"
  elif $name == "no linux" then del(.linux) | .hostname = "" | .mounts = []
  elif $name == "no mounts" then .mounts = []
  elif $name == "host name without uts" then .linux.namespaces |= map(select(.type != "uts"))
  elif $name == "text cut off" then tojson | .[:-20]
  elif $name == "text goes on" then tojson + "}"
  elif $name == "name twice" then tojson | sub("\"ociVersion\""; "\"ociVersion\":\"1.0.2\",\"ociVersion\"")
  elif $name == "array for object" then .process = [.process]
  elif $name == "annotation without a name" then .annotations = {"": "x"}
  elif $name == "hook without program" then hook_of({path: "/nothing"})
  elif $name == "hook with relative path" then hook_of({path: "true"})
  elif $name == "hook that fails" then hook_of({path: "/bin/false"})
  elif $name == "hook too slow" then hook_of({path: "/bin/sleep", args: ["sleep", "5"], timeout: 1})
  elif $name == "hook without time" then hook_of({path: "/bin/true", timeout: 0})
  else . end;

def mistake_of_mounts($name):
  if $name == "relative destination" then mount_of("mnt"; "tmpfs"; [])
  elif $name == "no destination" then .mounts += [{type: "tmpfs"}]
  elif $name == "missing source" then .mounts += [{destination: "/mnt", source: "/nothing/at/all", options: ["bind"]}]
  elif $name == "unknown filesystem" then mount_of("/mnt"; "nothingfs"; [])
  elif $name == "unknown option" then mount_of("/mnt"; "tmpfs"; ["nothing=1"])
  elif $name == "file on directory" then .mounts += [{destination: "/mnt", source: "/etc/passwd", options: ["bind"]}]
  elif $name == "directory on file" then .mounts += [{destination: "/file", source: "/etc", options: ["bind"]}]
  elif $name == "mount on proc" then mount_of("/proc/sys"; "tmpfs"; [])
  elif $name == "size that is no size" then mount_of("/mnt"; "tmpfs"; ["size=much"])
  elif $name == "relative masked path" then .linux.maskedPaths = ["proc/kcore"]
  elif $name == "relative read-only path" then .linux.readonlyPaths = ["proc/sys"]
  elif $name == "unknown propagation" then .linux.rootfsPropagation = "sideways"
  else . end;

def mistake_of_linux($name):
  if $name == "namespace twice" then .linux.namespaces += [{type: "uts"}]
  elif $name == "unknown namespace" then .linux.namespaces += [{type: "nothing"}]
  elif $name == "namespace path missing" then .linux.namespaces |= map(if .type == "network" then .path = "/nothing" else . end)
  elif $name == "namespace of another kind" then .linux.namespaces |= map(if .type == "network" then .path = "/proc/self/ns/uts" else . end)
  elif $name == "maps without user namespace" then .linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}]
  elif $name == "user namespace without maps" then .linux.namespaces += [{type: "user"}]
  elif $name == "maps that overlap" then .linux.namespaces += [{type: "user"}] | .linux.gidMappings = [{containerID: 0, hostID: 0, size: 10}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 10}, {containerID: 5, hostID: 20, size: 10}]
  elif $name == "unknown device" then .linux.devices = [{path: "/dev/x", type: "z", major: 1, minor: 3}]
  elif $name == "relative device" then .linux.devices = [{path: "dev/x", type: "c", major: 1, minor: 3}]
  elif $name == "device on a file" then .linux.devices = [{path: "/file", type: "c", major: 1, minor: 3}]
  elif $name == "device without numbers" then .linux.devices = [{path: "/dev/x", type: "c"}]
  elif $name == "device rule without access" then .linux.resources.devices += [{allow: true, type: "c", major: 1, minor: 3}]
  elif $name == "device rule with unknown access" then .linux.resources.devices += [{allow: true, type: "c", access: "x"}]
  elif $name == "sysctl of the host" then .linux.sysctl = {"vm.swappiness": "10"}
  elif $name == "sysctl without namespace" then .linux.namespaces |= map(select(.type != "network")) | .linux.sysctl = {"net.ipv4.ip_forward": "1"}
  elif $name == "unknown sysctl" then .linux.sysctl = {"net.nothing": "1"}
  elif $name == "value that the kernel refuses" then .linux.sysctl = {"kernel.msgmax": "many"}
  elif $name == "unknown action" then seccomp_of({defaultAction: "SCMP_ACT_NOTHING"})
  elif $name == "unknown architecture" then seccomp_of({architectures: ["SCMP_ARCH_NOTHING"]})
  elif $name == "error number for allow" then seccomp_of({syscalls: [{names: ["mkdir"], action: "SCMP_ACT_KILL", errnoRet: 1}]})
  elif $name == "unknown operator" then seccomp_of({syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 1, op: "SCMP_CMP_XX"}]}]})
  elif $name == "argument out of range" then seccomp_of({syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [{index: 9, value: 1, op: "SCMP_CMP_EQ"}]}]})
  elif $name == "unknown seccomp flag" then seccomp_of({flags: ["SECCOMP_FILTER_FLAG_NOTHING"]})
  elif $name == "no process at all" then .linux.resources.pids.limit = 0
  elif $name == "limit as text" then .linux.resources.pids.limit = "10"
  elif $name == "processor that is not there" then .linux.resources.cpu.cpus = "900"
  elif $name == "page size that is not there" then .linux.resources.hugepageLimits = [{pageSize: "3MB", limit: 0}]
  elif $name == "personality with flags" then .linux.personality = {domain: "LINUX", flags: ["X"]}
  else . end;

def make_mistake($name): mistake_of_process($name) | mistake_of_mounts($name) | mistake_of_linux($name)
  | mistake_of_document($name);

def mistakes: ["no arguments", "no user", "no cwd", "relative cwd", "cwd is a file", "missing program",
  "directory as program", "negative uid", "uid as text", "uid too big", "unknown capability",
  "ambient that is not permitted", "unknown limit", "soft above hard", "limit twice", "oom score out of range",
  "word for a boolean", "no version", "version 2", "version in words", "no root", "root that is not there", "no linux",
  "no mounts", "host name without uts", "text cut off", "text goes on", "name twice", "array for object",
  "annotation without a name", "hook without program", "hook with relative path", "hook that fails", "hook too slow", "hook without time",
  "relative destination", "no destination", "missing source", "unknown filesystem", "unknown option",
  "file on directory", "directory on file", "mount on proc", "size that is no size", "relative masked path",
  "relative read-only path", "unknown propagation", "namespace twice", "unknown namespace", "namespace path missing",
  "namespace of another kind", "maps without user namespace", "user namespace without maps", "maps that overlap",
  "unknown device", "relative device", "device on a file", "device without numbers", "device rule without access",
  "device rule with unknown access", "sysctl of the host", "sysctl without namespace", "unknown sysctl",
  "value that the kernel refuses", "unknown action", "unknown architecture", "error number for allow",
  "unknown operator", "argument out of range", "unknown seccomp flag", "no process at all", "limit as text", "processor that is not there",
  "page size that is not there", "personality with flags"];
