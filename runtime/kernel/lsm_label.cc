// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/lsm_label.h"

#include <fcntl.h>
#include <linux/openat2.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/procfs.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

struct Attribute {
  std::string file{};  // below /proc/self/attr
  std::string value{};
  std::string what{};  // "AppArmor profile \"p\""
  std::string pointer{};
};

constexpr std::uint64_t kResolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;

// Podman looks for the path in backquotes, to tell that a label was the problem.
[[noreturn]] void refuse(const Attribute& attribute, const std::string& why, int error) {
  const std::string path = "/proc/self/attr/" + attribute.file;
  throw Error(Code::kSystem, attribute.what + ": write to `" + path + "`: " + why,
              {.syscall = error != 0 ? "write" : "",
               .path = path,
               .pointer = attribute.pointer,
               .error_number = error});
}

std::string reason(int error) {
  const std::string text = errno_text(error);
  if (error == ENOENT) return text + " (is it loaded?)";
  if (error == EINVAL) return text + " (does the policy know it?)";
  return text;
}

// Returns what the kernel says afterwards.
std::string write_and_read(int attributes_fd, const Attribute& attribute) {
  try {
    const Fd file = sys::open_at2(attributes_fd, attribute.file, O_WRONLY, kResolve);
    if (sys::write_once(file.get(), attribute.value) != attribute.value.size())
      refuse(attribute, "cut short", EIO);
    return read_fd(sys::open_at2(attributes_fd, attribute.file, O_RDONLY, kResolve).get());
  } catch (const Error& e) {
    const int error = e.facts().error_number;
    if (error == 0 || !e.facts().pointer.empty()) throw;
    refuse(attribute, reason(error), error);
  }
}

// "user:role:type" of "user:role:type:level".
std::string_view without_level(std::string_view label) {
  std::size_t at = 0;
  for (int i = 0; i < 3 && at != std::string_view::npos; ++i) at = label.find(':', at + 1);
  return label.substr(0, at);
}

void set_selinux(int attributes_fd, const std::string& file, const std::string& label) {
  const Attribute attribute{.file = file,
                            .value = label,
                            .what = "SELinux label " + quoted(label),
                            .pointer = "/process/selinuxLabel"};
  const std::string said = write_and_read(attributes_fd, attribute);
  if (!names_label(said, label)) refuse(attribute, "it reads " + quoted(said) + " afterwards", 0);
}

}  // namespace

Fd open_own_attributes() {
  return Procfs::make(Procfs::View::kProcesses).open("self/attr", O_PATH | O_DIRECTORY);
}

bool names_profile(std::string_view said, std::string_view profile) {
  said = trim(said);
  if (said.ends_with(')')) said = said.substr(0, said.rfind(" ("));
  return said == profile;
}

bool names_label(std::string_view said, std::string_view label) {
  said = trim(said.substr(0, said.find('\0')));
  return !said.empty() && without_level(said) == without_level(label) &&
         (said.size() == without_level(said).size()) ==
             (label.size() == without_level(label).size());
}

// Directory of its own since kernel 5.8; before, the first module had attr/exec for itself.
void set_apparmor_profile(int attributes_fd, const std::string& profile) {
  const Attribute attribute{.file = "apparmor/exec",
                            .value = "exec " + profile,
                            .what = "AppArmor profile " + quoted(profile),
                            .pointer = "/process/apparmorProfile"};
  const std::string said = write_and_read(attributes_fd, attribute);
  if (!names_profile(said, profile))
    refuse(attribute, "it reads " + quoted(said) + " afterwards", 0);
}

void set_selinux_label(int attributes_fd, const std::string& label) {
  set_selinux(attributes_fd, "exec", label);
}

void set_selinux_key_label(int attributes_fd, const std::string& label) {
  set_selinux(attributes_fd, "keycreate", label);
}

}  // namespace rt
