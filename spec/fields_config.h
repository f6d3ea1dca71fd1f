// SPDX-License-Identifier: Apache-2.0
//
// Field tables of config.h. Other platforms' blocks are unknown members, hence ignored.
// Rows stand in the order of the spec; the order is also that of the written document.
#pragma once

#include "spec/config.h"
#include "spec/fields.h"
#include "spec/fields_linux.h"
#include "spec/fields_process.h"

namespace rt::spec {

template <>
struct Fields<Root> {
  static constexpr auto list =
      std::tuple(required("path", &Root::path), optional("readonly", &Root::readonly));
};

template <>
struct Fields<Mount> {
  static constexpr auto list = std::tuple(
      required("destination", &Mount::destination), optional("type", &Mount::type),
      optional("source", &Mount::source), optional("options", &Mount::options),
      optional("uidMappings", &Mount::uid_mappings), optional("gidMappings", &Mount::gid_mappings));
};

template <>
struct Fields<Hook> {
  static constexpr auto list =
      std::tuple(required("path", &Hook::path), optional("args", &Hook::args),
                 optional("env", &Hook::env), optional("timeout", &Hook::timeout));
};

template <>
struct Fields<Hooks> {
  static constexpr auto list = std::tuple(
      optional("prestart", &Hooks::prestart), optional("createRuntime", &Hooks::create_runtime),
      optional("createContainer", &Hooks::create_container),
      optional("startContainer", &Hooks::start_container), optional("poststart", &Hooks::poststart),
      optional("poststop", &Hooks::poststop));
};

template <>
struct Fields<Config> {
  static constexpr auto list = std::tuple(
      required("ociVersion", &Config::oci_version), optional("process", &Config::process),
      optional("root", &Config::root), optional("hostname", &Config::hostname),
      optional("domainname", &Config::domainname), optional("mounts", &Config::mounts),
      optional("hooks", &Config::hooks), optional("annotations", &Config::annotations),
      optional("linux", &Config::linux_));
};

}  // namespace rt::spec
