// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/record.h"

#include <array>
#include <ctime>

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
struct Fields<CgroupPlace> {
  static constexpr auto list = std::tuple(required("version", &CgroupPlace::version),
                                          optional("controllers", &CgroupPlace::controllers),
                                          required("mountPoint", &CgroupPlace::mount_point),
                                          required("path", &CgroupPlace::path),
                                          required("madeLevels", &CgroupPlace::made_levels));
};

template <>
struct Fields<Record> {
  static constexpr auto list = std::tuple(
      required("version", &Record::version), required("id", &Record::id),
      required("bundle", &Record::bundle), required("rootfs", &Record::rootfs),
      required("created", &Record::created), required("bootId", &Record::boot_id),
      required("pid", &Record::pid), required("startTime", &Record::start_time),
      required("ownPidNamespace", &Record::own_pid_namespace), always("cgroups", &Record::cgroups),
      optional("annotations", &Record::annotations));
};

}  // namespace rt::spec

namespace rt {

std::string encode_record(const Record& record) {
  return spec::encode(record, json::kCompact);
}

Record decode_record(std::string_view text) {
  return spec::decode<Record>(text, "state.json");
}

std::string timestamp() {
  timespec now{};
  (void)::clock_gettime(CLOCK_REALTIME, &now);
  std::tm parts{};
  (void)::gmtime_r(&now.tv_sec, &parts);
  std::array<char, 32> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string nanoseconds = std::to_string(now.tv_nsec);
  nanoseconds.insert(0, 9 - nanoseconds.size(), '0');
  return std::string(text.data()) + "." + nanoseconds + "Z";
}

}  // namespace rt
