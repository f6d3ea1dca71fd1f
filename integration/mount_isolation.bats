#!/usr/bin/env bats
# What a container mounts is its own affair: nothing of it shows outside, and no mount of it is a peer of one outside.
# The mount namespace of the tests is shared throughout, as on a host with systemd.
load helpers

USERNS='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
  | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'

# The peer groups that are both in the container of the last call (probe mounts) and out here.
common_peers() {
  comm -12 <(jq -r '.[].optional[] | select(startswith("shared:"))' <<<"$stdout" | sort -u) \
    <(grep -o 'shared:[0-9]*' /proc/self/mountinfo | sort -u)
}

# With rootfsPropagation slave runc 1.1.5 leaves a shared bind in the peer group of its source.
# bats test_tags=rt-only
@test "mount isolation: no mount inside has a peer outside, with and without a user namespace" {
  mkdir "$T/src"
  local change
  for change in . "$USERNS"; do
    bundle "$change" '.mounts += [{destination: "/mnt/a", source: ($T + "/src"), options: ["rbind"]},
        {destination: "/mnt/b", source: ($T + "/src"), options: ["bind", "shared"]},
        {destination: "/mnt/c", source: "/dev/null", options: ["bind"]}]
      | .linux.maskedPaths += ["/etc/passwd", "/sys/kernel"] | .linux.rootfsPropagation = "slave"'
    mkdir -p "$B/rootfs/mnt"/{a,b}
    touch "$B/rootfs/mnt/c"
    inside mounts
    [ -z "$(common_peers)" ] || die "peers: $(common_peers)"
  done
}

# GEN-07: not even for a moment.
@test "mount isolation: the caller's mount table is the same while the container lives" {
  mkdir "$T/src"
  bundle '.mounts += [{destination: "/mnt/a", source: ($T + "/src"), options: ["rbind", "rshared"]},
      {destination: "/mnt/b", type: "tmpfs", source: "t", options: ["shared"]},
      {destination: "/mnt/b/deep", type: "tmpfs", source: "t", options: ["ro"]}]
    | .hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "cat /proc/self/mountinfo >\($T)/during"]}]'
  cat /proc/self/mountinfo >"$T/before"
  started
  cat /proc/self/mountinfo >"$T/after"
  cmp "$T/before" "$T/during" || die "$(diff "$T/before" "$T/during")"
  cmp "$T/before" "$T/after" || die "$(diff "$T/before" "$T/after")"
}
