// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/protocol.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace rt {
namespace {

TEST(Protocol, AnErrorKeepsItsFactsAcrossTheChannel) {
  const Error sent(Code::kExecFailed, "exec: \"x\": permission denied",
                   {.step = "stage 2",
                    .syscall = "execve",
                    .path = "/x",
                    .pointer = "/process",
                    .error_number = EACCES});
  const Context here("create", "c1");
  try {
    rethrow(encode_error(sent));
  } catch (const Error& got) {
    EXPECT_EQ(got.code(), Code::kExecFailed);
    EXPECT_STREQ(got.what(), "create c1: exec: \"x\": permission denied");
    EXPECT_EQ(got.facts().step, "stage 2");
    EXPECT_EQ(got.facts().syscall, "execve");
    EXPECT_EQ(got.facts().path, "/x");
    EXPECT_EQ(got.facts().pointer, "/process");
    EXPECT_EQ(got.facts().error_number, EACCES);
  }
}

TEST(Protocol, AMalformedErrorIsAProtocolError) {
  for (const char* bytes : {"", "x", "\1\2\3\4\5\6"}) {
    try {
      rethrow(bytes);
    } catch (const Error& got) {
      EXPECT_EQ(got.code(), Code::kProtocol);
    }
  }
}

TEST(Protocol, ExpectRefusesAnotherFrame) {
  auto [here, there] = make_channel();
  send_msg(here, Msg::kKept);
  EXPECT_THROW((void)expect(there, Msg::kBegin), Error);
  send_msg(here, Msg::kBegin, "payload");
  EXPECT_EQ(expect(there, Msg::kBegin).payload, "payload");
}

}  // namespace
}  // namespace rt
