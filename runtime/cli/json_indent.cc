// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/json_indent.h"

namespace rt::cli {
namespace {

// The string literal at the start of `text`, quotes included.
std::string_view literal(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
  return text.substr(0, end + 1);
}

bool opens(char c) {
  return c == '{' || c == '[';
}
bool closes(char c) {
  return c == '}' || c == ']';
}

}  // namespace

std::string indent_json(std::string_view compact) {
  std::string out;
  std::size_t depth = 0;
  const auto new_line = [&] { out.append("\n").append(depth * 2, ' '); };
  while (!compact.empty()) {
    const char c = compact.front();
    const std::string_view token = c == '"' ? literal(compact) : compact.substr(0, 1);
    const bool empty = compact.size() > 1 && opens(c) && closes(compact[1]);
    if (closes(c)) {
      --depth;
      new_line();
    }
    out.append(empty ? compact.substr(0, 2) : token);
    if (opens(c) && !empty) {
      ++depth;
      new_line();
    }
    if (c == ',') new_line();
    if (c == ':') out.push_back(' ');
    compact.remove_prefix(empty ? 2 : token.size());
  }
  return out;
}

}  // namespace rt::cli
