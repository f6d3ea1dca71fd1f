// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/cmd_list.h"

#include <algorithm>
#include <array>

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/help.h"

namespace rt::cli {
namespace {

struct Args {
  std::string format{};
  bool quiet = false;
};

constexpr auto kOptions = std::to_array<Option<Args>>({
    {"format", 'f', "FORMAT", "table (default) or json", &Args::format},
    {"quiet", 'q', "", "only the ids, one a line", &Args::quiet},
});

using Cells = std::array<std::string, 6>;

int run(const Global& global, const Args& args, const Arguments& /*arguments*/) {
  if (!args.format.empty() && args.format != "table" && args.format != "json") {
    throw Error(Code::kUsage, "invalid format option");
  }
  std::vector<std::string> broken;
  const auto views =
      rt::list(state_root(global), /*root_may_be_missing=*/global.root.empty(), broken);
  for (const std::string& line : broken) log::tell(line);
  if (args.quiet) {
    print(list_ids(views));
  } else {
    print(args.format == "json" ? list_json(views) : list_table(views));
  }
  return 0;
}

}  // namespace

std::string list_table(const std::vector<ContainerView>& views) {
  constexpr std::size_t kMinWidth = 12;
  constexpr std::size_t kPadding = 3;
  std::vector<Cells> rows = {{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  for (const ContainerView& view : views) {
    rows.push_back(
        {view.id, std::to_string(view.pid), view.status, view.bundle, view.created, view.owner});
  }
  std::array<std::size_t, 6> widths{};
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max({widths[i], row[i].size() + kPadding, kMinWidth});
    }
  }
  std::string out;
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      out.append(row[i]).append(widths[i] - row[i].size(), ' ');
    }
    out.append(row.back()).append("\n");
  }
  return out;
}

std::string list_json(const std::vector<ContainerView>& views) {
  if (views.empty()) return "null\n";
  std::string out;
  for (const ContainerView& view : views) out.append(out.empty() ? "[" : ",").append(view.json);
  return out.append("]\n");
}

std::string list_ids(const std::vector<ContainerView>& views) {
  std::string out;
  for (const ContainerView& view : views) out.append(view.id).append("\n");
  return out;
}

extern constexpr Command kListCommand = command<kOptions, run>({
    .name = "list",
    .summary = "list the containers of the state root",
});

}  // namespace rt::cli
