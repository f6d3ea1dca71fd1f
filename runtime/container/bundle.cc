// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/bundle.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

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

// Where the kernel says that an open directory is: absolute and free of links.
std::string real_path(const Fd& fd) {
  return sys::readlink_at(AT_FDCWD, "/proc/self/fd/" + std::to_string(fd.get()));
}

Fd open_directory(int from_fd, const std::string& path, const std::string& what) {
  try {
    return sys::open_at(from_fd, path, O_PATH | O_DIRECTORY);
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
  out.directory = open_directory(AT_FDCWD, options.bundle, "bundle");
  out.path = real_path(out.directory);
  out.config_text = read_config(out.directory, options.config);
  spec::Unknown unknown;
  out.config = spec::decode_config(out.config_text, options.config, &unknown);
  if (log::enabled(log::Level::kDebug)) log_unknown(unknown);
  fill_listener_path(out.config);
  spec::validate(out.config, options.config, out.config_text);
  const Context here("/root/path");
  out.rootfs = open_directory(out.directory.get(), out.config.root->path, "rootfs");
  out.rootfs_path = real_path(out.rootfs);
  return out;
}

}  // namespace rt
