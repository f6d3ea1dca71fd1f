// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/rtnetlink.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

constexpr std::size_t kLongestAnswer = 64U << 10;  // the kernel fills 32 KiB at most in a dump

std::size_t aligned(std::size_t size) {
  return (size + NLA_ALIGNTO - 1) / NLA_ALIGNTO * NLA_ALIGNTO;
}

Fd new_socket() {
  return Fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
}

// Calls visit(header, body) for every message of a datagram, until it returns false.
template <class Visit>
void for_each_message(std::string_view datagram, Visit visit) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    const auto header = from_bytes<nlmsghdr>(datagram);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) return;
    if (!visit(header, datagram.substr(sizeof header, header.nlmsg_len - sizeof header))) return;
    datagram.remove_prefix(std::min(aligned(header.nlmsg_len), datagram.size()));
  }
}

}  // namespace

std::vector<NetlinkAttribute> netlink_attributes(std::string_view bytes) {
  std::vector<NetlinkAttribute> out;
  while (bytes.size() >= sizeof(nlattr)) {
    const auto header = from_bytes<nlattr>(bytes);
    if (header.nla_len < sizeof header || header.nla_len > bytes.size()) break;
    out.push_back({static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                   bytes.substr(sizeof header, header.nla_len - sizeof header)});
    bytes.remove_prefix(std::min(aligned(header.nla_len), bytes.size()));
  }
  return out;
}

std::string_view netlink_string(std::string_view value) {
  return value.substr(0, value.find('\0'));
}

void NetlinkBody::append(std::string_view bytes) {
  bytes_ += bytes;
  bytes_.resize(aligned(bytes_.size()));
}

void NetlinkBody::add(std::uint16_t type, std::string_view value) {
  append(bytes_of(nlattr{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + value.size()),
                         .nla_type = type}));
  append(value);
}

Rtnetlink Rtnetlink::here() {
  Fd socket = new_socket();
  if (!socket.valid()) throw_errno("socket", "NETLINK_ROUTE");
  return Rtnetlink(std::move(socket));
}

// There and back at once: rt has no threads that could see it (decision 0005).
Rtnetlink Rtnetlink::in(int netns_fd) {
  const Fd home = sys::open("/proc/self/ns/net", O_RDONLY);
  sys::setns(netns_fd, CLONE_NEWNET);
  Fd socket = new_socket();
  const int error = errno;
  sys::setns(home.get(), CLONE_NEWNET);
  if (!socket.valid()) throw_errno_value(error, "socket", "NETLINK_ROUTE");
  return Rtnetlink(std::move(socket));
}

void Rtnetlink::send(std::uint16_t type, std::uint16_t flags, const NetlinkBody& body) {
  const nlmsghdr header{
      .nlmsg_len = static_cast<std::uint32_t>(sizeof(nlmsghdr) + body.bytes().size()),
      .nlmsg_type = type,
      .nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags),
      .nlmsg_seq = ++sequence_,
      .nlmsg_pid = 0};
  const std::string message = std::string(bytes_of(header)) + body.bytes();
  if (::send(socket_.get(), message.data(), message.size(), 0) < 0)
    throw_errno("send", "rtnetlink");
}

std::string Rtnetlink::receive() {
  std::string out(kLongestAnswer, '\0');
  ssize_t size = -1;
  do {
    size = ::recv(socket_.get(), out.data(), out.size(), MSG_TRUNC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) throw_errno("recv", "rtnetlink");
  if (static_cast<std::size_t>(size) > out.size()) throw_errno_value(EMSGSIZE, "recv", "rtnetlink");
  out.resize(static_cast<std::size_t>(size));
  return out;
}

int Rtnetlink::change(std::uint16_t type, std::uint16_t flags, const NetlinkBody& body) {
  send(type, flags | NLM_F_ACK, body);
  for (std::optional<int> error;;) {
    const std::string datagram = receive();
    for_each_message(datagram, [&](const nlmsghdr& header, std::string_view answer) {
      if (header.nlmsg_seq == sequence_ && header.nlmsg_type == NLMSG_ERROR)
        error = -from_bytes<nlmsgerr>(answer).error;
      return !error;
    });
    if (error) return *error;
  }
}

Rtnetlink::Answer Rtnetlink::collect(std::string_view datagram,
                                     std::vector<std::string>& out) const {
  Answer answer = Answer::kMore;
  for_each_message(datagram, [&](const nlmsghdr& header, std::string_view body) {
    if (header.nlmsg_seq != sequence_) return true;  // the rest of an interrupted one
    if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) {
      answer = Answer::kInterrupted;
    } else if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) {
      const int error = -from_bytes<int>(body);
      if (error != 0) throw_errno_value(error, "recv", "rtnetlink");
      answer = Answer::kEnd;
    } else {
      out.emplace_back(body);
    }
    return answer == Answer::kMore;
  });
  return answer;
}

std::vector<std::string> Rtnetlink::list(std::uint16_t type, const NetlinkBody& body) {
  constexpr int kTries = 16;  // the list changed while the kernel told it (NLM_F_DUMP_INTR)
  for (int i = 0; i < kTries; ++i) {
    send(type, NLM_F_DUMP, body);
    std::vector<std::string> out;
    Answer answer = Answer::kMore;
    while (answer == Answer::kMore) answer = collect(receive(), out);
    if (answer == Answer::kEnd) return out;
  }
  throw Error(Code::kSystem, "the list of network devices does not stand still",
              {.syscall = "recv", .error_number = EAGAIN});
}

}  // namespace rt
