#!/usr/bin/env bats
# linux.netDevices: runtime-spec.md section 10 (NET-01 to NET-08). The caller lives in a network namespace of the
# test's own, so that the machine's devices are never in reach. Newer than runc 1.1: rt-only.
load helpers

setup() {
  common_setup
  helper host unshare -n sleep infinity
  HOST_NET=/proc/$HELPER/ns/net
  eventually other_network "$HELPER"
  # The runtime under its own name, as a caller in that namespace.
  mkdir "$T/bin"
  printf '#!/bin/sh\nexec nsenter --net=%s %s "$@"\n' "$HOST_NET" "$RUNTIME" >"$T/bin/rt"
  chmod +x "$T/bin/rt"
  REAL=$RUNTIME
  export -n RUNTIME  # its name has our mark
  RUNTIME=$T/bin/rt
  host ip link add v0 type veth peer name v1
}

teardown() {
  RUNTIME=$REAL  # the namespace goes before the containers do
  common_teardown
}

other_network() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }

host() { nsenter --net="$HOST_NET" "$@"; }
within() { nsenter --net="/proc/$PID/ns/net" "$@"; }

# device NAME: as the container has it; link JQ, address JQ: holds for it.
link() { within ip -j -d link show dev "$1" | jq -e ".[0] | $2" >/dev/null || die "link $1: not so: $2"; }
addresses() { within ip -j addr show dev "$1" | jq -c '[.[0].addr_info[] | select(.scope == "global")]'; }

# The device is still the host's, and still has its address.
still_here() { host ip -j addr show dev "$1" | jq -e '.[0].addr_info | any(.local == "192.0.2.1")' >/dev/null; }

# refused POINTER TEXT...: create fails there, nothing is left, v0 is where it was.
refused() {
  local pointer=$1
  shift
  host ip addr replace 192.0.2.1/24 dev v0
  GLOBAL+=(--log "$T/log" --log-format json)
  create
  GLOBAL=()
  fails "$@"
  [ "$(jq -rs '.[-1].pointer' "$T/log")" = "$pointer" ] || die "pointer: $(cat "$T/log")"
  nothing_left
  still_here v0 || die "v0 is gone"
}

# bats test_tags=rt-only
@test "net devices: one moves under its own name and is up" {
  bundle '.linux.netDevices = {v0: {}}'
  created
  link v0 '.flags | index("UP")'
  not host ip link show dev v0 2>/dev/null
}

# bats test_tags=rt-only
@test "net devices: one gets another name on the way, also if its old one is taken there" {
  bundle '.linux.netDevices = {v0: {name: "lan0"}, v1: {name: "v0"}}'
  created
  link lan0 '.flags | index("UP")'
  link v0 '.flags | index("UP")'
  [ "$(within ip -j link | jq -c '[.[].ifname] | sort')" = '["lan0","lo","v0"]' ]
}

# DV-23: found by its index, not by the template.
# bats test_tags=rt-only
@test "net devices: a template lets the kernel pick a free name" {
  host ip addr add 192.0.2.1/24 dev v0
  bundle '.linux.netDevices = {v0: {name: "eth%d"}, v1: {name: "eth0"}}'
  created
  link eth0 '.flags | index("UP")'
  link eth1 '.flags | index("UP")'
  [ "$(addresses eth1 | jq -r '.[0].local')" = 192.0.2.1 ]
  [ "$(addresses eth0)" = "[]" ]
}

# bats test_tags=rt-only
@test "net devices: MTU and hardware address are kept" {
  host ip link set v0 mtu 1234 address 02:00:00:12:34:56
  bundle '.linux.netDevices = {v0: {name: "eth0"}}'
  created
  link eth0 '.mtu == 1234 and .address == "02:00:00:12:34:56"'
}

# NET-05: prefix length, peer, broadcast and label are part of an address.
# bats test_tags=rt-only
@test "net devices: permanent global addresses come along, with all that belongs to them" {
  host ip link set v0 up
  host ip addr add 192.0.2.1/28 broadcast 192.0.2.15 dev v0 label v0:a
  host ip addr add 192.0.2.2/28 dev v0 label v0:twelvechars
  host ip addr add 198.51.100.1 peer 198.51.100.2/31 dev v0 metric 77 noprefixroute
  host ip addr add 2001:db8::1/64 dev v0 nodad
  host ip addr add 2001:db8::3 peer 2001:db8::4 dev v0
  bundle '.linux.netDevices = {v0: {name: "eth0"}}'
  created
  local all
  all=$(addresses eth0)
  jq -e 'length == 5' <<<"$all" || die "$all"
  jq -e '.[] | select(.local == "192.0.2.1") | .prefixlen == 28 and .broadcast == "192.0.2.15" and .label == "eth0:a"' <<<"$all" || die "$all"
  jq -e '.[] | select(.local == "192.0.2.2") | .secondary and .label == "eth0"' <<<"$all" || die "$all"
  jq -e '.[] | select(.local == "198.51.100.1") | .address == "198.51.100.2" and .prefixlen == 31 and .metric == 77 and .noprefixroute' <<<"$all" || die "$all"
  jq -e '.[] | select(.local == "2001:db8::1") | .prefixlen == 64' <<<"$all" || die "$all"
  jq -e '.[] | select(.local == "2001:db8::3") | .address == "2001:db8::4" and .prefixlen == 128' <<<"$all" || die "$all"
}

# bats test_tags=rt-only
@test "net devices: neither dynamic nor link-local addresses come along" {
  host ip link set v0 up
  host ip addr add 192.0.2.1/24 dev v0 valid_lft 600 preferred_lft 600
  host ip addr add 198.51.100.9/24 dev v0 scope link
  host ip addr add fe80::77/64 dev v0
  bundle '.linux.netDevices = {v0: {}}'
  created
  within ip -j addr show dev v0 | jq -e '.[0].addr_info | all(.local != "192.0.2.1" and .local != "198.51.100.9" and .local != "fe80::77")'
}

# An index that the container's loopback or another device has there is no obstacle.
# bats test_tags=rt-only
@test "net devices: the index may be taken in the container" {
  helper other unshare -n sleep infinity
  local other=/proc/$HELPER/ns/net index
  eventually other_network "$HELPER"
  index=$(host cat /sys/class/net/v0/ifindex 2>/dev/null || host ip -j link show v0 | jq '.[0].ifindex')
  nsenter --net="$other" ip link add name taken index "$index" type veth peer name peer
  bundle ".linux.namespaces |= map(if .type == \"network\" then .path = \"$other\" else . end) | .linux.netDevices = {v0: {}}"
  created
  link v0 ".ifindex != $index"
}

# bats test_tags=rt-only
@test "net devices: into a network namespace that is joined" {
  helper other unshare -n sleep infinity
  local other=/proc/$HELPER/ns/net
  eventually other_network "$HELPER"
  host ip addr add 192.0.2.1/24 dev v0
  bundle ".linux.namespaces |= map(if .type == \"network\" then .path = \"$other\" else . end) | .linux.netDevices = {v0: {name: \"eth0\"}}"
  created
  [ "$(addresses eth0 | jq -r '.[0].local')" = 192.0.2.1 ]
  # NET-07: nobody gives it back.
  rt delete --force "$ID"
  nsenter --net="$other" ip link show dev eth0
}

# bats test_tags=rt-only
@test "net devices: into the network of a user namespace" {
  host ip addr add 192.0.2.1/24 dev v0
  bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings | .linux.netDevices = {v0: {name: "eth0"}}'
  chmod 0711 "$B"
  created
  link eth0 '.flags | index("UP")'
  [ "$(addresses eth0 | jq -r '.[0].local')" = 192.0.2.1 ]
}

# bats test_tags=rt-only
@test "net devices: they are there when the prestart hooks run" {
  bundle '.linux.netDevices = {v0: {name: "eth0"}} | .hooks.prestart = [{path: "/bin/sh", args: ["sh", "-c",
    "exec nsenter --net=/proc/$(jq .pid)/ns/net ip link show dev eth0 >\($T)/seen"], env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}]'
  created
  grep -q eth0 "$T/seen"
}

# NET-07, decision 0016: what has moved is not moved back. A virtual device ends with the namespace.
# bats test_tags=rt-only
@test "net devices: a create that fails after the move leaves nothing, nor the virtual device" {
  bundle '.linux.netDevices = {v0: {}} | .hooks.prestart = [{path: "/bin/false"}]'
  create
  fails "prestart hook #0"
  nothing_left
  eventually not_there v0
  not_there v1
}

not_there() { ! host ip link show dev "$1" >/dev/null 2>&1; }

# bats test_tags=rt-only
@test "net devices: one that is missing is refused, and no other has moved" {
  bundle '.linux.netDevices = {v0: {}, zz9: {}}'
  refused /linux/netDevices/zz9 'network device "zz9": there is no such device'
}

# bats test_tags=rt-only
@test "net devices: a name that is taken in the container is refused, and no other has moved" {
  bundle '.linux.netDevices = {v0: {}, v1: {name: "lo"}}'
  refused /linux/netDevices/v1 'network device "v1": the name "lo" is taken'
  bundle '.linux.netDevices = {v0: {name: "x"}, v1: {name: "x"}}'
  refused /linux/netDevices/v1 'the name "x" is taken'
}

# The new name is free, an alternative one is not.
# bats test_tags=rt-only
@test "net devices: an alternative name that is taken in the container is refused" {
  helper other unshare -n sleep infinity
  local other=/proc/$HELPER/ns/net
  eventually other_network "$HELPER"
  nsenter --net="$other" ip link add taken type veth peer name peer
  host ip link property add dev v1 altname taken
  bundle ".linux.namespaces |= map(if .type == \"network\" then .path = \"$other\" else . end) | .linux.netDevices = {v0: {}, v1: {}}"
  refused /linux/netDevices/v1 'the name "taken" is taken'
}

# bats test_tags=rt-only
@test "net devices: one that belongs to its namespace is refused, and no other has moved" {
  bundle '.linux.netDevices = {lo: {name: "lo9"}, v0: {}}'
  refused /linux/netDevices/lo 'network device "lo": it is bound to its network namespace'
  host ip link add zbr type bridge
  bundle '.linux.netDevices = {v0: {}, zbr: {}}'
  refused /linux/netDevices/zbr 'network device "zbr": it is bound to its network namespace'
}

# bats test_tags=rt-only
@test "net devices: without a network namespace of the container's there is nowhere to go" {
  bundle '.linux.netDevices = {v0: {}} | .linux.namespaces |= map(select(.type != "network"))'
  refused /linux/netDevices 'needs a network namespace'
  bundle ".linux.netDevices = {v0: {}} | .linux.namespaces |= map(if .type == \"network\" then .path = \"$HOST_NET\" else . end)"
  refused /linux/netDevices/v0 "it is in the container's network namespace already"
}

# bats test_tags=rt-only
@test "net devices: names that no device can have are refused" {
  local name
  for name in . .. a/b a:b 'a b' sixteencharacter 'a%' 'a%s' '%d%d'; do
    bundle ".linux.netDevices = {v0: {name: \"$name\"}}"
    refused /linux/netDevices/v0/name "is not an interface name"
  done
  bundle '.linux.netDevices = {v0: {}, "a b": {}}'
  refused '/linux/netDevices/a b' 'not an interface name'
}

# NET-08: a rootless caller has no power over the namespace in which the device is.
# bats test_tags=rt-only
@test "net devices: a rootless caller is refused" {
  bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}]
    | .linux.gidMappings = .linux.uidMappings | .linux.netDevices = {v0: {}} | del(.linux.resources)
    | .mounts |= map(select(.type != "devpts"))'
  printf '#!/bin/sh\nexec nsenter --net=%s unshare -Urm %s "$@"\n' "$HOST_NET" "$REAL" >"$T/bin/rt"
  GLOBAL=(--cgroup-manager disabled)
  refused /linux/netDevices/v0 'network device "v0": moving it needs CAP_NET_ADMIN'
}
