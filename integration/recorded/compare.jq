# SPDX-License-Identifier: Apache-2.0
#
# What the probe saw in a container of a recorded configuration, against that configuration: a list of what is not
# so, empty if all is well. $config, $seen, $host ({capabilities, ns, v2}), $holder (its namespaces).

def is_bind: (.options // []) | any(. == "bind" or . == "rbind");
def same($what; $is; $wanted): if $is == $wanted then empty else "\($what): \($is), not \($wanted)" end;
def known: map(select(IN($host.capabilities[]))) | unique;

def identity: $config.process as $p | $seen.id as $id
  | same("uid"; $id.uid; $p.user.uid), same("gid"; $id.gid; $p.user.gid),
    same("groups"; $id.groups | unique; ($p.user.additionalGids // []) | unique),
    (if $p.user.umask then same("umask"; $id.umask; $p.user.umask) else empty end),
    same("cwd"; $seen.cwd.cwd; $p.cwd),
    (($p.env // []) - $seen.env | select(. != []) | "environment: lacks \(.)"),
    same("no_new_privs"; $seen.process.no_new_privs == 1; $p.noNewPrivileges == true),
    same("seccomp"; $seen.process.seccomp == 2; $config.linux.seccomp != null),
    (if $p.oomScoreAdj then same("oom_score_adj"; $seen.process.oom_score_adj; $p.oomScoreAdj) else empty end),
    (if $config.linux.personality then same("personality"; $seen.process.personality;
      {LINUX: 0, LINUX32: 8}[$config.linux.personality.domain]) else empty end),
    same("terminal"; $seen.tty."0".tty; $p.terminal == true);

# execve gives root all of the bounding and inheritable sets, and others what is ambient (capabilities(7)).
def after_execve: . as $sets | (if $config.process.user.uid != 0 then $sets.ambient // []
    elif $config.process.noNewPrivileges == true then [($sets.bounding // [])[] | select(IN(($sets.permitted // [])[]))]
    else ($sets.bounding // []) + ($sets.inheritable // []) end) as $gained
  | . + {permitted: $gained, effective: $gained};
def capabilities: (($config.process.capabilities // {}) | after_execve) as $sets
  | ("bounding", "effective", "permitted", "inheritable", "ambient") as $set
  | same($set; $seen.caps[$set] | unique; ($sets[$set] // []) | known);

# jq counts in doubles: what is above 2^53 is unlimited.
def limit: if . > 9007199254740992 then "18446744073709551615" else tostring end;
def limits: ($config.process.rlimits // [])[] | $seen.rlimits[.type | ltrimstr("RLIMIT_")] as $is
  | same(.type; [$is.soft, $is.hard]; [(.soft | limit), (.hard | limit)]);

def namespaces: ({network: "net", mount: "mnt"} as $short | $config.linux.namespaces | map({key: ($short[.type] // .type),
    value: (if .path then "joined" else "new" end)}) | from_entries) as $wanted
  | ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts") as $name
  | $seen.ns[$name] as $is
  | (if $is == $host.ns[$name] then "host" elif $is == $holder[$name] then "joined" else "new" end) as $word
  | same("\($name) namespace"; $word; ($wanted[$name] // "host")
    | if . == "joined" and $is == $host.ns[$name] then "host" else . end),
    (if $config.hostname and $wanted.uts == "new" then same("hostname"; $seen.uts.hostname; $config.hostname) else empty end);

def mount_at($path): [$seen.mounts[] | select(.target == $path)] | last;
def flags: ["nosuid", "nodev", "noexec"];
def mounts: $config.mounts[] | . as $wanted | mount_at(.destination | rtrimstr("/")) as $is
  | if $is == null then "mount \(.destination): is not there"
    else ($is.options | split(",")) as $options
    | (if is_bind then empty
       elif .type == "cgroup" then same("type of \(.destination)"; $is.type; if $host.v2 then "cgroup2" else "tmpfs" end)
       else same("type of \(.destination)"; $is.type; .type) end),
      (flags[] | select(IN(($wanted.options // [])[]) and (IN($options[]) | not)) | "mount \($wanted.destination): not \(.)"),
      (flags[] | select(($wanted | is_bind | not) and (IN(($wanted.options // [])[]) | not) and IN($options[]))
       | "mount \($wanted.destination): \(.)"),
      (if $wanted.type == "cgroup" then empty else same("\(.destination) is read-only"; "ro" | IN($options[]);
        ("ro" | IN(($wanted.options // [])[])) or ($wanted.destination | IN(($config.linux.readonlyPaths // [])[]))) end)
    end;

def root: mount_at("/") as $is | same("root is read-only"; $is.options | split(",") | index("ro") != null; $config.root.readonly == true),
  (if $config.linux.rootfsPropagation | . == "shared" or . == "rshared" then
    same("root is shared"; $is.optional | any(startswith("shared:")); true) else empty end);
def paths: ($config.linux.readonlyPaths // [])[] | . as $path | mount_at($path) | select(. != null)
    | same("\($path) is read-only"; .options | split(",") | index("ro") != null; true);
def masks: ($seen | to_entries[] | select(.key | startswith("read:")) | .value | to_entries[]
    | select(.value.ok and .value.result > 0) | "\(.key) can be read");

def octal: if . < 8 then tostring else (. / 8 | floor | octal) + (. % 8 | tostring) end;
def devices: ($config.linux.devices // [])[] | . as $d | select((.path | startswith("/dev/")) and .path != "/dev/ptmx")  # always the container's own
  | ($seen["tree:/dev"]["/dev"][$d.path | ltrimstr("/dev/")]) as $is
  | (if $d.type == "u" then "c" else $d.type end) as $type
  | same($d.path; $is; "\($type) \((($d.fileMode // 438) % 512) | octal) \($d.uid // 0):\($d.gid // 0) \($d.major // 0):\($d.minor // 0)");
def sysctls: ($config.linux.sysctl // {}) | to_entries[] | (.key | gsub("[.]"; "/")) as $key
  | ($seen | to_entries[] | select(.key | startswith("sysctl:")) | .value[$key]) as $is
  | same(.key; $is | gsub("[ \t]+"; " "); .value | gsub("[ \t]+"; " "));

[identity, capabilities, limits, namespaces, mounts, root, paths, masks, devices, sysctls]
