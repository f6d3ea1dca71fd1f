// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/pid_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"

namespace rt {

PidFile::PidFile(const std::string& path) {
  if (path.empty()) return;
  const Context here("pid file", path);
  const std::size_t slash = path.rfind('/');
  name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  directory_ = sys::open(directory, O_RDONLY | O_DIRECTORY);
}

PidFile::~PidFile() {
  if (written_) (void)::unlinkat(directory_.get(), name_.c_str(), 0);
}

void PidFile::write(pid_t pid) {
  if (name_.empty()) return;
  const Context here("pid file", name_);
  replace_file_at(directory_.get(), name_, std::to_string(pid), 0666);
  written_ = true;
}

}  // namespace rt
