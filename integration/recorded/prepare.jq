# SPDX-License-Identifier: Apache-2.0
#
# A recorded configuration for this host, with as little change as possible: root, group and program are the
# test's; files of the recording's host are files of ours; what this host has not is left out.
#   $rootfs, $group, $sources (folder for what stands in), $holder (pid whose namespaces are joined),
#   $there (paths of the recording that exist here), $host ({capabilities, controllers, nofile, v2})

def is_bind: (.options // []) | any(. == "bind" or . == "rbind");
def is_here: IN($there[]);
def stand_in: $sources + "/" + (ltrimstr("/") | gsub("/"; "-"));

def mounts_of_ours: map(
  if is_bind and (.source | is_here | not) then
    if .source | startswith("/dev/") or startswith("/sys/fs/cgroup/") then empty else .source |= stand_in end
  else . end);
def namespaces_of_ours: map(if .path == null or (.path | is_here) then .
  else .path = "/proc/\($holder)/ns/\({network: "net", mount: "mnt"}[.type] // .type)" end);
# A limit above that of this process needs CAP_SYS_RESOURCE.
def limits_of_ours: map(if .type == "RLIMIT_NOFILE" and .hard > $host.nofile and
    ($host.capabilities | index("CAP_SYS_RESOURCE") | not) then .hard = $host.nofile | .soft = ([.soft, .hard] | min) else . end);
def resources_of_ours: with_entries(select(
  {memory: "memory", cpu: "cpu", pids: "pids", blockIO: (if $host.v2 then "io" else "blkio" end), hugepageLimits: "hugetlb",
   network: "net_cls"}[.key] as $controller | $controller == null or ($controller | IN($host.controllers[]))))
  | if $host.v2 then del(.memory.kernel, .memory.swappiness) | if .memory == {} or .memory == null then del(.memory) else . end
      | if .unified then .unified |= with_entries(select(.key | split(".")[0] | IN($host.controllers[]))) else . end
    else del(.unified) end;

.root.path = $rootfs
| .linux.cgroupsPath = $group
| .mounts |= mounts_of_ours
| .linux.namespaces |= namespaces_of_ours
| if .process.rlimits then .process.rlimits |= limits_of_ours else . end
| if .linux.resources then .linux.resources |= resources_of_ours else . end
| if .hooks then .hooks |= (map_values(if type == "array" then map(select(.path | is_here)) else . end)
    | with_entries(select(.value | length > 0))) else . end
| .process.args = (["/probe", "many", "id", "caps", "process", "rlimits", "env", "cwd", "uts", "ns", "cgroup", "mounts",
    "fds", "tty", "tree:/dev", "mkdir:/tmp/made"]
  + ((.linux.sysctl // {}) | keys | if . == [] then [] else ["sysctl" + (map(":" + gsub("[.]"; "/")) | add)] end)
  + ((.linux.maskedPaths // []) | if . == [] then [] else ["read" + (map(":" + .) | add)] end))
