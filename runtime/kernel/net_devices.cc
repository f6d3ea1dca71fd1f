// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/net_devices.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/kernel/rtnetlink.h"
#include "spec/json.h"

namespace rt {
namespace {

struct Link {
  int index = 0;
  std::string name{};
  std::vector<std::string> alternative_names{};
};

struct Address {
  ifaddrmsg header{};
  std::uint32_t flags = 0;  // IFA_F_*: the 32 bits of IFA_FLAGS
  std::string label{};
  std::vector<std::pair<std::uint16_t, std::string>> attributes{};
};

struct Move {
  Link device{};
  std::string name{};  // the new one, or a template: "eth%d"
  int new_index = 0;
  std::vector<Address> addresses{};
};

[[noreturn]] void refuse(const Link& device, const std::string& why, int error = 0) {
  const Facts facts{.syscall = error != 0 ? "rtnetlink" : "",
                    .pointer = "/linux/netDevices" + json::pointer_step(device.name),
                    .error_number = error};
  throw Error(error != 0 ? Code::kSystem : Code::kBadConfig,
              "network device " + quoted(device.name) + ": " + why, facts);
}

void demand(int error, const Link& device, const std::string& what) {
  if (error != 0) refuse(device, what + ": " + errno_text(error), error);
}

Link parse_link(std::string_view message) {
  Link out{.index = from_bytes<ifinfomsg>(message).ifi_index};
  for (const auto& [type, value] : netlink_attributes(message.substr(sizeof(ifinfomsg)))) {
    if (type == IFLA_IFNAME) out.name = netlink_string(value);
    if (type != IFLA_PROP_LIST) continue;
    for (const auto& [kind, name] : netlink_attributes(value)) {
      if (kind == IFLA_ALT_IFNAME) out.alternative_names.emplace_back(netlink_string(name));
    }
  }
  return out;
}

std::vector<Link> links_of(Rtnetlink& netlink) {
  std::vector<Link> out;
  for (const std::string& message : netlink.list(RTM_GETLINK, NetlinkBody(ifinfomsg{})))
    out.push_back(parse_link(message));
  return out;
}

// What the kernel takes back as it gives it out.
bool is_copied(std::uint16_t type) {
  constexpr std::array<std::uint16_t, 6> kCopied{IFA_LOCAL,     IFA_ADDRESS,     IFA_BROADCAST,
                                                 IFA_CACHEINFO, IFA_RT_PRIORITY, IFA_PROTO};
  return std::find(kCopied.begin(), kCopied.end(), type) != kCopied.end();
}

Address parse_address(std::string_view message) {
  Address out{.header = from_bytes<ifaddrmsg>(message)};
  out.flags = out.header.ifa_flags;
  for (const auto& [type, value] : netlink_attributes(message.substr(sizeof(ifaddrmsg)))) {
    if (type == IFA_FLAGS) out.flags = from_bytes<std::uint32_t>(value);
    if (type == IFA_LABEL) out.label = netlink_string(value);
    if (is_copied(type)) out.attributes.emplace_back(type, value);
  }
  return out;
}

// Neither dynamic ones nor link-local ones: the container's side makes its own.
bool is_kept(const Address& address) {
  return (address.flags & IFA_F_PERMANENT) != 0 && address.header.ifa_scope == RT_SCOPE_UNIVERSE;
}

std::vector<Address> addresses_of(Rtnetlink& netlink, int index) {
  std::vector<Address> out;
  for (const std::string& message : netlink.list(RTM_GETADDR, NetlinkBody(ifaddrmsg{}))) {
    Address address = parse_address(message);
    if (address.header.ifa_index == static_cast<unsigned>(index) && is_kept(address))
      out.push_back(std::move(address));
  }
  return out;
}

bool is_template(const Move& move) {
  return move.name.find('%') != std::string::npos;
}

// Move and rename are one request, so that there is no moment in which the old name could clash.
int request_move(Rtnetlink& here, int netns_fd, int index, int new_index, const std::string& name) {
  ifinfomsg header{};
  header.ifi_index = index;
  NetlinkBody body(header);
  body.add(IFLA_NET_NS_FD, bytes_of(netns_fd));
  body.add(IFLA_NEW_IFINDEX, bytes_of(new_index));
  if (!name.empty()) body.add(IFLA_IFNAME, name + '\0');
  return here.change(RTM_NEWLINK, 0, body);
}

// A trial to an index that is taken in every network namespace, that of "lo": the kernel goes
// through its checks (privileges, devices that are bound to their namespace), then says EBUSY. A
// name that is taken there (EEXIST) is no obstacle yet: the real request brings the new one.
void check_possible(Rtnetlink& here, int netns_fd, const Link& device) {
  constexpr int kLoopback = 1;
  const int error = request_move(here, netns_fd, device.index, kLoopback, "");
  if (error == EBUSY || error == EEXIST) return;
  if (error == 0) refuse(device, "it is in the container's network namespace already");
  if (error == EINVAL) refuse(device, "it is bound to its network namespace", EINVAL);
  if (error == EPERM) {
    refuse(device,
           "moving it needs CAP_NET_ADMIN over the caller's and the container's network namespace",
           EPERM);
  }
  demand(error, device, "cannot be moved");
}

std::vector<Move> to_moves(Rtnetlink& here, int netns_fd,
                           const std::map<std::string, spec::NetDevice>& devices) {
  std::vector<Move> out;
  const std::vector<Link> links = links_of(here);
  for (const auto& [host_name, wanted] : devices) {
    const auto found = std::find_if(links.begin(), links.end(),
                                    [&name = host_name](const Link& l) { return l.name == name; });
    if (found == links.end()) refuse({.name = host_name}, "there is no such device");
    check_possible(here, netns_fd, *found);
    out.push_back({.device = *found,
                   .name = wanted.name.empty() ? host_name : wanted.name,
                   .addresses = addresses_of(here, found->index)});
  }
  // A name that the kernel picks must not be one that another device asks for.
  std::stable_partition(out.begin(), out.end(), [](const Move& m) { return !is_template(m); });
  return out;
}

// The index is ours to choose (IFLA_NEW_IFINDEX), so that the device can be found afterwards, by
// whatever name the kernel made of a template.
void find_places(Rtnetlink& there, std::vector<Move>& moves) {
  std::set<int> indices;
  std::set<std::string> names;
  for (const Link& link : links_of(there)) {
    indices.insert(link.index);
    names.insert(link.name);
    names.insert(link.alternative_names.begin(), link.alternative_names.end());
  }
  for (Move& move : moves) {
    const bool free = indices.insert(move.device.index).second;
    move.new_index = free ? move.device.index : *indices.rbegin() + 1;
    indices.insert(move.new_index);
    std::vector<std::string> wanted = move.device.alternative_names;
    if (!is_template(move)) wanted.push_back(move.name);
    for (const std::string& name : wanted) {
      if (!names.insert(name).second)
        refuse(move.device, "the name " + quoted(name) + " is taken in the container");
    }
  }
}

// A label that begins with the device's name goes with the name (ip-address(8)); one that gets too
// long by that is left to the kernel's default, the name.
std::string to_label(const std::string& label, const std::string& old_name,
                     const std::string& new_name) {
  if (!label.starts_with(old_name)) return label;
  const std::string out = new_name + label.substr(old_name.size());
  return out.size() < IFNAMSIZ ? out : "";
}

int add_address(Rtnetlink& there, const Address& address, const Move& move,
                const std::string& name) {
  constexpr std::uint32_t kGiven = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR |
                                   IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;  // not a state
  ifaddrmsg header = address.header;
  header.ifa_index = static_cast<unsigned>(move.new_index);
  header.ifa_flags = 0;
  NetlinkBody body(header);
  body.add(IFA_FLAGS, bytes_of(address.flags & kGiven));
  for (const auto& [type, value] : address.attributes) body.add(type, value);
  const std::string label = to_label(address.label, move.device.name, name);
  if (!label.empty()) body.add(IFA_LABEL, label + '\0');
  return there.change(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, body);
}

int set_up(Rtnetlink& there, int index) {
  ifinfomsg header{};
  header.ifi_index = index;
  header.ifi_flags = IFF_UP;
  header.ifi_change = IFF_UP;
  return there.change(RTM_NEWLINK, 0, NetlinkBody(header));
}

void restore(Rtnetlink& there, const Move& move) {
  const std::vector<Link> links = links_of(there);
  const auto found = std::find_if(links.begin(), links.end(),
                                  [&](const Link& l) { return l.index == move.new_index; });
  if (found == links.end()) refuse(move.device, "it has left the container at once");
  for (const Address& address : move.addresses)
    demand(add_address(there, address, move, found->name), move.device, "cannot keep an address");
  demand(set_up(there, move.new_index), move.device, "cannot be set up");
}

}  // namespace

void move_net_devices(const std::map<std::string, spec::NetDevice>& devices, int netns_fd) {
  Rtnetlink here = Rtnetlink::here();
  std::vector<Move> moves = to_moves(here, netns_fd, devices);
  Rtnetlink there = Rtnetlink::in(netns_fd);
  find_places(there, moves);
  for (const Move& move : moves) {
    const int error = request_move(here, netns_fd, move.device.index, move.new_index, move.name);
    demand(error, move.device, "cannot be moved");
    restore(there, move);
  }
}

}  // namespace rt
