// SPDX-License-Identifier: Apache-2.0
//
// config.json as C++ values: the document and its platform-neutral parts.
// Plain data: no parsing (fields.h), no rules (validate.h). Optional means "not in the document";
// an empty vector stands for absent wherever the spec gives both the same meaning.
// Source: runtime-spec 1.3, config.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "spec/linux.h"
#include "spec/process.h"

namespace rt::spec {

using Annotations = std::map<std::string, std::string>;

struct Root {
  std::string path{};  // absolute, or relative to the bundle
  bool readonly = false;
  bool operator==(const Root&) const = default;
};

struct Mount {
  std::string destination{};  // absolute; a relative one counts from "/"
  std::string type{};         // empty: absent
  std::string source{};       // empty: absent; bind source relative to the bundle
  std::vector<std::string> options{};
  std::vector<IdMapping> uid_mappings{};
  std::vector<IdMapping> gid_mappings{};
  bool operator==(const Mount&) const = default;
};

struct Hook {
  std::string path{};                             // absolute
  std::vector<std::string> args{};                // argv, [0] included; empty: {path}
  std::optional<std::vector<std::string>> env{};  // absent: the caller decides; [] is empty
  std::optional<std::int64_t> timeout{};          // seconds, > 0; absent: no limit
  bool operator==(const Hook&) const = default;
};

struct Hooks {
  std::vector<Hook> prestart{};
  std::vector<Hook> create_runtime{};
  std::vector<Hook> create_container{};
  std::vector<Hook> start_container{};
  std::vector<Hook> poststart{};
  std::vector<Hook> poststop{};
  bool operator==(const Hooks&) const = default;
};

struct Config {
  std::string oci_version{};
  std::optional<Process> process{};  // may be absent until start
  std::optional<Root> root{};        // validate() makes sure that it is there
  std::string hostname{};            // empty: absent
  std::string domainname{};          // empty: absent
  std::vector<Mount> mounts{};
  Hooks hooks{};
  Annotations annotations{};
  std::optional<Linux> linux_{};  // `linux` is a macro of gnu++ compilers
  bool operator==(const Config&) const = default;
};

}  // namespace rt::spec
