// SPDX-License-Identifier: Apache-2.0
#include "spec/fields.h"

#include <gtest/gtest.h>

#include "spec/documents.h"
#include "tests/spec/error_of.h"

namespace rt::spec {

// A struct of somebody else's, bound outside spec/.
struct Toy {
  std::string name{};
  int size = 7;
  std::optional<bool> loud{};
  std::vector<std::string> tags{};
  bool operator==(const Toy&) const = default;
};
template <>
struct Fields<Toy> {
  static constexpr auto list =
      std::tuple(required("name", &Toy::name), always("size", &Toy::size),
                 optional("loud", &Toy::loud), optional("tags", &Toy::tags));
};

namespace {

using test::error_of;

TEST(Fields, AbsentKeepsTheDefaultAndIsNotWritten) {
  const Toy toy = decode<Toy>("{\"name\":\"x\"}", "f");
  EXPECT_EQ(toy, (Toy{.name = "x"}));
  EXPECT_EQ(encode(toy), "{\"name\":\"x\",\"size\":7}");
}

TEST(Fields, FalseIsNotAbsent) {
  const Toy toy = decode<Toy>("{\"loud\":false,\"name\":\"x\",\"size\":0,\"tags\":[\"a\"]}", "f");
  EXPECT_EQ(toy.loud, std::optional(false));
  EXPECT_EQ(encode(toy), "{\"name\":\"x\",\"size\":0,\"loud\":false,\"tags\":[\"a\"]}");
}

TEST(Fields, NullIsAbsentUnlessRequired) {
  EXPECT_EQ(decode<Toy>("{\"name\":\"x\",\"size\":null,\"loud\":null,\"tags\":null}", "f"),
            (Toy{.name = "x"}));
  EXPECT_EQ(error_of([] { (void)decode<Toy>("{\"name\":null}", "f"); }),
            "f:1:9: /name: expected a string, found null");
}

TEST(Fields, MissingRequiredNamesTheObject) {
  EXPECT_EQ(error_of([] { (void)decode<Toy>("{\"size\":1}", "f"); }), "f:1:1: missing \"name\"");
}

TEST(Fields, AWrongTypeIsReportedBeforeAMissingField) {
  EXPECT_EQ(error_of([] { (void)decode<Toy>("{\"size\":\"x\"}", "f"); }),
            "f:1:9: /size: expected a signed 32-bit integer, found \"x\"");
}

TEST(Fields, UnknownMembersAreCountedNotRefused) {
  Unknown unknown;
  (void)decode_config(
      "{\"ociVersion\":\"1.0.0\",\"windows\":{\"a\":1},\"root\":{\"path\":\"r\",\"x~y\":null}}",
      "f", &unknown);
  EXPECT_EQ(unknown.count, 2U);
  EXPECT_EQ(unknown.pointers, (std::vector<std::string>{"/windows", "/root/x~0y"}));
}

TEST(Fields, OfUnknownMembersTheFirstSixteenAreKept) {
  std::string text = "{\"name\":\"x\"";
  for (int i = 0; i < 40; ++i) text += ",\"u" + std::to_string(i) + "\":0";
  Unknown unknown;
  (void)decode<Toy>(text + "}", "f", &unknown);
  EXPECT_EQ(unknown.count, 40U);
  EXPECT_EQ(unknown.pointers.size(), 16U);
}

TEST(Fields, IntegersAreExact) {
  const Process process = decode_process(
      "{\"cwd\":\"/\",\"rlimits\":[{\"type\":\"RLIMIT_AS\",\"soft\":9007199254740993,"
      "\"hard\":18446744073709551615}],\"user\":{\"uid\":4294967295,\"gid\":0}}",
      "f");
  EXPECT_EQ(process.rlimits.front().soft, 9007199254740993U);
  EXPECT_EQ(process.rlimits.front().hard, 18446744073709551615U);
  EXPECT_EQ(process.user.uid, 4294967295U);
}

TEST(Fields, UnlimitedZeroAndAbsentDiffer) {
  const Resources resources = decode_resources(
      "{\"memory\":{\"limit\":-1,\"swap\":0},\"cpu\":{\"quota\":-5},\"pids\":{\"limit\":-7}}", "f");
  EXPECT_EQ(resources.memory->limit, Limit(Unlimited{}));
  EXPECT_EQ(resources.memory->swap, Limit(std::uint64_t{0}));
  EXPECT_FALSE(resources.memory->reservation);
  EXPECT_EQ(resources.cpu->quota, Limit(Unlimited{}));
  EXPECT_EQ(resources.pids->limit, Limit(Unlimited{}));
  EXPECT_EQ(
      to_json(resources),
      "{\"memory\":{\"limit\":-1,\"swap\":0},\"cpu\":{\"quota\":-1},\"pids\":{\"limit\":-1}}");
  EXPECT_EQ(error_of([] { (void)decode_resources("{\"memory\":{\"swap\":-2}}", "f"); }),
            "f:1:19: /memory/swap: expected -1 or a number up to 2^63-1, found -2");
}

TEST(Fields, AnUnknownWordListsTheKnownOnes) {
  EXPECT_EQ(error_of([] {
              (void)decode_process("{\"cwd\":\"/\",\"ioPriority\":{\"class\":\"RT\"}}", "p");
            }),
            "p:1:34: /ioPriority/class: expected one of \"IOPRIO_CLASS_RT\" \"IOPRIO_CLASS_BE\" "
            "\"IOPRIO_CLASS_IDLE\", found \"RT\"");
}

TEST(Fields, EmptyListsThatMeanSomethingSurvive) {
  const Config config = decode_config(
      "{\"ociVersion\":\"1.0.0\",\"hooks\":{\"poststop\":[{\"path\":\"/h\",\"env\":[]}]},\"linux\":"
      "{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[]}}}",
      "f");
  ASSERT_TRUE(config.hooks.poststop.front().env);
  EXPECT_TRUE(config.linux_->seccomp->flags);
  EXPECT_EQ(decode_config(to_json(config), "f"), config);
}

TEST(State, HasTheShapeThatHooksRead) {
  const State state{.id = "c1",
                    .status = Status::kCreating,
                    .pid = 4422,
                    .bundle = "/b",
                    .annotations = {{"com.example.k", "v"}}};
  EXPECT_EQ(to_json(state),
            "{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"creating\",\"pid\":4422,"
            "\"bundle\":\"/b\",\"annotations\":{\"com.example.k\":\"v\"}}");
  EXPECT_EQ(decode_state(to_json(state), "f"), state);
}

TEST(State, WritesPidZeroAndLeavesEmptyAnnotationsOut) {
  const State state{.id = "c1", .status = Status::kStopped, .bundle = "/b"};
  EXPECT_EQ(to_json(state),
            "{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"stopped\",\"pid\":0,"
            "\"bundle\":\"/b\"}");
}

TEST(State, ListenerGetsTheContainerProcessState) {
  const ContainerProcessState message{
      .fds = {"seccompFd"},
      .pid = 5,
      .metadata = "m",
      .state = {.id = "c1", .status = Status::kRunning, .pid = 4, .bundle = "/b"}};
  EXPECT_EQ(to_json(message),
            "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":5,\"metadata\":\"m\","
            "\"state\":{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"running\",\"pid\":4,"
            "\"bundle\":\"/b\"}}");
}

}  // namespace
}  // namespace rt::spec
