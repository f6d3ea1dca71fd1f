// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/record.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "runtime/base/sys.h"
#include "spec/fields.h"

namespace rt::spec {

template <>
struct Words<CgroupVersion> {
  static std::span<const Word<CgroupVersion>> list() noexcept {
    static constexpr std::array<Word<CgroupVersion>, 2> kRows{
        {{"v1", CgroupVersion::kV1}, {"v2", CgroupVersion::kV2}}};
    return kRows;
  }
};

template <>
struct Words<SystemdManager> {
  static std::span<const Word<SystemdManager>> list() noexcept {
    static constexpr std::array<Word<SystemdManager>, 2> kRows{
        {{"system", SystemdManager::kSystem}, {"user", SystemdManager::kUser}}};
    return kRows;
  }
};

template <>
struct Fields<UnitPlace> {
  static constexpr auto list =
      std::tuple(required("unit", &UnitPlace::unit), required("manager", &UnitPlace::manager));
};

template <>
struct Fields<CgroupPlace> {
  static constexpr auto list = std::tuple(required("version", &CgroupPlace::version),
                                          optional("controllers", &CgroupPlace::controllers),
                                          required("mountPoint", &CgroupPlace::mount_point),
                                          required("path", &CgroupPlace::path),
                                          required("madeLevels", &CgroupPlace::made_levels));
};

template <>
struct Fields<ResctrlPlace> {
  static constexpr auto list = std::tuple(required("mountPoint", &ResctrlPlace::mount_point),
                                          required("removed", &ResctrlPlace::removed),
                                          optional("group", &ResctrlPlace::group),
                                          optional("monitor", &ResctrlPlace::monitor));
};

template <>
struct Fields<Record> {
  static constexpr auto list = std::tuple(
      required("version", &Record::version), required("id", &Record::id),
      required("bundle", &Record::bundle), required("rootfs", &Record::rootfs),
      required("created", &Record::created), required("bootId", &Record::boot_id),
      required("pid", &Record::pid), required("startTime", &Record::start_time),
      optional("pidInode", &Record::pid_inode),
      required("ownPidNamespace", &Record::own_pid_namespace),
      always("ownKeyring", &Record::own_keyring), always("cgroups", &Record::cgroups),
      optional("systemd", &Record::systemd), optional("resctrl", &Record::resctrl),
      optional("annotations", &Record::annotations), optional("timing", &Record::timing));
};

}  // namespace rt::spec

namespace rt {

void name_init(Record& record, const Child& init, std::uint64_t start_time) {
  record.pid = init.pid();
  record.start_time = start_time;
  record.pid_inode = sys::fstat(init.pidfd()).st_ino;
}

std::string encode_record(const Record& record) {
  return spec::encode(record, json::kCompact);
}

Record decode_record(std::string_view text) {
  return spec::decode<Record>(text, "state.json");
}

std::string timestamp() {
  // Not gmtime(3), which reads the host's time zone first.
  const auto now = std::chrono::system_clock::now();
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::duration_cast<std::chrono::nanoseconds>(now - day));
  const auto padded = [](auto number, std::size_t width) {
    const std::string digits = std::to_string(number);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
  };
  return padded(static_cast<int>(date.year()), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(time.hours().count(), 2) +
         ":" + padded(time.minutes().count(), 2) + ":" + padded(time.seconds().count(), 2) + "." +
         padded(time.subseconds().count(), 9) + "Z";
}

}  // namespace rt
