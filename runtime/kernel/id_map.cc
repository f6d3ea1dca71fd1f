// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/id_map.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "runtime/base/child.h"
#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/id_map_helper.h"

namespace rt {

std::string to_map_text(const std::vector<spec::IdMapping>& mappings) {
  std::string out;
  for (const spec::IdMapping& one : mappings) {
    out += std::to_string(one.container_id) + ' ' + std::to_string(one.host_id) + ' ' +
           std::to_string(one.size) + '\n';
  }
  return out;
}

IdMaps to_id_maps(std::vector<spec::IdMapping> uids, std::vector<spec::IdMapping> gids,
                  const IdMapper& caller) {
  const auto writer = [&](const std::vector<spec::IdMapping>& map, std::uint32_t own_id) {
    const bool own_alone = map.size() == 1 && map[0].size == 1 && map[0].host_id == own_id;
    return caller.any_id || own_alone ? MapWriter::kSelf : MapWriter::kHelper;
  };
  IdMaps out{.uid_writer = writer(uids, caller.uid), .gid_writer = writer(gids, caller.gid)};
  out.deny_setgroups = !caller.any_id && out.gid_writer == MapWriter::kSelf;
  out.uids = std::move(uids);
  out.gids = std::move(gids);
  return out;
}

void write_id_maps(pid_t pid, const IdMaps& maps) {
  const std::string directory = "/proc/" + std::to_string(pid);
  const Fd process = sys::open(directory, O_PATH | O_DIRECTORY);
  if (maps.deny_setgroups) write_kernel_file_at(process.get(), "setgroups", "deny");
  if (maps.gid_writer == MapWriter::kHelper) {
    run_map_helper(kNewGidMap, pid, maps.gids);
  } else {
    write_kernel_file_at(process.get(), "gid_map", to_map_text(maps.gids));
  }
  if (maps.uid_writer == MapWriter::kHelper) {
    run_map_helper(kNewUidMap, pid, maps.uids);
  } else {
    write_kernel_file_at(process.get(), "uid_map", to_map_text(maps.uids));
  }
}

std::vector<spec::IdMapping> parse_map_text(std::string_view text) {
  std::vector<spec::IdMapping> out;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_blank(line);
    if (words.size() != 3) throw Error(Code::kSystem, "not an id map: " + quoted(line));
    const auto number = [&](std::size_t i) {
      return parse_number<std::uint32_t>(words[i]).value_or(0);
    };
    out.push_back({.container_id = number(0), .host_id = number(1), .size = number(2)});
  }
  return out;
}

bool same_maps(std::vector<spec::IdMapping> a, std::vector<spec::IdMapping> b) {
  const auto by_container_id = [](const spec::IdMapping& x, const spec::IdMapping& y) {
    return x.container_id < y.container_id;
  };
  std::sort(a.begin(), a.end(), by_container_id);
  std::sort(b.begin(), b.end(), by_container_id);
  return a == b;
}

IdMaps read_id_maps(const Fd& user_namespace) {
  const Context here("read id maps");
  auto [ours, theirs] = sys::socket_pair(SOCK_STREAM);
  const int there_fd = theirs.get();
  const int here_fd = ours.get();
  const Child visitor = spawn({}, [&, there_fd, here_fd] {
    (void)::close(here_fd);
    const int error = ::setns(user_namespace.get(), CLONE_NEWUSER) == 0 ? 0 : errno;
    (void)!::write(there_fd, &error, sizeof error);
    char byte = 0;
    while (::read(there_fd, &byte, 1) > 0) {
    }
    return 0;
  });
  theirs.reset();
  int error = EIO;
  if (::read(here_fd, &error, sizeof error) < 0 || error != 0) throw_errno_value(error, "setns");
  const std::string directory = "/proc/" + std::to_string(visitor.pid());
  return {.uids = parse_map_text(read_file(directory + "/uid_map")),
          .gids = parse_map_text(read_file(directory + "/gid_map"))};
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
  write_id_maps(holder.pid(), {.uids = uids, .gids = gids});
  return sys::open("/proc/" + std::to_string(holder.pid()) + "/ns/user", O_RDONLY);
}

bool is_mapped(const std::vector<spec::IdMapping>& mappings, std::uint32_t container_id) {
  return std::any_of(mappings.begin(), mappings.end(), [&](const spec::IdMapping& one) {
    return container_id >= one.container_id && container_id - one.container_id < one.size;
  });
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
