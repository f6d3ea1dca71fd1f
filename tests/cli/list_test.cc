// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/cli/cmd_list.h"
#include "runtime/cli/json_indent.h"

namespace rt::cli {
namespace {

ContainerView one() {
  return {.id = "c1",
          .status = "running",
          .bundle = "/b",
          .created = "2026-08-19T08:11:12.5Z",
          .owner = "root",
          .json = "{\"id\":\"c1\"}",
          .pid = 42};
}
ContainerView two() {
  return {.id = "a-rather-long-name",
          .status = "stopped",
          .bundle = "/srv/bundles/two",
          .created = "2026-08-19T08:11:12.5Z",
          .owner = "#7",
          .json = "{\"id\":\"a-rather-long-name\"}"};
}

TEST(List, TableIsAligned) {
  EXPECT_EQ(list_table({}), "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n");
  EXPECT_EQ(list_table({one(), two()}),
            "ID                   PID         STATUS      BUNDLE             "
            "CREATED                  OWNER\n"
            "c1                   42          running     /b                 "
            "2026-08-19T08:11:12.5Z   root\n"
            "a-rather-long-name   0           stopped     /srv/bundles/two   "
            "2026-08-19T08:11:12.5Z   #7\n");
}

TEST(List, JsonIsOneArrayOrNull) {
  EXPECT_EQ(list_json({}), "null\n");
  EXPECT_EQ(list_json({one(), two()}), "[{\"id\":\"c1\"},{\"id\":\"a-rather-long-name\"}]\n");
}

TEST(List, QuietIsIdsAlone) {
  EXPECT_EQ(list_ids({one(), two()}), "c1\na-rather-long-name\n");
}

TEST(JsonIndent, StructureOnly) {
  EXPECT_EQ(indent_json(R"({"a":[1,2],"b":{},"c":[],"d":{"e":null}})"),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": [],\n"
            "  \"d\": {\n    \"e\": null\n  }\n}");
  EXPECT_EQ(indent_json(R"({"a":"x,{\"[:\\"})"), "{\n  \"a\": \"x,{\\\"[:\\\\\"\n}");
  EXPECT_EQ(indent_json("{}"), "{}");
}

}  // namespace
}  // namespace rt::cli
