// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/criu_words.h"

#include <fcntl.h>
#include <sched.h>

#include <algorithm>
#include <span>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/kernel/namespaces.h"
#include "spec/names.h"

namespace rt {
namespace {

struct Word {
  std::string_view word;
  std::int32_t number;  // in rpc.proto
};
constexpr Word kCgroupModes[] = {{"ignore", 0}, {"soft", 3}, {"full", 4}, {"strict", 5}};
constexpr Word kNetworkLocks[] = {{"iptables", 1}, {"nftables", 2}, {"skip", 3}};
constexpr Word kEmptyNamespaces[] = {{"network", CLONE_NEWNET}};

std::int32_t number_of(std::span<const Word> words, std::string_view flag, std::string_view word) {
  const auto found = std::ranges::find(words, word, &Word::word);
  if (found != words.end()) return found->number;
  std::string wanted;
  for (const Word& one : words) wanted += (wanted.empty() ? "" : ", ") + std::string(one.word);
  throw Error(Code::kUsage, "invalid value " + quoted(word) + " for flag " + std::string(flag) +
                                ": expected " + wanted);
}

// Those that CRIU takes as a descriptor, under the names that runc's images have.
struct External {
  spec::NamespaceType type;
  const char* kind;  // in /proc/PID/ns
  const char* name;
};
constexpr External kExternals[] = {{spec::NamespaceType::kNetwork, "net", "extRootNetNS"},
                                   {spec::NamespaceType::kPid, "pid", "extRootPidNS"}};

const External* external_of(spec::NamespaceType type) {
  const auto* const found = std::ranges::find(kExternals, type, &External::type);
  return found == std::end(kExternals) ? nullptr : found;
}

struct Joined {
  spec::NamespaceType type;
  const char* kind;
};
constexpr Joined kJoined[] = {{spec::NamespaceType::kIpc, "ipc"},
                              {spec::NamespaceType::kMount, "mnt"},
                              {spec::NamespaceType::kTime, "time"},
                              {spec::NamespaceType::kUser, "user"},
                              {spec::NamespaceType::kUts, "uts"}};

}  // namespace

void add_words(CriuWish& wish, const CriuOptions& options) {
  wish.manage_cgroups_mode =
      number_of(kCgroupModes, "--manage-cgroups-mode", options.manage_cgroups_mode);
  if (!options.network_lock.empty()) {
    wish.network_lock = number_of(kNetworkLocks, "--network-lock", options.network_lock);
  }
  for (const std::string& word : options.empty_ns) {
    wish.empty_ns = wish.empty_ns.value_or(0) | number_of(kEmptyNamespaces, "--empty-ns", word);
  }
}

WordNumber page_server(const std::string& text) {
  const std::size_t at = text.rfind(':');
  const auto port =
      at == std::string::npos ? std::nullopt : parse_number<std::uint16_t>(text.substr(at + 1));
  if (!port || at == 0) throw Error(Code::kUsage, "use --page-server ADDRESS:PORT");
  return {text.substr(0, at), *port};
}

void add_dumped_namespaces(CriuWish& wish, const spec::Config& config, const std::string& process) {
  if (!config.linux_) return;
  for (const spec::Namespace& one : config.linux_->namespaces) {
    const External* external = external_of(one.type);
    if (one.path.empty() || external == nullptr) continue;
    const auto facts = sys::stat_at_if_exists(AT_FDCWD, process + "/ns/" + external->kind, 0);
    if (!facts) continue;
    wish.external.push_back(std::string(external->kind) + "[" + std::to_string(facts->st_ino) +
                            "]:" + external->name);
  }
}

std::vector<Fd> add_restored_namespaces(CriuWish& wish, const spec::Config& config) {
  std::vector<Fd> out;
  if (!config.linux_) return out;
  const auto& all = config.linux_->namespaces;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].path.empty()) continue;
    const std::string origin = "/linux/namespaces/" + std::to_string(i) + "/path";
    const Context here(origin);
    if (const External* external = external_of(all[i].type)) {
      out.push_back(open_namespace(all[i].path, static_cast<std::uint32_t>(all[i].type)));
      wish.inherit_fd.emplace_back(external->name, out.back().get());
      continue;
    }
    const auto* const joined = std::ranges::find(kJoined, all[i].type, &Joined::type);
    if (joined == std::end(kJoined)) {
      throw Error(Code::kUnsupported, "CRIU cannot restore into a cgroup namespace that exists");
    }
    wish.join_ns.emplace_back(joined->kind, all[i].path);
  }
  return out;
}

}  // namespace rt
