// SPDX-License-Identifier: Apache-2.0
//
// On a fixture tree: what the kernel would put into a new group is put there by the test.
#include "runtime/kernel/resctrl.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/kernel/resctrl_schema.h"
#include "tests/support/temp_dir.h"

namespace rt {
namespace {

TEST(ResctrlSchema, ComparesWhatItMeans) {
  constexpr const char* kExisting = "    MB:0=100;1=50\n    L3:00=0ff;1=f\nL3:broken\n";
  const struct {
    const char* name;
    const char* wanted;
    bool agrees;
  } rows[] = {
      {"the same", "L3:0=ff;1=f", true},
      {"another order", "L3:1=f;0=ff", true},
      {"leading zeros", "L3:0=00ff;01=00f", true},
      {"upper case and prefix", "L3:0=0xFF;1=0X0F", true},
      {"a part", "L3:1=f", true},
      {"blanks and newline", "  L3: 0=ff ; 1 = f\n", true},
      {"bandwidth is decimal", "MB:0=100;1=050", true},
      {"both lines", "L3:0=ff\nMB:1=50", true},
      {"another mask", "L3:0=fe", false},
      {"a mask that is the decimal number", "L3:0=255", false},
      {"another bandwidth", "MB:0=64", false},
      {"one of two differs", "L3:0=ff\nMB:1=51", false},
      {"a domain that is not there", "L3:2=f", false},
      {"a resource that is not there", "L2:0=f", false},
      {"no list", "L3", false},
      {"no value", "L3:0", false},
      {"not a number", "L3:0=xyz", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(schema_agrees(row.wanted, kExisting), row.agrees) << row.name;
}

class Resctrl : public ::testing::Test {
 protected:
  Resctrl() {
    populate(".");
    root_.write("info/last_cmd_status", "ok\n");
  }
  // What a new group has (resctrl.rst).
  void populate(const std::string& group) const {
    root_.write(group + "/tasks", "");
    root_.write(group + "/schemata", "    L3:0=fffff;1=fffff\n    MB:0=100;1=100\n");
    std::filesystem::create_directories(root_ / (group + "/mon_groups"));
  }
  // A kernel's directory goes with its files.
  void empty(const std::string& directory) const {
    for (const char* name : {"/tasks", "/schemata", "/mon_groups"})
      std::filesystem::remove_all(root_ / (directory + name));
  }
  Fd open_root() const { return sys::open(root_.path(), O_RDONLY | O_DIRECTORY); }
  ResctrlPlan plan(const spec::IntelRdt& wanted) const {
    return plan_resctrl(open_root().get(), wanted, "c1");
  }
  ResctrlGroup create(const spec::IntelRdt& wanted) const {
    return ResctrlGroup::create(open_root(), plan(wanted));
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(root_ / name); }
  std::string text(const std::string& name) const { return read_file(root_ / name); }
  std::optional<Error> error_of(const std::function<void()>& act) const {
    try {
      act();
    } catch (const Error& e) {
      return e;
    }
    return {};
  }

  TempDir root_;  // NOLINT
};

// RDT-03, RDT-07, RDT-11.
TEST_F(Resctrl, WithoutClosIdTheGroupHasTheNameOfTheContainer) {
  ResctrlGroup group = create({});
  ASSERT_TRUE(exists("c1"));
  populate("c1");
  const std::string before = text("c1/schemata");
  group.configure();
  group.attach(4711);
  EXPECT_EQ(text("c1/tasks"), "4711");
  EXPECT_EQ(text("c1/schemata"), before);
  EXPECT_EQ(text("tasks"), "");
  group.keep();
}

TEST_F(Resctrl, WhatTheContainerTakesAlongIsKnownBefore) {
  populate("there");
  const auto removed = [&](const spec::IntelRdt& wanted) {
    return plan(wanted).removed_with_container();
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(removed({}), (List{"c1"}));
  EXPECT_EQ(removed({.enable_monitoring = true}), (List{"c1/mon_groups/c1", "c1"}));
  EXPECT_EQ(removed({.clos_id = "there"}), List{});
  EXPECT_EQ(removed({.clos_id = "there", .enable_monitoring = true}),
            (List{"there/mon_groups/c1"}));
  EXPECT_EQ(removed({.clos_id = "new", .mem_bw_schema = "MB:0=1"}), List{});
  EXPECT_EQ(removed({.clos_id = "/", .enable_monitoring = true}), (List{"./mon_groups/c1"}));
  populate("c1");
  EXPECT_EQ(removed({}), List{}) << "made by somebody else";
}

// RDT-04 to RDT-06: one write each, in this order; a file keeps the last, so each is tried last.
TEST_F(Resctrl, SchemataAreWrittenInOrder) {
  const spec::IntelRdt all{.clos_id = "g",
                           .schemata = {"L3CODE:0=1", "L2:0=3"},
                           .l3_cache_schema = "L3:0=f",
                           .mem_bw_schema = "MB:0=20"};
  const ResctrlPlan got = plan(all);
  ASSERT_EQ(got.schemata.size(), 4U);
  EXPECT_EQ(got.schemata[0].text, "L3:0=f\n");
  EXPECT_EQ(got.schemata[1].text, "MB:0=20\n");
  EXPECT_EQ(got.schemata[2].text, "L3CODE:0=1\n");
  EXPECT_EQ(got.schemata[3].text, "L2:0=3\n");
  EXPECT_EQ(got.schemata[3].pointer, "/linux/intelRdt/schemata/1");

  ResctrlGroup group = ResctrlGroup::create(open_root(), got);
  ASSERT_TRUE(exists("g"));  // RDT-08
  // A FIFO keeps every write.
  empty("g");
  ASSERT_EQ(::mkfifo((root_ / "g/schemata").c_str(), 0600), 0);
  const Fd reader = sys::open(root_ / "g/schemata", O_RDWR | O_NONBLOCK);
  group.configure();
  std::array<char, 256> buffer{};
  const std::size_t size = sys::read(reader.get(), buffer);
  EXPECT_EQ(std::string_view(buffer.data(), size), "L3:0=f\nMB:0=20\nL3CODE:0=1\nL2:0=3\n");
  group.keep();
}

// RDT-09.
TEST_F(Resctrl, AGroupThatExistsMustAgree) {
  populate("g");
  EXPECT_FALSE(plan({.clos_id = "g", .l3_cache_schema = "L3:1=fffff;0=0fffff"}).make_group);
  const struct {
    spec::IntelRdt wanted;
    const char* pointer;
  } rows[] = {
      {{.clos_id = "g", .l3_cache_schema = "L3:0=f"}, "/linux/intelRdt/l3CacheSchema"},
      {{.clos_id = "g", .l3_cache_schema = "L3:0=fffff", .mem_bw_schema = "MB:0=50"},
       "/linux/intelRdt/memBwSchema"},
      {{.clos_id = "/", .mem_bw_schema = "MB:0=50"}, "/linux/intelRdt/memBwSchema"},
  };
  for (const auto& row : rows) {
    const auto error = error_of([&] { (void)plan(row.wanted); });
    ASSERT_TRUE(error) << row.pointer;
    EXPECT_EQ(error->facts().pointer, row.pointer);
  }
  EXPECT_EQ(text("g/schemata"), "    L3:0=fffff;1=fffff\n    MB:0=100;1=100\n");
}

// RDT-10.
TEST_F(Resctrl, AClosIdWithoutSchemaMustExist) {
  const auto error = error_of([&] { (void)plan({.clos_id = "g"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->facts().pointer, "/linux/intelRdt/closID");
  EXPECT_FALSE(exists("g"));
  populate("g");
  ResctrlGroup group = create({.clos_id = "g"});
  group.configure();
  group.attach(7);
  EXPECT_EQ(text("g/tasks"), "7");
}

TEST_F(Resctrl, TheDefaultGroupIsTheRoot) {
  ResctrlGroup group = create({.clos_id = "/"});
  group.configure();
  group.attach(8);
  EXPECT_EQ(text("tasks"), "8");
  EXPECT_EQ(text("schemata"), "    L3:0=fffff;1=fffff\n    MB:0=100;1=100\n");
}

// RDT-12.
TEST_F(Resctrl, MonitoringHasAGroupOfItsOwn) {
  populate("g");
  {
    ResctrlGroup group = create({.clos_id = "g", .enable_monitoring = true});
    group.configure();
    ASSERT_TRUE(exists("g/mon_groups/c1"));
    root_.write("g/mon_groups/c1/tasks", "");
    group.attach(9);
    EXPECT_EQ(text("g/tasks"), "9");
    EXPECT_EQ(text("g/mon_groups/c1/tasks"), "9");
    std::filesystem::remove(root_ / "g/mon_groups/c1/tasks");
  }
  EXPECT_FALSE(exists("g/mon_groups/c1"));
  EXPECT_TRUE(exists("g/tasks"));
}

// GEN-07: also the group of a closID, when it is we who made it.
TEST_F(Resctrl, WhatACreateMadeThatFailedIsRemoved) {
  for (const spec::IntelRdt& wanted :
       {spec::IntelRdt{}, spec::IntelRdt{.clos_id = "c1", .mem_bw_schema = "MB:0=10"}}) {
    {
      const ResctrlGroup group = create(wanted);
      ASSERT_TRUE(exists("c1"));
    }
    EXPECT_FALSE(exists("c1"));
  }
  populate("g");
  { const ResctrlGroup group = create({.clos_id = "g"}); }
  EXPECT_TRUE(exists("g"));
}

TEST_F(Resctrl, AGroupThatAppearsMeanwhileIsNotOurs) {
  const ResctrlPlan made = plan({});
  populate("c1");
  const auto error = error_of([&] { (void)ResctrlGroup::create(open_root(), made); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->facts().error_number, EEXIST);
  EXPECT_TRUE(exists("c1/tasks"));
}

TEST_F(Resctrl, TheKernelsOwnWordsAreTold) {
  root_.write("info/last_cmd_status", "Mask 0 is out of range\n");
  ResctrlGroup group = create({.l3_cache_schema = "L3:0=0"});  // its schemata is not there
  const auto error = error_of([&] { group.configure(); });
  ASSERT_TRUE(error);
  EXPECT_STREQ(error->what(),
               "/linux/intelRdt/l3CacheSchema: open c1/schemata: no such file or directory (Mask 0 "
               "is out of range)");
  EXPECT_EQ(error->facts().pointer, "/linux/intelRdt/l3CacheSchema");
}

TEST_F(Resctrl, RemovalKnowsWhatIsGone) {
  std::filesystem::create_directories(root_ / "c1/mon_groups/c1");
  const Fd root = open_root();
  remove_resctrl_groups(root.get(), {"c1/mon_groups/c1", "gone", "c1/mon_groups", "c1"});
  EXPECT_FALSE(exists("c1"));
  EXPECT_TRUE(exists("tasks"));
}

// A directory that is no resctrl any more belongs to somebody else.
TEST_F(Resctrl, OtherFilesystemsAreLeftAlone) {
  std::filesystem::create_directories(root_ / "c1");
  remove_resctrl({.mount_point = root_.path(), .removed = {"c1"}});
  EXPECT_TRUE(exists("c1"));
  remove_resctrl({.mount_point = root_ / "nothing", .removed = {"c1"}});
}

}  // namespace
}  // namespace rt
