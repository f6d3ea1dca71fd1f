// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/interrupt.h"
#include "runtime/base/sealed_image.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

struct Header {
  std::uint32_t kind;
  std::uint32_t size;     // of the payload, bytes
  std::uint32_t spilled;  // 1: the payload is in a memfd, the last descriptor
};
static_assert(sizeof(Header) == 12);

constexpr std::size_t kInline = 16U << 10;  // bytes
constexpr std::size_t kControl = CMSG_SPACE((Channel::kMaxFds + 1) * sizeof(int));
static_assert(kControl <= 1024);  // of musl's sendmsg(3)

[[noreturn]] void throw_malformed(const char* why) {
  throw Error(Code::kProtocol, std::string("malformed frame: ") + why);
}

void attach(msghdr& message, std::array<char, kControl>& control, std::span<const int> fds) {
  if (fds.empty()) return;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(fds.size_bytes());
  cmsghdr* part = CMSG_FIRSTHDR(&message);
  if (part == nullptr) throw_malformed("no room for descriptors");
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(fds.size_bytes());
  std::memcpy(CMSG_DATA(part), fds.data(), fds.size_bytes());
}

std::vector<Fd> take_fds(msghdr& message) {
  std::vector<Fd> out;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      out.emplace_back(fd);
    }
  }
  return out;
}

std::string unspill(Frame& frame, std::size_t size) {
  if (frame.fds.empty() || size > Channel::kMaxPayload) throw_malformed("payload");
  const Fd file = std::move(frame.fds.back());
  frame.fds.pop_back();
  if (::lseek(file.get(), 0, SEEK_SET) != 0) throw_errno("lseek");
  std::string out = read_fd(file.get(), size);
  if (out.size() != size) throw_malformed("payload size");
  return out;
}

void wait_readable(int fd, const Deadline& deadline, std::string_view what) {
  if (deadline.is_never() && !interruptible()) return;  // reading waits as well
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  if (poll_interruptibly({&one, 1}, deadline) == 0) {
    throw Error(Code::kDeadline, "no answer in time while waiting for " + std::string(what));
  }
}

}  // namespace

void Channel::send(std::uint32_t kind, std::string_view payload, std::span<const int> fds) const {
  if (fds.size() > kMaxFds || payload.size() > kMaxPayload) throw_malformed("too large to send");
  Header header{kind, static_cast<std::uint32_t>(payload.size()), 0};
  std::vector<int> all(fds.begin(), fds.end());
  Fd spill;
  if (payload.size() > kInline) {
    spill = sealed_memfd("rt-frame", payload, Executable::kNo);
    all.push_back(spill.get());
    header.spilled = 1;
  }
  std::string body(payload.size() > kInline ? std::string_view() : payload);
  std::array<iovec, 2> parts{iovec{&header, sizeof header}, iovec{body.data(), body.size()}};
  alignas(cmsghdr) std::array<char, kControl> control{};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  attach(message, control, all);
  while (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) throw_errno("sendmsg");
  }
}

std::optional<Frame> Channel::receive(const Deadline& deadline, std::string_view what) const {
  wait_readable(socket_.get(), deadline, what);
  Header header{};
  Frame frame;
  // Not on the stack: the protection against clashes would touch all of its pages.
  static std::array<char, kInline> payload;
  std::array<iovec, 2> parts{iovec{&header, sizeof header}, iovec{payload.data(), payload.size()}};
  alignas(cmsghdr) std::array<char, kControl> control{};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = 0;
  // A peer that closes with frames of ours unread leaves ECONNRESET, which comes once and before
  // what it has sent: its last words are still in the queue.
  while ((size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno != EINTR && errno != ECONNRESET) throw_errno("recvmsg");
  }
  frame.fds = take_fds(message);
  if (size == 0) return {};
  const auto got = static_cast<std::size_t>(size);
  constexpr int kCut = MSG_TRUNC | MSG_CTRUNC;
  if (got < sizeof header || (message.msg_flags & kCut) != 0) throw_malformed("cut");
  frame.kind = header.kind;
  if (header.spilled != 0) {
    frame.payload = unspill(frame, header.size);
  } else if (got - sizeof header != header.size) {
    throw_malformed("size");
  } else {
    frame.payload.assign(payload.data(), header.size);
  }
  return frame;
}

std::pair<Channel, Channel> make_channel() {
  auto [here, there] = sys::socket_pair(SOCK_SEQPACKET);
  return {Channel(std::move(here)), Channel(std::move(there))};
}

}  // namespace rt
