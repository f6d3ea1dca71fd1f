// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp_listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

class Agent {
 public:
  explicit Agent(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const Fd directory = sys::open(std::filesystem::path(path).parent_path(), O_PATH | O_DIRECTORY);
    const std::string name = "/proc/self/fd/" + std::to_string(directory.get()) + "/" +
                             std::filesystem::path(path).filename().string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
  }

  // Text until EOF; `fd` is the descriptor that came with the first byte.
  std::string receive(Fd& fd) const {
    const Fd peer(::accept(socket_.get(), nullptr, nullptr));
    std::string text;
    for (;;) {
      char buffer[512];
      alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
      iovec part{buffer, sizeof buffer};
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      const ssize_t count = ::recvmsg(peer.get(), &message, MSG_CMSG_CLOEXEC);
      if (count <= 0) return text;
      if (const cmsghdr* header = CMSG_FIRSTHDR(&message)) {
        EXPECT_TRUE(text.empty());
        int number = -1;
        std::memcpy(&number, CMSG_DATA(header), sizeof number);
        fd = Fd(number);
      }
      text.append(buffer, static_cast<std::size_t>(count));
    }
  }

 private:
  Fd socket_;
};

class SeccompListener : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/rt-test-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    dir_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string dir_;
};

TEST_F(SeccompListener, TheAgentGetsTheWholeTextAndTheDescriptor) {
  for (const std::string& name : {std::string("agent"), std::string(200, 'd') + "/agent"}) {
    SCOPED_TRACE(name.size());
    const std::string path = dir_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const Agent agent(path);
    const std::string sent(300'000, 'x');  // more than a socket buffer holds
    auto [reading, writing] = sys::pipe();
    std::string got;
    Fd fd;
    std::thread reader([&] { got = agent.receive(fd); });
    send_to_seccomp_agent(path, sent, writing.get(), Deadline::in(std::chrono::seconds(10)));
    reader.join();
    EXPECT_EQ(got, sent);
    ASSERT_TRUE(fd.valid());
    sys::write_all(fd.get(), "!");
    char byte = 0;
    EXPECT_EQ(::read(reading.get(), &byte, 1), 1);
    EXPECT_EQ(byte, '!');
  }
}

TEST_F(SeccompListener, NobodyThereIsAnError) {
  const auto [reading, writing] = sys::pipe();
  try {
    send_to_seccomp_agent(dir_ + "/none", "{}", reading.get(),
                          Deadline::in(std::chrono::seconds(1)));
    ADD_FAILURE() << "sent";
  } catch (const Error& error) {
    EXPECT_EQ(error.facts().error_number, ENOENT);
  }
}

TEST_F(SeccompListener, AnAgentThatDoesNotReadIsADeadline) {
  const Agent agent(dir_ + "/agent");
  const auto [reading, writing] = sys::pipe();
  const std::string sent(3'000'000, 'x');
  try {
    send_to_seccomp_agent(dir_ + "/agent", sent, reading.get(),
                          Deadline::in(std::chrono::milliseconds(50)));
    ADD_FAILURE() << "sent";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kDeadline);
  }
}

}  // namespace
}  // namespace rt
