// SPDX-License-Identifier: Apache-2.0
#include "spec/mount_options.h"

#include <linux/mount.h>

#include <algorithm>

namespace rt::spec {
namespace {

enum class Target : std::uint8_t {
  kNothing,
  kAttr,     // a bit of this mount
  kRecAttr,  // a bit of this mount and those below
  kAtime,    // the access-time mode, a field of three values, not a bit
  kRecAtime,
  kSuperblock,
  kPropagation,
  kSwitch,  // one bool, or two
};
enum class Act : std::uint8_t { kSet, kClear };
enum class Shown : std::uint8_t { kYes, kNo };  // in `rt features`

struct Row {
  std::string_view word;
  Target target;
  Act act = Act::kSet;
  Shown shown = Shown::kYes;
  std::uint64_t bits = 0;
  bool MountOptions::*first = nullptr;
  bool MountOptions::*second = nullptr;
};

constexpr Row attr(std::string_view word, Act act, std::uint64_t bits) {
  return {.word = word, .target = Target::kAttr, .act = act, .bits = bits};
}
constexpr Row rec_attr(std::string_view word, Act act, std::uint64_t bits) {
  return {.word = word, .target = Target::kRecAttr, .act = act, .bits = bits};
}
constexpr Row atime(std::string_view word, Act act, std::uint64_t mode) {
  return {.word = word, .target = Target::kAtime, .act = act, .bits = mode};
}
constexpr Row rec_atime(std::string_view word, Act act, std::uint64_t mode) {
  return {.word = word, .target = Target::kRecAtime, .act = act, .bits = mode};
}
constexpr Row superblock(std::string_view word, Act act, std::uint64_t bits) {
  return {.word = word, .target = Target::kSuperblock, .act = act, .bits = bits};
}
constexpr Row propagation(std::string_view word, std::uint64_t bits) {
  return {.word = word, .target = Target::kPropagation, .bits = bits};
}
constexpr Row turn_on(std::string_view word, bool MountOptions::*first,
                      bool MountOptions::*second = nullptr, Shown shown = Shown::kYes) {
  return {
      .word = word, .target = Target::kSwitch, .shown = shown, .first = first, .second = second};
}

using enum Act;
using M = MountOptions;
constexpr Row kRows[] = {
    {.word = "defaults", .target = Target::kNothing},
    turn_on("bind", &M::bind),
    turn_on("rbind", &M::bind, &M::bind_recursive),
    turn_on("remount", &M::remount),
    turn_on("idmap", &M::idmap),
    turn_on("ridmap", &M::idmap, &M::idmap_recursive),
    turn_on("tmpcopyup", &M::tmpcopyup),
    // A word of crun that neither the spec nor mount(8) has.
    turn_on("src-nofollow", &M::src_nofollow, nullptr, Shown::kNo),

    attr("ro", kSet, MOUNT_ATTR_RDONLY),
    attr("rw", kClear, MOUNT_ATTR_RDONLY),
    attr("nosuid", kSet, MOUNT_ATTR_NOSUID),
    attr("suid", kClear, MOUNT_ATTR_NOSUID),
    attr("nodev", kSet, MOUNT_ATTR_NODEV),
    attr("dev", kClear, MOUNT_ATTR_NODEV),
    attr("noexec", kSet, MOUNT_ATTR_NOEXEC),
    attr("exec", kClear, MOUNT_ATTR_NOEXEC),
    attr("nodiratime", kSet, MOUNT_ATTR_NODIRATIME),
    attr("diratime", kClear, MOUNT_ATTR_NODIRATIME),
    attr("nosymfollow", kSet, MOUNT_ATTR_NOSYMFOLLOW),
    attr("symfollow", kClear, MOUNT_ATTR_NOSYMFOLLOW),
    atime("noatime", kSet, MOUNT_ATTR_NOATIME),
    atime("atime", kClear, MOUNT_ATTR_NOATIME),
    atime("relatime", kSet, MOUNT_ATTR_RELATIME),
    atime("norelatime", kClear, MOUNT_ATTR_RELATIME),
    atime("strictatime", kSet, MOUNT_ATTR_STRICTATIME),
    atime("nostrictatime", kClear, MOUNT_ATTR_STRICTATIME),

    rec_attr("rro", kSet, MOUNT_ATTR_RDONLY),
    rec_attr("rrw", kClear, MOUNT_ATTR_RDONLY),
    rec_attr("rnosuid", kSet, MOUNT_ATTR_NOSUID),
    rec_attr("rsuid", kClear, MOUNT_ATTR_NOSUID),
    rec_attr("rnodev", kSet, MOUNT_ATTR_NODEV),
    rec_attr("rdev", kClear, MOUNT_ATTR_NODEV),
    rec_attr("rnoexec", kSet, MOUNT_ATTR_NOEXEC),
    rec_attr("rexec", kClear, MOUNT_ATTR_NOEXEC),
    rec_attr("rnodiratime", kSet, MOUNT_ATTR_NODIRATIME),
    rec_attr("rdiratime", kClear, MOUNT_ATTR_NODIRATIME),
    rec_attr("rnosymfollow", kSet, MOUNT_ATTR_NOSYMFOLLOW),
    rec_attr("rsymfollow", kClear, MOUNT_ATTR_NOSYMFOLLOW),
    rec_atime("rnoatime", kSet, MOUNT_ATTR_NOATIME),
    rec_atime("ratime", kClear, MOUNT_ATTR_NOATIME),
    rec_atime("rrelatime", kSet, MOUNT_ATTR_RELATIME),
    rec_atime("rnorelatime", kClear, MOUNT_ATTR_RELATIME),
    rec_atime("rstrictatime", kSet, MOUNT_ATTR_STRICTATIME),
    rec_atime("rnostrictatime", kClear, MOUNT_ATTR_STRICTATIME),

    superblock("sync", kSet, MS_SYNCHRONOUS),
    superblock("async", kClear, MS_SYNCHRONOUS),
    superblock("dirsync", kSet, MS_DIRSYNC),
    superblock("lazytime", kSet, MS_LAZYTIME),
    superblock("nolazytime", kClear, MS_LAZYTIME),
    superblock("mand", kSet, MS_MANDLOCK),
    superblock("nomand", kClear, MS_MANDLOCK),
    superblock("iversion", kSet, MS_I_VERSION),
    superblock("noiversion", kClear, MS_I_VERSION),
    superblock("silent", kSet, MS_SILENT),
    superblock("loud", kClear, MS_SILENT),

    propagation("shared", MS_SHARED),
    propagation("rshared", MS_SHARED | MS_REC),
    propagation("slave", MS_SLAVE),
    propagation("rslave", MS_SLAVE | MS_REC),
    propagation("private", MS_PRIVATE),
    propagation("rprivate", MS_PRIVATE | MS_REC),
    propagation("unbindable", MS_UNBINDABLE),
    propagation("runbindable", MS_UNBINDABLE | MS_REC),
};

void change_bits(std::uint64_t& set, std::uint64_t& clear, const Row& row) {
  if (row.act == kSet) {
    set |= row.bits;
    clear &= ~row.bits;
  } else {
    set &= ~row.bits;
    clear |= row.bits;
  }
}

// The modes exclude one another, and relatime (value 0) is what is left when one is cleared.
// Clearing a mode that an earlier word replaced does nothing ("strictatime,atime").
void change_atime(AttrChange& attrs, const Row& row) {
  const std::uint64_t mode = attrs.set & MOUNT_ATTR__ATIME;
  attrs.clear |= MOUNT_ATTR__ATIME;
  if (row.act == kSet || mode == row.bits) attrs.set &= ~std::uint64_t{MOUNT_ATTR__ATIME};
  if (row.act == kSet) attrs.set |= row.bits;
}

// A recursive word also covers this mount, so it overrules what was said about it before.
void forget(AttrChange& attrs, std::uint64_t bits) {
  attrs.set &= ~bits;
  attrs.clear &= ~bits;
}

void apply(MountOptions& out, const Row& row) {
  switch (row.target) {
    case Target::kNothing:
      return;
    case Target::kAttr:
      return change_bits(out.attr.set, out.attr.clear, row);
    case Target::kRecAttr:
      forget(out.attr, row.bits);
      return change_bits(out.rec_attr.set, out.rec_attr.clear, row);
    case Target::kAtime:
      return change_atime(out.attr, row);
    case Target::kRecAtime:
      forget(out.attr, MOUNT_ATTR__ATIME);
      return change_atime(out.rec_attr, row);
    case Target::kSuperblock:
      return change_bits(out.superblock_set, out.superblock_clear, row);
    case Target::kPropagation:
      out.propagation.push_back(row.bits);
      return;
    case Target::kSwitch:
      out.*row.first = true;
      if (row.second != nullptr) out.*row.second = true;
      return;
  }
}

}  // namespace

MountOptions parse_mount_options(const std::vector<std::string>& options) {
  MountOptions out;
  for (const std::string& option : options) {
    const Row* const row = std::find_if(std::begin(kRows), std::end(kRows),
                                        [&](const Row& r) { return r.word == option; });
    if (row != std::end(kRows)) {
      apply(out, *row);
    } else {
      out.data.push_back(option);
    }
  }
  return out;
}

std::vector<std::string> fsconfig_flags(const MountOptions& options) {
  constexpr std::uint64_t kWithKey = MS_SYNCHRONOUS | MS_DIRSYNC | MS_LAZYTIME | MS_MANDLOCK;
  std::vector<std::string> out;
  for (const Row& row : kRows) {
    const std::uint64_t asked = row.act == kSet ? options.superblock_set : options.superblock_clear;
    if (row.target == Target::kSuperblock && (row.bits & kWithKey & asked) != 0)
      out.emplace_back(row.word);
  }
  return out;
}

std::vector<std::string> mount_option_words() {
  std::vector<std::string> out;
  for (const Row& row : kRows)
    if (row.shown == Shown::kYes) out.emplace_back(row.word);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace rt::spec
