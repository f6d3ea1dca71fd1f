// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/options.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace rt::cli {
namespace {

struct Args {
  bool force = false;
  bool no_subreaper = false;
  unsigned count = 7;
  std::string bundle = "start";
  std::vector<std::string> env{};
  Rootless rootless = Rootless::kAuto;
};

constexpr auto kRows = std::to_array<Option<Args>>({
    {"force", 'f', "", "x", &Args::force},
    {"no-subreaper", 0, "", "x", &Args::no_subreaper},
    {"count", 'n', "N", "x", &Args::count},
    {"bundle", 'b', "DIR", "x", &Args::bundle},
    {"env", 'e', "K=V", "x", &Args::env},
    {"rootless", 0, "WORD", "x", &Args::rootless},
});

using List = std::vector<std::string_view>;

std::string message_of(const List& words) {
  Args args;
  try {
    parse(words, bind(kRows, args), FlagPlace::kAnywhere);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUsage);
    return error.what();
  }
  return "no error";
}

TEST(Options, EverySpellingOfAValue) {
  const struct {
    const char* name;
    List words;
    std::string bundle;
    List arguments;
  } rows[] = {
      {"absent keeps the default", {"c1"}, "start", {"c1"}},
      {"next word", {"--bundle", "/b", "c1"}, "/b", {"c1"}},
      {"equals sign", {"--bundle=/b", "c1"}, "/b", {"c1"}},
      {"single dash, long name", {"-bundle", "/b", "c1"}, "/b", {"c1"}},
      {"single dash, long name, equals sign", {"-bundle=/b"}, "/b", {}},
      {"letter", {"-b", "/b"}, "/b", {}},
      {"letter and equals sign", {"-b=/b"}, "/b", {}},
      {"the last one wins", {"--bundle", "/a", "-b", "/b"}, "/b", {}},
      {"after the argument", {"c1", "--bundle", "/b"}, "/b", {"c1"}},
      {"a dash is a value", {"--bundle", "-", "c1"}, "-", {"c1"}},
      {"a dash is an argument", {"-", "c1"}, "start", {"-", "c1"}},
      {"a value may look like a flag", {"--bundle", "--force"}, "--force", {}},
      {"a value may hold equals signs", {"--bundle=a=b"}, "a=b", {}},
      {"empty is as if not given", {"--bundle", "", "c1"}, "start", {"c1"}},
      {"empty after equals sign", {"--bundle=", "c1"}, "start", {"c1"}},
      {"two dashes end the flags", {"--", "--bundle", "/b"}, "start", {"--bundle", "/b"}},
      {"two dashes after an argument", {"c1", "--", "-f"}, "start", {"c1", "-f"}},
      {"an empty argument", {""}, "start", {""}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Args args;
    EXPECT_EQ(parse(row.words, bind(kRows, args), FlagPlace::kAnywhere), row.arguments);
    EXPECT_EQ(args.bundle, row.bundle);
    EXPECT_FALSE(args.force);
  }
}

TEST(Options, Booleans) {
  const struct {
    const char* name;
    List words;
    bool want;
    std::size_t arguments;
  } rows[] = {
      {"bare", {"--force"}, true, 0},
      {"letter", {"-f"}, true, 0},
      {"single dash", {"-force"}, true, 0},
      {"never takes the next word", {"--force", "false"}, true, 1},
      {"true", {"--force=true"}, true, 0},
      {"false", {"--force=false"}, false, 0},
      {"no", {"--force", "--force=no"}, false, 0},
      {"zero", {"--force", "-f=0"}, false, 0},
      {"any case", {"--force=TRUE"}, true, 0},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Args args;
    EXPECT_EQ(parse(row.words, bind(kRows, args), FlagPlace::kAnywhere).size(), row.arguments);
    EXPECT_EQ(args.force, row.want);
  }
}

TEST(Options, ListsAppendAndACommaSeparatesNothing) {
  Args args;
  parse(List{"-e", "A=1,2", "--env=B=2", "-e", ""}, bind(kRows, args), FlagPlace::kAnywhere);
  EXPECT_EQ(args.env, (std::vector<std::string>{"A=1,2", "B=2", ""}));
}

TEST(Options, RootlessTakesTheNextWordOnlyIfItIsOne) {
  const struct {
    const char* name;
    List words;
    Rootless want;
    List arguments;
  } rows[] = {
      {"word", {"--rootless", "false", "c1"}, Rootless::kFalse, {"c1"}},
      {"auto", {"--rootless=true", "--rootless", "auto"}, Rootless::kAuto, {}},
      {"equals sign", {"--rootless=false"}, Rootless::kFalse, {}},
      {"bare", {"--rootless", "create"}, Rootless::kTrue, {"create"}},
      {"bare at the end", {"--rootless"}, Rootless::kTrue, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Args args;
    EXPECT_EQ(parse(row.words, bind(kRows, args), FlagPlace::kAnywhere), row.arguments);
    EXPECT_EQ(args.rootless, row.want);
  }
}

TEST(Options, TheFirstArgumentCanEndTheFlags) {
  Args args;
  EXPECT_EQ(parse(List{"-f", "c1", "--force=false", "--", "-x"}, bind(kRows, args),
                  FlagPlace::kBeforeArguments),
            (List{"c1", "--force=false", "--", "-x"}));
  EXPECT_TRUE(args.force);
}

TEST(Options, WrongWordsSayWhatIsWrong) {
  EXPECT_EQ(message_of({"--invalidflag"}), "flag provided but not defined: --invalidflag");
  EXPECT_EQ(message_of({"-invalidflag=1"}), "flag provided but not defined: -invalidflag");
  EXPECT_EQ(message_of({"--f"}), "flag provided but not defined: --f");
  EXPECT_EQ(message_of({"-fb"}), "flag provided but not defined: -fb");
  EXPECT_EQ(message_of({"--=x"}), "flag provided but not defined: --");
  EXPECT_EQ(message_of({"--bundle"}), "flag needs an argument: --bundle");
  EXPECT_EQ(message_of({"-b"}), "flag needs an argument: -b");
  EXPECT_EQ(message_of({"--force=maybe"}),
            "invalid value \"maybe\" for flag --force: expected true or false");
  EXPECT_EQ(message_of({"--rootless=maybe"}),
            "invalid value \"maybe\" for flag --rootless: expected true, false or auto");
  EXPECT_EQ(message_of({"--count", "-1"}), "invalid value \"-1\" for flag --count: not a number");
  EXPECT_EQ(message_of({"--count=1x"}), "invalid value \"1x\" for flag --count: not a number");
  EXPECT_EQ(message_of({"-n", "4294967296"}),
            "invalid value \"4294967296\" for flag -n: not a number");
}

TEST(Options, WhatCameBeforeTheWrongWordIsFilled) {
  Args args;
  EXPECT_THROW(parse(List{"--count=3", "--oops"}, bind(kRows, args), FlagPlace::kAnywhere), Error);
  EXPECT_EQ(args.count, 3U);
}

}  // namespace
}  // namespace rt::cli
