# SPDX-License-Identifier: Apache-2.0
#
# jq -n -c -L . 'include "generate"; configurations' with $seed, $count, $host, $base, $profile and $W:
# one {index, changes, terminal, config} a line. A configuration is the template of the tests with up to six
# changes; every third is the template with one mistake, in turn. The same seed gives the same configurations: nothing is drawn but from hash().
#
# $host: {capabilities, controllers, v2, holder, nofile}; $base: the template; $profile: a seccomp profile of
# Docker; $W: the folder with rootfs/ and source/.
include "mistakes";

def hash($words): reduce ($words | explode[]) as $c ($seed + 1;
  (. * 48271 % 2147483647 + $c * 7919 + 12345) % 2147483647 * 69621 % 2147483647);
def chance($k; $percent): hash($k) % 100 < $percent;
def one($k; $list): $list[hash($k) % ($list | length)];
def some($k; $list): [$list | to_entries[] | select(chance("\($k).\(.key)"; 40)) | .value];
def sorted_by_chance($k): sort_by(hash("\($k).\(.)"));

# What the program in the container is to tell besides the usual facts.
def ask($request): .ask += [$request];
def mount($destination; $type; $source; $options):
  .mounts += [{destination: $destination, type: $type, source: $source, options: $options}];
def without_namespace($names): .linux.namespaces |= map(select(.type | IN($names[]) | not));
def has_namespace($name): any(.linux.namespaces[]; .type == $name and .path == null);
# The file of the container's cgroup, read from inside through a mount of the host's.
def ask_cgroup($controller; $files):
  (if any(.mounts[]; .destination == "/host-cgroup") then . else
    mount("/host-cgroup"; "bind"; "/sys/fs/cgroup"; ["rbind", "ro"]) end)
  | (.linux.cgroupsPath | ltrimstr("/")) as $path
  | ask("content" + ($files | map(":/host-cgroup/"
      + (if $host.v2 then "" else $controller + "/" end) + $path + "/" + .) | add));

def common_capabilities: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
  "CAP_SETUID", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_MKNOD",
  "CAP_AUDIT_WRITE", "CAP_SETFCAP", "CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_PTRACE"];
def mount_flags($k): some($k; ["nosuid", "nodev", "noexec", "ro"])
  + [one("\($k)atime"; ["relatime", "noatime", "strictatime", "nodiratime"])];

def change_process($name; $k):
  if $name == "user" then .process.user = ({uid: one("\($k)u"; [0, 1, 1000, 65534]),
      gid: one("\($k)g"; [0, 5, 1000, 65534])}
    + (if chance("\($k)a"; 60) then {additionalGids: some("\($k)l"; [0, 1, 5, 1000, 2000, 65533])} else {} end)
    + (if chance("\($k)m"; 60) then {umask: one("\($k)v"; [0, 2, 18, 23, 63, 511])} else {} end))
  elif $name == "capabilities" then
    ($host.capabilities - ($host.capabilities - common_capabilities)) as $all
    | some("\($k)b"; $all) as $bounding | some("\($k)p"; $bounding) as $permitted
    | some("\($k)i"; $permitted) as $inheritable
    | .process.capabilities = {bounding: $bounding, permitted: $permitted, inheritable: $inheritable,
        effective: some("\($k)e"; $permitted), ambient: some("\($k)a"; $inheritable)}
  elif $name == "capabilities-all" then
    .process.capabilities |= map_values($host.capabilities)
  elif $name == "capabilities-none" then
    if chance($k; 50) then del(.process.capabilities) else .process.capabilities = {} end
  elif $name == "new-privileges" then .process.noNewPrivileges = false
  elif $name == "rlimits" then .process.rlimits = [
      {type: "RLIMIT_NOFILE", soft: 512, hard: ([1024, $host.nofile] | min)},
      {type: "RLIMIT_CORE", soft: 0, hard: 0}, {type: "RLIMIT_NPROC", soft: 200, hard: 300},
      {type: "RLIMIT_FSIZE", soft: 1000000, hard: 2000000}, {type: "RLIMIT_STACK", soft: 1048576, hard: 8388608},
      {type: "RLIMIT_MEMLOCK", soft: 0, hard: 65536}, {type: "RLIMIT_CPU", soft: 100, hard: 200}
    ] | .process.rlimits |= some($k; .)
  elif $name == "env" then .process.env = ["PATH=/bin:/"]
    + some($k; ["TERM=vt100", "A=b", "EMPTY=", "EQUAL=a=b", "SPACE=a b", "HOME=/elsewhere", "QUOTE=\"'", "UTF=ä"])
  elif $name == "env-none" then .process.env = []
  elif $name == "cwd" then .process.cwd = one($k; ["/", "/tmp", "/data", "/new/deep", "/link", "/proc/self"])
  elif $name == "by-path" then .process.env = ["PATH=/nowhere:/bin:/"] | .program = "probe"
  elif $name == "oom" then .process.oomScoreAdj = one($k; [0, 1, 500, 1000])
  elif $name == "annotations" then .annotations = {"org.example.a": "1", "b": ""} | .unknown = {a: [1]}
    | .process.unknown = null
  else . end;

def change_mounts($name; $k):
  if $name == "root-read-only" then .root.readonly = true | ask("create:/new:/tmp/new:/data/new")
  elif $name == "root-propagation" then
    .linux.rootfsPropagation = one($k; ["private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable"])
  elif $name == "tmpfs" then mount(one("\($k)d"; ["/t", "/mnt", "/data", "/deep/er"]); "tmpfs"; "tmpfs"; mount_flags($k)
    + some("\($k)o"; ["size=1m", "mode=0710", "uid=5", "gid=6", "nr_inodes=100"]))
  elif $name == "bind" then mount(one("\($k)d"; ["/b", "/mnt", "/link/below", "/data"]); one("\($k)t"; ["bind", "none", null]);
      "\($W)/source/dir"; [one("\($k)b"; ["bind", "rbind"])] + mount_flags($k))
    | ask("create:/mnt/new:/b/new")
  elif $name == "bind-file" then mount(one("\($k)d"; ["/file", "/new-file", "/link/file"]); "bind"; "\($W)/source/file"; ["bind"]
      + mount_flags($k))
  elif $name == "bind-tree" then mount("/tree"; "bind"; "\($W)/source/tree"; ["rbind"] + mount_flags($k)
    + some("\($k)p"; [one("\($k)w"; ["rprivate", "rslave", "rshared", "private", "slave", "shared", "unbindable", "runbindable"])]))
  elif $name == "recursive" then mount("/tree"; "bind"; "\($W)/source/tree"; ["rbind"]
    + some($k; ["rro", "rnosuid", "rnodev", "rnoexec", "rnoatime"]))
  elif $name == "stack" then mount("/mnt"; "tmpfs"; "first"; ["size=1m"]) | mount("/mnt"; "tmpfs"; "second"; ["size=2m"])
    | mount("/mnt/below"; "bind"; "\($W)/source/dir"; ["bind", "ro"])
  elif $name == "proc" then (.mounts[] | select(.destination == "/proc") | .options) = mount_flags($k)
  elif $name == "sys-writable" then (.mounts[] | select(.destination == "/sys") | .options) = ["nosuid", "noexec", "nodev"]
  elif $name == "mounts-fewer" then .mounts |= map(select(.destination | IN(
    one($k; [["/dev/mqueue"], ["/sys"], ["/dev/shm", "/dev/mqueue"]])[]) | not))
  elif $name == "cgroup-mount" then mount("/sys/fs/cgroup"; "cgroup"; "cgroup"; ["nosuid", "noexec", "nodev"]
    + some($k; ["ro", "relatime"]))
  elif $name == "masks" then .linux.maskedPaths = some($k; ["/proc/kcore", "/proc/keys", "/file", "/data", "/nothing",
      "/proc/timer_list", "/link", "/sys/firmware"]) | ask("read:/file") | ask("tree:/data")
  elif $name == "read-only-paths" then .linux.readonlyPaths = some($k; ["/proc/sys", "/proc/bus", "/file", "/data", "/nothing",
      "/proc/irq"]) | ask("write:/file:/proc/sysrq-trigger:/proc/sys/kernel/hostname")
  elif $name == "paths-none" then del(.linux.maskedPaths, .linux.readonlyPaths)
  else . end;

def change_linux($name; $k):
  if $name == "names" then .hostname = one($k; ["h", "long-name.example.org"])
  elif $name == "domain" then .domainname = "example.org"
  elif $name == "namespaces-fewer" then
    some($k; ["network", "ipc", "uts", "pid"]) as $gone | without_namespace($gone)
    | if has_namespace("uts") then . else del(.hostname, .domainname) end
    | if has_namespace("pid") then . else .linux.maskedPaths = [] | .linux.readonlyPaths = [] end
  elif $name == "cgroup-namespace" then .linux.namespaces += [{type: "cgroup"}]
  elif $name == "joins" then some($k; ["network", "ipc", "uts"]) as $joined | without_namespace($joined)
    | .linux.namespaces += ($joined | map({type: ., path: "/proc/\($host.holder)/ns/\({network: "net"}[.] // .)"}))
    | if has_namespace("uts") then . else del(.hostname, .domainname) end
  elif $name == "user-namespace" then .linux.namespaces += [{type: "user"}]
    | one($k; [{containerID: 0, hostID: 0, size: 65536}, {containerID: 0, hostID: 100000, size: 65536}]) as $map
    | .linux.uidMappings = [$map] | .linux.gidMappings = [$map]
  elif $name == "devices" then .linux.devices = some($k; [
      {path: "/dev/own", type: "c", major: 1, minor: 3, fileMode: 438, uid: 0, gid: 0},
      {path: "/dev/other", type: "u", major: 1, minor: 5, fileMode: 416, uid: 1000, gid: 5},
      {path: "/dev/deep/er", type: "c", major: 1, minor: 9},
      {path: "/dev/block", type: "b", major: 7, minor: 0, fileMode: 384},
      {path: "/dev/pipe", type: "p", fileMode: 402},
      {path: "/dev/zero", type: "c", major: 1, minor: 5, fileMode: 256},
      {path: "/outside", type: "c", major: 1, minor: 3, fileMode: 511}]) | ask("read:/dev/own:/dev/block:/dev/other:/outside")
  elif $name == "device-rules" then .linux.resources.devices += some($k; [
      {allow: true, type: "c", major: 10, access: "rwm"}, {allow: true, type: "b", major: 7, minor: 0, access: "r"},
      {allow: false, type: "c", major: 1, minor: 8, access: "rwm"}, {allow: true, type: "a", access: "m"},
      {allow: true, type: "c", major: 4, minor: 64, access: "w"}]) | ask("read:/dev/random:/dev/zero:/dev/null")
  elif $name == "sysctl" then .linux.sysctl = ((if has_namespace("network") then {"net.ipv4.ip_forward": "1",
        "net.ipv4.ip_unprivileged_port_start": "80"} else {} end)
      + if has_namespace("ipc") then {"kernel.msgmax": "4096", "kernel.shm_rmid_forced": "1"} else {} end)
    | ask("sysctl:net/ipv4/ip_forward:net/ipv4/ip_unprivileged_port_start:kernel/msgmax:kernel/shm_rmid_forced")
  elif $name == "seccomp" then .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
      architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], syscalls: some($k; [
        {names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}, {names: ["chmod"], action: "SCMP_ACT_ERRNO", errnoRet: 38},
        {names: ["getppid", "no_such_call"], action: "SCMP_ACT_ERRNO", errnoRet: 13},
        {names: ["personality"], action: "SCMP_ACT_ERRNO", errnoRet: 5,
         args: [{index: 0, value: 8, op: one("\($k)o"; ["SCMP_CMP_EQ", "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_GE"])}]},
        {names: ["getpriority"], action: "SCMP_ACT_ERRNO", errnoRet: 7, args: [{index: 0, value: 1, valueTwo: 1,
         op: "SCMP_CMP_MASKED_EQ"}]}])}
    | ask("mkdir:/tmp/d") | ask("syscall:90:0:0") | ask("syscall:110") | ask("syscall:135:0") | ask("syscall:135:8")
    | ask("syscall:135:9") | ask("syscall:140:1:0") | ask("syscall:140:0:0") | ask("syscall:9999")
  elif $name == "seccomp-profile" then .linux.seccomp = $profile
    | ask("syscall:135:8") | ask("syscall:135:9") | ask("syscall:165") | ask("syscall:250:0") | ask("syscall:9999")
  elif $name == "memory" then .linux.resources.memory = ({limit: 67108864}
      + one($k; [{}, {reservation: 33554432}, {swap: 134217728}, {swap: 67108864}, {swappiness: 10}, {disableOOMKiller: true}]))
    | ask_cgroup("memory"; ["memory.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.memsw.limit_in_bytes",
        "memory.swappiness", "memory.max", "memory.low", "memory.swap.max"])
  elif $name == "cpu" then .linux.resources.cpu = one($k; [{shares: 512}, {quota: 50000, period: 100000}, {quota: 20000},
      {shares: 2, quota: -1}, {cpus: "0", mems: "0"}, {cpus: "0-1"}, {period: 50000}])
    | ask_cgroup("cpu"; ["cpu.shares", "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.weight", "cpu.max"])
    | ask_cgroup("cpuset"; ["cpuset.cpus", "cpuset.mems"])
  elif $name == "pids" then .linux.resources.pids.limit = one($k; [20, 1000, -1])
    | ask_cgroup("pids"; ["pids.max"])
  elif $name == "hugepages" then .linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 4194304}]
    | ask_cgroup("hugetlb"; ["hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max"])
  elif $name == "cgroup-path" then .linux.cgroupsPath |= one($k; [., . + "/deep/er", ltrimstr("/"), "/./x/.." + .])
  elif $name == "terminal" then .process.terminal = true
    | if chance($k; 50) then .process.consoleSize = {height: 30, width: 100} else . end
  elif $name == "hooks" then .hooks = (["prestart", "createRuntime", "createContainer", "poststart", "poststop"]
    | some($k; .) | map({key: ., value: [{path: "/bin/sh", args: ["sh", "-c", "cat >\($W)/hooks/\(.)"],
        env: ["PATH=/bin:/usr/bin"], timeout: 10}]}) | from_entries)
  else . end;

# Those later in the list see what the earlier did: the cgroup's path first, namespaces before what needs them.
def names: ["cgroup-path", "namespaces-fewer", "cgroup-namespace", "joins", "user-namespace", "user", "capabilities",
  "capabilities-all", "capabilities-none", "new-privileges", "rlimits", "env", "env-none", "cwd", "by-path", "oom",
  "annotations", "names", "domain", "root-read-only", "root-propagation", "proc", "sys-writable", "mounts-fewer", "tmpfs",
  "bind", "bind-file", "bind-tree", "recursive", "stack", "cgroup-mount", "masks", "read-only-paths", "paths-none",
  "devices", "device-rules", "sysctl", "seccomp", "seccomp-profile", "memory", "cpu", "pids", "hugepages", "terminal", "hooks"];
# Of each line at most one.
def rivals: [["capabilities", "capabilities-all", "capabilities-none"], ["env", "env-none", "by-path"],
  ["seccomp", "seccomp-profile"], ["masks", "paths-none"], ["read-only-paths", "paths-none"], ["bind-tree", "recursive"],
  ["namespaces-fewer", "joins", "user-namespace"], ["stack", "tmpfs", "bind"], ["cgroup-mount", "mounts-fewer"],
  ["user-namespace", "sys-writable", "mounts-fewer"], ["names", "domain", "namespaces-fewer", "joins"],
  ["terminal", "hooks"], ["by-path", "cwd"], ["devices", "user-namespace"]];
def without_rivals: reduce rivals[] as $line (.; ([.[] | select(IN($line[]))][1:]) as $more | . - $more);
def possible: map(select({memory: "memory", cpu: "cpu", pids: "pids", hugepages: "hugetlb"}[.] as $controller
  | $controller == null or ($controller | IN($host.controllers[]))));

def finished: (.program // "/probe") as $program | (.ask // []) as $ask | del(.ask, .program)
  | .process.args = [$program, "many", "id", "caps", "process", "rlimits", "signals", "env", "cwd", "uts", "ns", "cgroup",
      "fds", "tty", "mounts", "tree:/dev"] + $ask;

def possible_mistakes: mistakes | map(select(. != "no process at all" or any($host.controllers[]; . == "pids")));

def configuration($index):
  "\($index)" as $k
  | ($base | .linux.cgroupsPath = "/\($host.mark)-\($index)") as $start
  | if $index % 3 == 2 then
      (possible_mistakes | .[(($index - 2) / 3 + $seed) % length]) as $mistake
      | {index: $index, changes: ["mistake: " + $mistake], config: ($start | finished | make_mistake($mistake))}
    else
      [names | possible | sorted_by_chance($k) | .[0:1 + hash("\($k)n") % 6][]] as $chosen
      | [names[] | select(IN($chosen[]))] | without_rivals
      | {index: $index, changes: ., config: (reduce .[] as $name ($start; "\($k).\($name)." as $k
          | change_process($name; $k) | change_mounts($name; $k) | change_linux($name; $k)) | finished)}
    end
  | .terminal = (try .config.process.terminal catch false) == true;

def configurations: range($count) | configuration(.);
