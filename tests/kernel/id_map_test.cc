// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/id_map.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/kernel/id_map_helper.h"

namespace rt {
namespace {

TEST(IdMaps, WhoWritesThem) {
  using Map = std::vector<spec::IdMapping>;
  const Map own{{0, 1000, 1}};
  const Map own_as_another{{5, 1000, 1}};
  const Map foreign{{0, 1001, 1}};
  const Map two{{0, 1000, 2}};
  const Map many{{0, 1000, 1}, {1, 100000, 65536}};
  const IdMapper user{.uid = 1000, .gid = 1000, .any_id = false};
  const struct {
    const char* name;
    IdMapper caller;
    Map uids;
    Map gids;
    MapWriter uid_writer;
    MapWriter gid_writer;
    bool deny_setgroups;
  } rows[] = {
      {"root", {0, 0, true}, many, many, MapWriter::kSelf, MapWriter::kSelf, false},
      {"own id", user, own, own, MapWriter::kSelf, MapWriter::kSelf, true},
      {"own id, not as root", user, own_as_another, own, MapWriter::kSelf, MapWriter::kSelf, true},
      {"another's id", user, foreign, foreign, MapWriter::kHelper, MapWriter::kHelper, false},
      {"two ids", user, two, own, MapWriter::kHelper, MapWriter::kSelf, true},
      {"own and subordinate", user, many, many, MapWriter::kHelper, MapWriter::kHelper, false},
      {"own group alone", user, many, own, MapWriter::kHelper, MapWriter::kSelf, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const IdMaps maps = to_id_maps(row.uids, row.gids, row.caller);
    EXPECT_EQ(maps.uid_writer, row.uid_writer);
    EXPECT_EQ(maps.gid_writer, row.gid_writer);
    EXPECT_EQ(maps.deny_setgroups, row.deny_setgroups);
    EXPECT_EQ(to_map_text(maps.uids), to_map_text(row.uids));
  }
}

TEST(IdMaps, WhatIsMapped) {
  const std::vector<spec::IdMapping> map{{0, 1000, 1}, {10, 2000, 5}};
  for (const std::uint32_t id : {0U, 10U, 14U}) EXPECT_TRUE(is_mapped(map, id)) << id;
  for (const std::uint32_t id : {1U, 9U, 15U, 0xffffffffU}) EXPECT_FALSE(is_mapped(map, id)) << id;
  EXPECT_TRUE(is_mapped({{0, 0, 0xffffffffU}}, 0xfffffffeU));
}

TEST(IdMaps, TheTextOfTheKernelIsRead) {
  using Map = std::vector<spec::IdMapping>;
  const Map map{{0, 1000, 1}, {1, 4294967294, 65536}};
  EXPECT_EQ(parse_map_text("         0       1000          1\n         1 4294967294      65536\n"),
            map);
  EXPECT_EQ(parse_map_text(to_map_text(map)), map);
  EXPECT_EQ(parse_map_text(""), Map{});
  EXPECT_THROW((void)parse_map_text("0 1\n"), Error);
  EXPECT_TRUE(same_maps(map, {map[1], map[0]}));
  EXPECT_FALSE(same_maps(map, {map[0]}));
  EXPECT_FALSE(same_maps(map, {map[0], {1, 4294967294, 65535}}));
}

TEST(SubordinateIds, RangesOfAUserByNameOrNumber) {
  constexpr std::string_view kTable =
      "# who:first:count\n\nann:100000:65536\nbob:200000:10\n1000:300000:5\nann:7\n";
  EXPECT_EQ(ranges_of(kTable, "ann", 1000), "100000 65536, 300000 5");
  EXPECT_EQ(ranges_of(kTable, "bob", 1001), "200000 10");
  EXPECT_EQ(ranges_of(kTable, "cat", 1002), "");
  EXPECT_EQ(ranges_of("", "ann", 1000), "");
}

}  // namespace
}  // namespace rt
