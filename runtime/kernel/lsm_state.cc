// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/lsm_state.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

constexpr const char* kAppArmorParameter = "/sys/module/apparmor/parameters/enabled";
constexpr const char* kFilesystems = "/proc/filesystems";

[[noreturn]] void refuse(const std::string& why, const std::string& pointer) {
  throw Error(Code::kUnsupported, pointer + ": " + why, {.pointer = pointer});
}

}  // namespace

Lsms to_lsms(const std::optional<std::string>& apparmor_parameter, std::string_view filesystems) {
  Lsms out;
  if (apparmor_parameter)
    out.apparmor = trim(*apparmor_parameter) == "Y" ? LsmState::kEnabled : LsmState::kDisabled;
  for (const std::string_view line : split_lines(filesystems)) {
    const auto words = split_blank(line);
    if (!words.empty() && words.back() == "selinuxfs") out.selinux = LsmState::kEnabled;
  }
  return out;
}

Lsms find_lsms() {
  return to_lsms(read_file_if_exists(kAppArmorParameter),
                 read_file_if_exists(kFilesystems).value_or(""));
}

void demand_apparmor(const Lsms& lsms, const std::string& pointer) {
  if (lsms.apparmor == LsmState::kMissing) {
    refuse(std::string("AppArmor is not in this kernel: there is no ") + kAppArmorParameter,
           pointer);
  }
  if (lsms.apparmor == LsmState::kDisabled) {
    refuse(std::string("AppArmor is not enabled: ") + kAppArmorParameter +
               " does not say Y; boot with apparmor=1 security=apparmor",
           pointer);
  }
}

void demand_selinux(const Lsms& lsms, const std::string& pointer) {
  if (lsms.selinux == LsmState::kEnabled) return;
  refuse(std::string("SELinux is not in this kernel or not enabled: there is no selinuxfs in ") +
             kFilesystems,
         pointer);
}

}  // namespace rt
