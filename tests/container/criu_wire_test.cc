// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/criu_wire.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace rt {
namespace {

using namespace std::string_literals;

// The expected bytes are put together by hand: tag = field * 8 + wire type.
TEST(CriuWire, RequestHasTypeAndOptions) {
  EXPECT_EQ(encode_request(CriuType::kDump, {.images_dir_fd = 5}), "\x08\x01\x12\x02\x08\x05"s);
}

TEST(CriuWire, EachKindOfMember) {
  const struct {
    const char* name;
    CriuWish wish;
    std::string want;  // what follows images_dir_fd
  } rows[] = {
      {"number of two bytes", {.images_dir_fd = 1, .pid = 300}, "\x10\xac\x02"s},
      {"switch", {.images_dir_fd = 1, .leave_running = true}, "\x18\x01"s},
      {"text", {.images_dir_fd = 1, .log_file = "d"}, "\x52\x01\x64"s},
      {"pairs",
       {.images_dir_fd = 1, .ext_mnt = {{"/a", "b"}, {"c", "d"}}},
       "\xba\x01\x07\x0a\x02/a\x12\x01"
       "b\xba\x01\x06\x0a\x01"
       "c\x12\x01"
       "d"s},
      {"name and number",
       {.images_dir_fd = 1, .inherit_fd = {{"p", 2}}},
       "\xda\x01\x05\x0a\x01p\x10\x02"s},
      {"negative number",
       {.images_dir_fd = 1, .empty_ns = -1},
       "\xb0\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s},
      {"page server",
       {.images_dir_fd = 1, .page_server = WordNumber{"h", 9}},
       "\x5a\x05\x0a\x01h\x10\x09"s},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string bytes = encode_request(CriuType::kRestore, row.wish);
    ASSERT_EQ(bytes.substr(0, 3), "\x08\x02\x12"s);
    EXPECT_EQ(static_cast<std::size_t>(bytes[3]), bytes.size() - 4);
    std::string rest = bytes.substr(4);
    const std::size_t at = rest.find("\x08\x01"s);
    ASSERT_EQ(at, 0U);
    EXPECT_EQ(rest.substr(2), row.want);
  }
}

TEST(CriuWire, NotificationIsAnswered) {
  EXPECT_EQ(encode_notified(true), "\x08\x06\x18\x01"s);
  EXPECT_EQ(encode_notified(false), "\x08\x06\x18\x00"s);
}

TEST(CriuWire, AnswersAreRead) {
  const CriuAnswer restored = decode_answer("\x08\x02\x10\x01\x22\x02\x08\x2a"s);
  EXPECT_EQ(restored.type, CriuType::kRestore);
  EXPECT_TRUE(restored.success);
  EXPECT_EQ(restored.pid, 42);

  const CriuAnswer notice = decode_answer("\x08\x06\x10\x01\x2a\x06\x0a\x02hi\x10\x07"s);
  EXPECT_EQ(notice.type, CriuType::kNotify);
  EXPECT_EQ(notice.script, "hi");
  EXPECT_EQ(notice.pid, 7);

  const CriuAnswer failed = decode_answer("\x08\x01\x10\x00\x38\x0d\x4a\x03why"s);
  EXPECT_FALSE(failed.success);
  EXPECT_EQ(failed.error, 13);
  EXPECT_EQ(failed.error_text, "why");
}

TEST(CriuWire, UnknownFieldsArePassedOver) {
  EXPECT_TRUE(decode_answer("\x10\x01\xf8\x07\x05\xfa\x07\x01x"s).success);
}

TEST(CriuWire, MalformedAnswersAreRefused) {
  for (const std::string& bytes : {"\x08"s, "\x4a\x05why"s, "\x09\x01"s, std::string(12, '\xff')}) {
    EXPECT_THROW((void)decode_answer(bytes), Error);
  }
}

}  // namespace
}  // namespace rt
