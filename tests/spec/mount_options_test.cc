// SPDX-License-Identifier: Apache-2.0
#include "spec/mount_options.h"

#include <gtest/gtest.h>
#include <linux/mount.h>

#include <algorithm>

namespace rt::spec {
namespace {

using Words = std::vector<std::string>;

TEST(MountOptions, ThisMountsAttributes) {
  const std::uint64_t atime = MOUNT_ATTR__ATIME;
  const struct {
    const char* name;
    Words options;
    AttrChange want;
  } rows[] = {
      {"none", {}, {}},
      {"defaults is dropped", {"defaults"}, {}},
      {"ro", {"ro"}, {.set = MOUNT_ATTR_RDONLY}},
      {"rw clears", {"rw"}, {.clear = MOUNT_ATTR_RDONLY}},
      {"last of ro and rw wins", {"ro", "rw"}, {.clear = MOUNT_ATTR_RDONLY}},
      {"last of rw and ro wins", {"rw", "ro"}, {.set = MOUNT_ATTR_RDONLY}},
      {"bits add up",
       {"nosuid", "nodev", "noexec", "nosymfollow", "nodiratime"},
       {.set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW |
               MOUNT_ATTR_NODIRATIME}},
      {"bits go",
       {"suid", "dev", "exec", "symfollow", "diratime"},
       {.clear = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW |
                 MOUNT_ATTR_NODIRATIME}},
      {"noatime clears the whole field", {"noatime"}, {MOUNT_ATTR_NOATIME, atime}},
      {"relatime is the value 0", {"relatime"}, {0, atime}},
      {"strictatime", {"strictatime"}, {MOUNT_ATTR_STRICTATIME, atime}},
      {"modes replace each other", {"noatime", "strictatime"}, {MOUNT_ATTR_STRICTATIME, atime}},
      {"relatime after noatime", {"noatime", "relatime"}, {0, atime}},
      {"atime undoes noatime", {"noatime", "atime"}, {0, atime}},
      {"atime leaves strictatime", {"strictatime", "atime"}, {MOUNT_ATTR_STRICTATIME, atime}},
      {"nostrictatime undoes it", {"strictatime", "nostrictatime"}, {0, atime}},
      {"norelatime is relatime again", {"norelatime"}, {0, atime}},
      {"norelatime leaves noatime", {"noatime", "norelatime"}, {MOUNT_ATTR_NOATIME, atime}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const MountOptions got = parse_mount_options(row.options);
    EXPECT_EQ(got.attr, row.want);
    EXPECT_FALSE(got.rec_attr.any());
    EXPECT_TRUE(got.data.empty());
  }
}

TEST(MountOptions, RecursiveAttributes) {
  const std::uint64_t atime = MOUNT_ATTR__ATIME;
  const struct {
    const char* name;
    Words options;
    AttrChange attr;
    AttrChange rec_attr;
  } rows[] = {
      {"rro", {"rro"}, {}, {.set = MOUNT_ATTR_RDONLY}},
      {"rrw", {"rrw"}, {}, {.clear = MOUNT_ATTR_RDONLY}},
      {"rro then rw spares the top",
       {"rro", "rw"},
       {.clear = MOUNT_ATTR_RDONLY},
       {.set = MOUNT_ATTR_RDONLY}},
      {"rrw after ro covers the top too", {"ro", "rrw"}, {}, {.clear = MOUNT_ATTR_RDONLY}},
      {"rnoatime", {"rnoatime"}, {}, {MOUNT_ATTR_NOATIME, atime}},
      {"ratime after noatime", {"noatime", "ratime"}, {}, {0, atime}},
      {"all set",
       {"rnosuid", "rnodev", "rnoexec", "rnodiratime", "rnosymfollow"},
       {},
       {.set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODIRATIME |
               MOUNT_ATTR_NOSYMFOLLOW}},
      {"all cleared",
       {"rsuid", "rdev", "rexec", "rdiratime", "rsymfollow"},
       {},
       {.clear = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODIRATIME |
                 MOUNT_ATTR_NOSYMFOLLOW}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const MountOptions got = parse_mount_options(row.options);
    EXPECT_EQ(got.attr, row.attr);
    EXPECT_EQ(got.rec_attr, row.rec_attr);
  }
}

TEST(MountOptions, PropagationKeepsItsOrder) {
  EXPECT_EQ(parse_mount_options({"private", "rslave", "shared", "runbindable"}).propagation,
            (std::vector<std::uint64_t>{MS_PRIVATE, MS_SLAVE | MS_REC, MS_SHARED,
                                        MS_UNBINDABLE | MS_REC}));
}

TEST(MountOptions, SuperblockWordsBecomeFsconfigFlags) {
  const MountOptions set = parse_mount_options({"sync", "dirsync", "lazytime", "mand"});
  EXPECT_EQ(set.superblock_set,
            std::uint64_t{MS_SYNCHRONOUS | MS_DIRSYNC | MS_LAZYTIME | MS_MANDLOCK});
  EXPECT_EQ(fsconfig_flags(set), (Words{"sync", "dirsync", "lazytime", "mand"}));
  const MountOptions clear = parse_mount_options({"sync", "async", "nolazytime", "nomand"});
  EXPECT_EQ(clear.superblock_set, 0U);
  EXPECT_EQ(fsconfig_flags(clear), (Words{"async", "nolazytime", "nomand"}));
  EXPECT_EQ(parse_mount_options({"silent", "iversion"}).superblock_set,
            std::uint64_t{MS_SILENT | MS_I_VERSION});
  EXPECT_TRUE(fsconfig_flags(parse_mount_options({"silent", "iversion", "loud"})).empty());
}

TEST(MountOptions, Switches) {
  EXPECT_EQ(parse_mount_options({"bind"}), (MountOptions{.bind = true}));
  EXPECT_EQ(parse_mount_options({"rbind"}), (MountOptions{.bind = true, .bind_recursive = true}));
  EXPECT_EQ(parse_mount_options({"idmap"}), (MountOptions{.idmap = true}));
  EXPECT_EQ(parse_mount_options({"ridmap"}),
            (MountOptions{.idmap = true, .idmap_recursive = true}));
  EXPECT_EQ(parse_mount_options({"remount", "tmpcopyup"}),
            (MountOptions{.remount = true, .tmpcopyup = true}));
  EXPECT_EQ(parse_mount_options({"src-nofollow"}), (MountOptions{.src_nofollow = true}));
}

TEST(MountOptions, UnknownWordBecomesFilesystemDataInOrder) {
  EXPECT_EQ(parse_mount_options({"mode=755", "nosuid", "size=65536k", "acl", "RO", ""}).data,
            (Words{"mode=755", "size=65536k", "acl", "RO", ""}));
  // Words of crun that are not done are refused as the filesystem's, not dropped.
  EXPECT_EQ(parse_mount_options({"copy-symlink", "dest-nofollow"}).data,
            (Words{"copy-symlink", "dest-nofollow"}));
}

TEST(MountOptions, EveryAnnouncedWordIsUnderstood) {
  const Words words = mount_option_words();
  EXPECT_EQ(words.size(), 62U);
  EXPECT_TRUE(std::is_sorted(words.begin(), words.end()));
  for (const std::string& word : words)
    EXPECT_TRUE(parse_mount_options({word}).data.empty()) << word;
  for (const char* const needed : {"rro", "idmap", "ridmap", "rnodev", "rnosymfollow", "tmpcopyup"})
    EXPECT_TRUE(std::binary_search(words.begin(), words.end(), needed)) << needed;
}

}  // namespace
}  // namespace rt::spec
