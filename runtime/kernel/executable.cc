// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/executable.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"

namespace rt {
namespace {

// 0, or the errno that execve(2) would answer with.
int check_executable(const std::string& path) {
  try {
    const Fd file = sys::open_at2(AT_FDCWD, path, O_PATH, RESOLVE_NO_MAGICLINKS);
    const mode_t mode = sys::fstat(file.get()).st_mode;
    if (S_ISDIR(mode)) return EISDIR;
    if (!S_ISREG(mode)) return EACCES;
    return sys::access_fd(file.get(), X_OK);
  } catch (const Error& e) {
    return e.facts().error_number;
  }
}

[[noreturn]] void throw_not_executable(const std::string& name, const std::string& why, int error) {
  throw Error(Code::kExecFailed, "exec: " + quoted(name) + ": " + why,
              {.syscall = "execve", .path = name, .error_number = error});
}

[[noreturn]] void explain(const std::string& name, int error) {
  switch (error) {
    case EISDIR:
      throw_not_executable(name, "is a directory: permission denied", error);
    case EACCES:
      throw_not_executable(name, "permission denied", error);
    default:
      throw_not_executable(name, "stat " + name + ": " + errno_text(error), error);
  }
}

std::string_view search_path(const std::vector<std::string>& env) {
  std::string_view out;
  for (const std::string_view entry : env) {
    if (entry.starts_with("PATH=")) out = entry.substr(5);  // the last one wins
  }
  return out;
}

}  // namespace

std::string find_executable(const std::string& name, const std::vector<std::string>& env) {
  if (name.find('/') != std::string::npos) {
    if (const int error = check_executable(name); error != 0) explain(name, error);
    return name;
  }
  int denied = 0;
  for (const std::string_view directory : split(search_path(env), ':')) {
    const std::string path = (directory.empty() ? "." : std::string(directory)) + "/" + name;
    const int error = name.empty() ? ENOENT : check_executable(path);
    if (error == 0) return path;
    if (error == EACCES) denied = error;
  }
  if (denied != 0) explain(name, denied);
  throw_not_executable(name, "executable file not found in $PATH", ENOENT);
}

}  // namespace rt
