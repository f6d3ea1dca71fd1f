# SPDX-License-Identifier: Apache-2.0
#
# What the first runtime and another one did with the same configurations: differences, less those that
# expected.txt lists. Arguments: $configs, $ours, $theirs (arrays), $host, $W, $other, $expected (text).

def pids_away: sub("\\[[0-9]+\\]"; "") | gsub("/proc/[0-9]+/"; "/proc/N/");
def sorted_words: split(",") | sort | join(",");
def namespace_word($name): if . == $host.ns[$name] then "host" elif . == $host.joined[$name] then "joined" else "new" end;

# The mounts at one place, from below to above, without what is another number each time. Its parts are compared
# one by one.
def mount_facts: .[0].target as $at | {
  what: map("\(.type) \(.source) \(.root)"), options: map(.options | sorted_words), super: map(.super | sorted_words),
  propagation: map(.optional | map(sub(":.*"; "")) | sort | join(","))}
  | to_entries[] | {key: "mount \($at) \(.key)", value: (.value | join(" ; "))};

# With the number of the configuration and of the run taken away.
def nameless: gsub("rtb-[A-Za-z0-9]+(-[0-9]+)?"; "ID");

# What the program saw, as {"words of the place": value}, one level deep.
def flat_facts: to_entries | map(
  if .key == "id" then .value | {uids: "\(.uid) \(.euid) \(.suid)", gids: "\(.gid) \(.egid) \(.sgid)", groups: (.groups | sort),
      umask, first: (.pid == 1), leader: (.sid == .pid)} | to_entries[] | {key: ("id " + .key), value}
  elif .key == "caps" then .value | to_entries[] | {key: ("caps " + .key), value: (.value | sort | join(","))}
  elif .key == "rlimits" then .value | to_entries[] | {key: ("rlimit " + .key), value: "\(.value.soft):\(.value.hard)"}
  elif .key == "env" then .value | {key: "env", value: (sort | join(" "))}
  elif .key == "ns" then .value | to_entries[] | .key as $name | {key: "ns \($name)", value: (.value | namespace_word($name))}
  elif .key == "cgroup" then .value[] | capture("^[0-9]+:(?<of>[^:]*):(?<path>.*)") | select(.path != "/") | {key: "cgroup \(.of)", value: .path}
  elif .key == "fds" then .value | to_entries[] | {key: "fd \(.key)", value: (.value | sub("\\[.*"; ""))}
  elif .key == "tty" then .value | {key: "tty", value: {is: ."0".tty, rows, columns, onlcr, ctty, leads: (.session == .sid)}}
  elif .key == "mounts" then .value | group_by(.target)[] | mount_facts
  elif (.key | startswith("tree:")) then .value | to_entries[] | .key as $root | .value | to_entries[]
    | {key: "file \($root)/\(.key)", value}
  elif .key == "syscall:110" then {key, value: (.value | del(.result))}  # getppid
  elif (.key | startswith("read:")) then .value | to_entries[] | {key: "read \(.key)", value: (.value | del(.result))}
  elif (.value | type) == "object" then .key as $request | .value | to_entries[] | {key: "\($request | sub(":/.*"; "")) \(.key)", value}
  else . end | (.key, .value | strings) |= (nameless | rtrimstr("\n"))) | from_entries;

def flat_hooks: to_entries | map(.key as $hook | .value
  | {key: "hook \($hook) status", value: .status}, {key: "hook \($hook) version", value: .ociVersion},
    {key: "hook \($hook) pid", value: (.pid as $pid | if $pid == null or $pid < 2 then $pid else "number" end)}) | from_entries;

def flat: {runs: (if .seen == null then "refused" elif .status != 0 then "status \(.status)" else "runs" end)}
  + {"host mounts": .host_mounts} + (.seen // {} | flat_facts) + (.hooks | flat_hooks) + {"files left": (.files | map(sub(" [0-7]*$"; ""))), "modes of files left": .files, "groups left": .groups};

# Lines of expected.txt: runtime | place | change | ours | theirs | row.
def rules: $expected | split("\n") | map(select(test("^[^#]"))) | map(split(" | ") | map(gsub("^ +| +$"; ""))
  | {runtime: .[0], place: .[1], change: .[2], ours: .[3], theirs: .[4], row: .[5]});
def fits($pattern): if $pattern == "*" then true elif $pattern == "-" then . == "" else test("^(" + $pattern + ")$") end;
def text: if type == "string" then . else tojson end;

def differences: [range($configs | length) as $i
  | ($ours[$i] | flat) as $a | ($theirs[$i] | flat) as $b
  # When one refuses there is nothing else to compare.
  | (if $a.runs == "refused" or $b.runs == "refused" then ["runs", "host mounts", "groups left"] else [$a, $b | keys[]] | unique end)[]
  | select($a[.] != $b[.])
  | {index: $configs[$i].index, changes: $configs[$i].changes, place: ., ours: ($a[.] | text), theirs: ($b[.] | text),
     errors: [$ours[$i].error, $theirs[$i].error]}];

def report: rules as $rules
  | (differences | map(. as $d | . + {rule: (first($rules | to_entries[] | .value as $r | select(
      ($other | fits($r.runtime)) and ($d.place | fits($r.place)) and any($d.changes[], "" | fits($r.change); .)
      and ($d.ours | fits($r.ours)) and ($d.theirs | fits($r.theirs))) | .key) // null)})) as $all
  | ($all[] | select(.rule == null)
     | "new: \($other): \(.index) \(.changes | tojson): \(.place): ours \(.ours | .[:300]), theirs \(.theirs | .[:300])"
       + if .place == "runs" then " (\(.errors[0] | .[:200]) / \(.errors[1] | .[:200]))" else "" end),
    ($all | map(select(.rule != null)) | group_by($rules[.rule].row)[]
     | "# \($other): \(length) as listed: \($rules[.[0].rule].row)"),
    "# \($other): \($configs | length) configurations, \([$ours[] | select(.seen != null)] | length) run by ours, "
      + "\([$theirs[] | select(.seen != null)] | length) by it, \($all | map(select(.rule == null)) | length) differences that are not listed";
