// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/exec_process.h"

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "spec/documents.h"
#include "spec/validate.h"

namespace rt {
namespace {

// Numbers only, 0 to 2^32-2: a name would be looked up in the image (CVE-2016-3697), and a wider
// number would be cut (CVE-2026-30892).
std::uint32_t parse_id(std::string_view word, const char* what) {
  const auto id = parse_number<std::uint32_t>(word);
  if (!id || *id == 0xFFFF'FFFF) {
    throw Error(Code::kUsage, "bad " + std::string(what) + ": " + quoted(word) +
                                  " is not a number from 0 to 4294967294");
  }
  return *id;
}

void take_user(const std::string& text, spec::User& user) {
  if (text.empty()) return;
  const std::size_t colon = text.find(':');
  user.uid = parse_id(std::string_view(text).substr(0, colon), "uid");
  if (colon != std::string::npos)
    user.gid = parse_id(std::string_view(text).substr(colon + 1), "gid");
}

// Never inheritable and never ambient: file capabilities and non-root programs would get more than
// asked for (CVE-2022-29162, CVE-2025-27612).
void add_capabilities(const std::vector<std::string>& names, spec::Process& process) {
  if (names.empty()) return;
  if (!process.capabilities) process.capabilities.emplace();
  for (auto* set : {&process.capabilities->bounding, &process.capabilities->effective,
                    &process.capabilities->permitted}) {
    set->insert(set->end(), names.begin(), names.end());
  }
}

template <class T>
void use_if_given(const T& given, T& value) {
  if (given != T{}) value = given;
}

spec::Process from_flags(const spec::Process& base, const ExecOptions& options) {
  if (options.args.empty()) throw Error(Code::kUsage, "exec args cannot be empty");
  spec::Process out = base;
  out.args = options.args;
  out.terminal = options.tty;
  out.console_size.reset();
  out.env.insert(out.env.end(), options.env.begin(), options.env.end());
  use_if_given(options.cwd, out.cwd);
  use_if_given(options.apparmor, out.apparmor_profile);
  use_if_given(options.process_label, out.selinux_label);
  use_if_given(options.no_new_privs, out.no_new_privileges);
  take_user(options.user, out.user);
  for (const std::string& gid : options.additional_gids) {
    out.user.additional_gids.push_back(parse_id(gid, "additional gid"));
  }
  add_capabilities(options.capabilities, out);
  return out;
}

template <class T>
void inherit(const T& from, T& value) {
  if (value == T{}) value = from;
}

spec::Process from_document(const spec::Process& base, const ExecOptions& options) {
  spec::Process out = spec::decode_process(options.process_document, options.process_file);
  const bool capable = out.capabilities && *out.capabilities != spec::Capabilities{};
  if (!capable) out.capabilities = base.capabilities;
  inherit(base.apparmor_profile, out.apparmor_profile);
  inherit(base.selinux_label, out.selinux_label);
  inherit(base.rlimits, out.rlimits);
  inherit(base.scheduler, out.scheduler);
  inherit(base.io_priority, out.io_priority);
  inherit(base.exec_cpu_affinity, out.exec_cpu_affinity);
  return out;
}

}  // namespace

spec::Process process_to_exec(const spec::Config& config, const ExecOptions& options) {
  const spec::Process base = config.process.value_or(spec::Process{.cwd = "/"});
  const bool document = !options.process_file.empty();
  spec::Process out = document ? from_document(base, options) : from_flags(base, options);
  out.oom_score_adj = base.oom_score_adj;
  out.user.umask = base.user.umask;
  const std::string_view name = document ? std::string_view(options.process_file) : "exec";
  spec::validate(out, name);
  return out;
}

}  // namespace rt
