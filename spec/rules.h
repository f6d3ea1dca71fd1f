// SPDX-License-Identifier: Apache-2.0
//
// What the validate_*.cc files share. Nobody else includes this: see validate.h.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "spec/config.h"
#include "spec/json.h"

namespace rt::spec {

// Where the checked object stands, and the way to say that a rule is broken there.
class Place {
 public:
  // `text` is what the object was decoded from; with it errors say the line, too. "" for none.
  Place(std::string_view file, std::string_view text, std::string pointer = {})
      : file_(file), text_(text), pointer_(std::move(pointer)) {}

  [[nodiscard]] Place operator/(std::string_view name) const {
    return {file_, text_, pointer_ + json::pointer_step(name)};
  }
  [[nodiscard]] Place operator/(std::size_t index) const {
    return {file_, text_, pointer_ + "/" + std::to_string(index)};
  }

  [[noreturn]] void bad(const std::string& message) const {
    if (!text_.empty()) json::Document::parse(text_, file_).refuse_at(pointer_, message);
    throw Error(
        Code::kBadConfig,
        std::string(file_) + ": " + (pointer_.empty() ? message : pointer_ + ": " + message),
        Facts{.path = std::string(file_), .pointer = pointer_});
  }

 private:
  std::string_view file_;
  std::string_view text_;
  std::string pointer_;
};

// Calls check(element, place of the element) for every element of a list.
template <class T, class Check>
void for_each(const std::vector<T>& list, const Place& at, Check check) {
  for (std::size_t i = 0; i < list.size(); ++i) check(list[i], at / i);
}

[[nodiscard]] const Namespace* find_namespace(const Config& config, NamespaceType type) noexcept;

void require_absolute(const std::string& path, const Place& at);
void require_mappings(const std::vector<IdMapping>& mappings, const Place& at);

void check_process(const Process& process, const Place& at);
void check_resources(const Resources& resources, const Place& at);
void check_seccomp(const Seccomp& seccomp, const Place& at);
void check_mounts(const Config& config, const Place& at);
void check_hooks(const Config& config, const Place& at);
void check_linux(const Config& config, const Place& at);

}  // namespace rt::spec
