// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

Frame receive(const Channel& channel) {
  auto frame = channel.receive(Deadline::in(std::chrono::seconds(5)), "a test frame");
  EXPECT_TRUE(frame.has_value());
  return frame ? std::move(*frame) : Frame{};
}

TEST(Channel, CarriesPayloadsOfEverySize) {
  auto [here, there] = make_channel();
  for (const std::size_t size :
       {0UL, 1UL, 16383UL, 16384UL, 16385UL, 65535UL, 65536UL, 65537UL, 1048576UL}) {
    SCOPED_TRACE(size);
    std::string payload(size, 'x');
    if (size > 0) payload.back() = 'y';
    here.send(7, payload);
    const Frame got = receive(there);
    EXPECT_EQ(got.kind, 7U);
    EXPECT_EQ(got.payload, payload);
    EXPECT_TRUE(got.fds.empty());
  }
}

TEST(Channel, CarriesDescriptorsThatCloseOnExec) {
  auto [here, there] = make_channel();
  auto [read_end, write_end] = sys::pipe();
  for (const std::size_t size : {10UL, 20000UL}) {  // inline and spilled
    const std::array<int, 1> fds{write_end.get()};
    here.send(1, std::string(size, 'z'), fds);
    const Frame got = receive(there);
    ASSERT_EQ(got.fds.size(), 1U);
    EXPECT_EQ(::fcntl(got.fds[0].get(), F_GETFD), FD_CLOEXEC);
    sys::write_all(got.fds[0].get(), "k");
    std::array<char, 1> byte{};
    EXPECT_EQ(sys::read(read_end.get(), byte), 1U);
  }
}

TEST(Channel, MostDescriptorsAtOnce) {
  auto [here, there] = make_channel();
  const Fd null = sys::open("/dev/null", O_RDWR);
  const std::vector<int> fds(Channel::kMaxFds, null.get());
  here.send(1, std::string(20000, 'z'), fds);
  EXPECT_EQ(receive(there).fds.size(), Channel::kMaxFds);
  const std::vector<int> too_many(Channel::kMaxFds + 1, null.get());
  EXPECT_THROW(here.send(1, {}, too_many), Error);
}

TEST(Channel, EndOfFileIsNotAnError) {
  auto [here, there] = make_channel();
  here.close();
  EXPECT_FALSE(there.receive(Deadline::in(std::chrono::seconds(5)), "x").has_value());
}

// The kernel reports the unread frame (ECONNRESET) before it delivers what is in the queue.
TEST(Channel, LastWordsArriveThoughThePeerLeftAFrameUnread) {
  auto [here, there] = make_channel();
  here.send(1, "never read");
  there.send(2, "last words");
  there.close();
  EXPECT_EQ(receive(here).payload, "last words");
  EXPECT_FALSE(here.receive(Deadline::in(std::chrono::seconds(5)), "end").has_value());
}

TEST(Channel, DeadlineNamesWhatWasAwaited) {
  auto [here, there] = make_channel();
  try {
    (void)there.receive(Deadline::in(std::chrono::milliseconds(1)), "stage 2");
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Code::kDeadline);
    EXPECT_STREQ(e.what(), "no answer in time while waiting for stage 2");
  }
}

TEST(Channel, RefusesWhatItDidNotWrite) {
  const std::string rows[] = {"", "short", std::string("\1\0\0\0\5\0\0\0\0\0\0\0xyz", 15),
                              std::string("\1\0\0\0\0\0\0\1\1\0\0\0", 12)};
  for (const std::string& bytes : rows) {
    if (bytes.empty()) continue;  // an empty record reads like end of file
    auto [raw, other] = sys::socket_pair(SOCK_SEQPACKET);
    const Channel there(std::move(other));
    ASSERT_EQ(::send(raw.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    try {
      (void)there.receive(Deadline::in(std::chrono::seconds(5)), "x");
      ADD_FAILURE() << "no error for " << bytes.size() << " bytes";
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), Code::kProtocol) << e.what();
    }
  }
}

}  // namespace
}  // namespace rt
