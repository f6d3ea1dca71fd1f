// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/seccomp_cache.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <seccomp.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr std::uint32_t kFormat = 1;  // to be raised when the same profile gives another program
constexpr std::size_t kLargest = 4U << 20;  // bytes of a file
constexpr std::size_t kMaxFiles = 64;       // above this the cache begins anew
constexpr std::size_t kMaxProgram = BPF_MAXINSNS;

bool is_private(const struct stat& facts, mode_t type) {
  return (facts.st_mode & S_IFMT) == type && facts.st_uid == sys::own_uid() &&
         (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// Numbers and texts, each with its length, so that no two profiles give one text.
class Text {
 public:
  Text& add(std::uint64_t number) {
    out_.append(std::to_string(number)).push_back(',');
    return *this;
  }
  Text& add(std::string_view text) {
    add(std::uint64_t{text.size()});
    out_.append(text);
    return *this;
  }
  Text& add(const std::optional<std::uint32_t>& number) {
    return number ? add(std::uint64_t{1}).add(std::uint64_t{*number}) : add(std::uint64_t{0});
  }
  template <class Enum>
  Text& add_word(Enum value) {
    return add(static_cast<std::uint64_t>(value));
  }
  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  std::string out_{};
};

void add_rule(Text& text, const spec::SeccompSyscall& rule) {
  text.add(std::uint64_t{rule.names.size()});
  for (const std::string& name : rule.names) text.add(std::string_view(name));
  text.add_word(rule.action).add(rule.errno_ret).add(std::uint64_t{rule.args.size()});
  for (const spec::SeccompArg& arg : rule.args) {
    text.add(std::uint64_t{arg.index}).add(arg.value).add(arg.value_two).add_word(arg.op);
  }
}

// All that decides what to_seccomp_plan returns.
std::string key_of(const spec::Seccomp& profile) {
  utsname kernel{};
  if (::uname(&kernel) != 0) throw_errno("uname");
  const scmp_version* library = ::seccomp_version();
  Text text;
  text.add(std::uint64_t{kFormat}).add(std::string_view(RT_VERSION));
  text.add(std::uint64_t{library->major}).add(std::uint64_t{library->minor});
  text.add(std::uint64_t{library->micro}).add(std::uint64_t{::seccomp_api_get()});
  text.add(std::string_view(kernel.release)).add(std::string_view(kernel.machine));
  text.add_word(profile.default_action).add(profile.default_errno_ret);
  text.add(std::uint64_t{profile.architectures.size()});
  for (const spec::SeccompArch arch : profile.architectures) text.add_word(arch);
  text.add(std::uint64_t{profile.flags ? profile.flags->size() + 1 : 0});
  if (profile.flags) {
    for (const spec::SeccompFlag flag : *profile.flags) text.add_word(flag);
  }
  text.add(std::string_view(profile.listener_path));
  text.add(std::uint64_t{profile.syscalls.size()});
  for (const spec::SeccompSyscall& rule : profile.syscalls) add_rule(text, rule);
  return std::move(text).take();
}

std::string name_of(const std::string& key) {
  return std::to_string(std::hash<std::string>{}(key));
}

// A file: lengths of key, ignored names (a line each) and program, flags, listener; then these.
struct Head {
  std::uint32_t format = kFormat;
  std::uint32_t key = 0;
  std::uint32_t names = 0;
  std::uint32_t program = 0;  // instructions
  std::uint32_t flags = 0;
  std::uint32_t listener = 0;
};

std::string encode(const std::string& key, const SeccompPlan& plan) {
  const std::string names = join(plan.ignored_syscalls, "\n");
  const Head head{.key = static_cast<std::uint32_t>(key.size()),
                  .names = static_cast<std::uint32_t>(names.size()),
                  .program = static_cast<std::uint32_t>(plan.program.size()),
                  .flags = plan.flags,
                  .listener = plan.listener ? 1U : 0U};
  std::string out(reinterpret_cast<const char*>(&head), sizeof head);
  out.append(key).append(names);
  out.append(reinterpret_cast<const char*>(plan.program.data()),
             plan.program.size() * sizeof(sock_filter));
  return out;
}

std::optional<SeccompPlan> decode(std::string_view bytes, const std::string& key) {
  Head head;
  if (bytes.size() < sizeof head) return {};
  std::memcpy(&head, bytes.data(), sizeof head);
  bytes.remove_prefix(sizeof head);
  if (head.format != kFormat || head.program == 0 || head.program > kMaxProgram) return {};
  if (bytes.size() != std::size_t{head.key} + head.names + head.program * sizeof(sock_filter)) {
    return {};
  }
  if (bytes.substr(0, head.key) != key) return {};
  bytes.remove_prefix(head.key);
  SeccompPlan plan{.flags = head.flags, .listener = head.listener != 0};
  for (const std::string_view name : split_lines(bytes.substr(0, head.names))) {
    plan.ignored_syscalls.emplace_back(name);
  }
  bytes.remove_prefix(head.names);
  plan.program.resize(head.program);
  std::memcpy(plan.program.data(), bytes.data(), bytes.size());
  return plan;
}

Fd open_cache(const std::string& state_root) {
  const auto root = sys::open_if_exists(state_root, O_PATH | O_DIRECTORY);
  if (!root || !is_private(sys::fstat(root->get()), S_IFDIR)) return {};
  (void)sys::mkdir_at_unless_exists(root->get(), kSeccompCache, 0700);
  Fd dir = sys::open_at(root->get(), kSeccompCache, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!is_private(sys::fstat(dir.get()), S_IFDIR)) return {};
  return dir;
}

}  // namespace

SeccompCache::SeccompCache(const std::string& state_root) noexcept {
  try {
    dir_ = open_cache(state_root);
  } catch (const std::exception&) {  // a root that cannot be used is for others to report
    dir_.reset();
  }
}

std::function<SeccompPlan(const spec::Seccomp&)> seccomp_compiler(const std::string& state_root) {
  return [state_root](const spec::Seccomp& profile) {
    return SeccompCache(state_root).plan_for(profile);
  };
}

SeccompPlan SeccompCache::plan_for(const spec::Seccomp& profile) const {
  if (!dir_.valid()) return to_seccomp_plan(profile);
  const std::string key = key_of(profile);
  const std::string name = name_of(key);
  if (auto found = find(name, key)) return std::move(*found);
  SeccompPlan plan = to_seccomp_plan(profile);
  keep(name, key, plan);
  return plan;
}

std::optional<SeccompPlan> SeccompCache::find(const std::string& name,
                                              const std::string& key) const noexcept {
  try {
    const auto file = sys::open_at_if_exists(dir_.get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file) return {};
    const struct stat facts = sys::fstat(file->get());
    if (!is_private(facts, S_IFREG) || static_cast<std::size_t>(facts.st_size) > kLargest)
      return {};
    std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
    if (sys::read(file->get(), bytes) != bytes.size()) return {};
    return decode(bytes, key);
  } catch (const std::exception&) {  // then it is made anew
    return {};
  }
}

void SeccompCache::keep(const std::string& name, const std::string& key,
                        const SeccompPlan& plan) const noexcept {
  try {
    if (key.size() > kLargest / 2) return;
    const std::vector<std::string> all = entry_names(dir_.get());
    if (all.size() >= kMaxFiles) {
      for (const std::string& one : all) sys::unlink_at_if_exists(dir_.get(), one);
    }
    replace_file_at(dir_.get(), name, encode(key, plan), 0600);
  } catch (const std::exception&) {  // a full filesystem: the next one makes it anew
    return;
  }
}

}  // namespace rt
