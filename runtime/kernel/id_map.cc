// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/id_map.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include "runtime/base/child.h"
#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"

namespace rt {

std::string to_map_text(const std::vector<spec::IdMapping>& mappings) {
  std::string out;
  for (const spec::IdMapping& one : mappings) {
    out += std::to_string(one.container_id) + ' ' + std::to_string(one.host_id) + ' ' +
           std::to_string(one.size) + '\n';
  }
  return out;
}

void write_id_maps(pid_t pid, const std::vector<spec::IdMapping>& uids,
                   const std::vector<spec::IdMapping>& gids) {
  const std::string directory = "/proc/" + std::to_string(pid);
  const Fd process = sys::open(directory, O_PATH | O_DIRECTORY);
  write_kernel_file_at(process.get(), "gid_map", to_map_text(gids));
  write_kernel_file_at(process.get(), "uid_map", to_map_text(uids));
}

Fd make_user_namespace(const std::vector<spec::IdMapping>& uids,
                       const std::vector<spec::IdMapping>& gids) {
  const Context here("make a user namespace for an id-mapped mount");
  auto [ours, theirs] = sys::socket_pair(SOCK_STREAM);
  const int wait_fd = theirs.get();
  const int held_fd = ours.get();
  const Child holder = spawn({.flags = CLONE_NEWUSER}, [=] {
    (void)::close(held_fd);
    char byte = 0;
    while (::read(wait_fd, &byte, 1) > 0) {
    }
    return 0;
  });
  write_id_maps(holder.pid(), uids, gids);
  return sys::open("/proc/" + std::to_string(holder.pid()) + "/ns/user", O_RDONLY);
}

std::uint32_t to_host_id(const std::vector<spec::IdMapping>& mappings, std::uint32_t container_id,
                         const std::string& what) {
  if (mappings.empty()) return container_id;
  for (const spec::IdMapping& one : mappings) {
    if (container_id >= one.container_id && container_id - one.container_id < one.size) {
      return one.host_id + (container_id - one.container_id);
    }
  }
  throw Error(Code::kBadConfig,
              what + " " + std::to_string(container_id) + " is not mapped in the user namespace");
}

}  // namespace rt
