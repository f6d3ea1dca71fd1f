// SPDX-License-Identifier: Apache-2.0
//
// --regex: one command, many containers.
#pragma once

#include <exception>
#include <string>

#include "runtime/cli/global.h"
#include "runtime/container/verbs.h"

namespace rt::cli {

// Calls body(ContainerName) for every id that matches, in spite of failures, and rethrows the
// first of them at the end. No match is no error.
template <class Body>
void for_each_match(const Global& global, std::string_view regex, Body body) {
  const std::string root = state_root(global);
  std::exception_ptr first;
  for (const std::string& id : ids_matching(root, std::string(regex))) {
    try {
      body(ContainerName{.root = root, .id = id});
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace rt::cli
