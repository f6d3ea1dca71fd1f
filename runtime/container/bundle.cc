// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/bundle.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/container/annotations.h"
#include "spec/documents.h"
#include "spec/fields.h"
#include "spec/validate.h"

namespace rt {
namespace {

struct Directory {
  Fd fd{};             // O_PATH
  std::string path{};  // absolute and free of links
};

// Where the kernel says that an open directory is.
std::string real_path(const Fd& fd) {
  return sys::readlink_at(AT_FDCWD, "/proc/self/fd/" + std::to_string(fd.get()));
}

// Nothing where a link is on the way: then only the kernel knows where it leads.
std::optional<Fd> open_without_links(int from_fd, const std::string& path) {
  try {
    return sys::open_at2_if_exists(from_fd, path, O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
  } catch (const Error& e) {
    if (e.facts().error_number == ELOOP) return {};
    throw;
  }
}

// A relative `path` begins at `from`.
Directory open_directory(const Bundle& from, const std::string& path, const std::string& what) {
  const int from_fd = from.directory.valid() ? from.directory.get() : AT_FDCWD;
  const std::string whole = path.starts_with('/') ? path : from.path + "/" + path;
  const bool known = path.starts_with('/') || from.directory.valid();
  try {
    if (known && clean_absolute(whole) == whole) {
      if (auto fd = open_without_links(from_fd, path)) return {std::move(*fd), whole};
    }
    Fd fd = sys::open_at(from_fd, path, O_PATH | O_DIRECTORY);
    std::string real = real_path(fd);
    return {std::move(fd), std::move(real)};
  } catch (const Error& e) {
    throw Error(Code::kBadBundle,
                what + " " + quoted(path) + ": " + errno_text(e.facts().error_number),
                {.path = path, .error_number = e.facts().error_number});
  }
}

std::string read_config(const Fd& directory, const std::string& name) {
  try {
    return read_document(directory.get(), name, json::kMaxText);
  } catch (const Error& e) {
    if (e.facts().error_number != ENOENT) throw;
    throw Error(Code::kBadBundle, "JSON specification file " + name + " not found",
                {.path = name, .error_number = ENOENT});
  }
}

void log_unknown(const spec::Unknown& unknown) {
  for (const std::string& pointer : unknown.pointers) {
    log::debug("config.json: " + pointer + " is not a property that the specification knows");
  }
}

}  // namespace

Bundle open_bundle(const CreateOptions& options) {
  Bundle out;
  auto [directory, path] = open_directory(out, options.bundle, "bundle");
  out.directory = std::move(directory);
  out.path = std::move(path);
  out.config_text = read_config(out.directory, options.config);
  spec::Unknown unknown;
  out.config = spec::decode_config(out.config_text, options.config, &unknown);
  if (log::enabled(log::Level::kDebug)) log_unknown(unknown);
  fill_listener_path(out.config);
  spec::validate(out.config, options.config, out.config_text);
  const Context here("/root/path");
  auto [rootfs, rootfs_path] = open_directory(out, out.config.root->path, "rootfs");
  out.rootfs = std::move(rootfs);
  out.rootfs_path = std::move(rootfs_path);
  return out;
}

}  // namespace rt
