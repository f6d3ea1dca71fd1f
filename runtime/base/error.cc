// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace rt {

std::string_view code_word(Code code) noexcept {
  switch (code) {
    case Code::kInternal:
      return "internal";
    case Code::kUsage:
      return "usage";
    case Code::kBadConfig:
      return "bad-config";
    case Code::kUnsupported:
      return "unsupported";
    case Code::kNoSuchContainer:
      return "no-such-container";
    case Code::kAlreadyExists:
      return "already-exists";
    case Code::kBadState:
      return "bad-state";
    case Code::kBadBundle:
      return "bad-bundle";
    case Code::kExecFailed:
      return "exec-failed";
    case Code::kHookFailed:
      return "hook-failed";
    case Code::kCgroupFailed:
      return "cgroup-failed";
    case Code::kOutOfMemory:
      return "out-of-memory";
    case Code::kDeadline:
      return "deadline";
    case Code::kInterrupted:
      return "interrupted";
    case Code::kProtocol:
      return "protocol";
    case Code::kSystem:
      return "system";
  }
  return "internal";
}

std::string errno_text(int error_number) {
  const char* text = strerrordesc_np(error_number);
  if (text == nullptr) return "errno " + std::to_string(error_number);
  std::string out = text;
  if (out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] - 'A' + 'a');
  return out;
}

Error::Error(Code code, std::string text, Facts facts)
    : code_(code), facts_(std::move(facts)), text_(Context::chain() + text) {
  if (facts_.step.empty()) {
    facts_.step = Context::chain();
    if (facts_.step.size() > 2) facts_.step.resize(facts_.step.size() - 2);
  }
  if (facts_.pointer.empty()) facts_.pointer = Context::pointer();
}

void throw_errno(std::string_view syscall, std::string_view path) {
  throw_errno_value(errno, syscall, path);
}

void throw_errno_value(int error_number, std::string_view syscall, std::string_view path) {
  std::string text(syscall);
  if (!path.empty()) text.append(" ").append(path);
  text.append(": ").append(errno_text(error_number));
  throw Error(
      Code::kSystem, std::move(text),
      {.syscall = std::string(syscall), .path = std::string(path), .error_number = error_number});
}

std::string Context::chain() {
  std::string out;
  for (const Context* c = innermost_; c != nullptr; c = c->outer_) {
    if (c->verb_.empty()) continue;
    std::string link(c->verb_);
    if (!c->object_.empty()) link.append(" ").append(c->object_);
    out.insert(0, link.append(": "));
  }
  return out;
}

std::string_view Context::pointer() noexcept {
  for (const Context* c = innermost_; c != nullptr; c = c->outer_) {
    if (c->verb_.starts_with('/')) return c->verb_;
  }
  return {};
}

}  // namespace rt
