// SPDX-License-Identifier: Apache-2.0
//
// Finding the program of the container, as the user that will run it, before start: a wrong command
// fails `create`. The texts are read by managers, which turn them into exit codes 126 and 127.
// Rule: runtime-spec config.md "POSIX process" (args, execvp semantics).
#pragma once

#include <string>
#include <vector>

namespace rt {

// The path to execve. `env` gives PATH for a name without '/'. Throws kExecFailed:
//   exec: "x": executable file not found in $PATH
//   exec: "/x": stat /x: no such file or directory      exec: "/x": permission denied
//   exec: "/etc": is a directory: permission denied
// A magic link (/proc/self/fd/3, /proc/self/exe) is refused (CVE-2019-5736, CVE-2024-21626).
std::string find_executable(const std::string& name, const std::vector<std::string>& env);

}  // namespace rt
