// SPDX-License-Identifier: Apache-2.0
//
// Shell completion, made of the option tables: completions/rt.bash, _rt (zsh) and rt.fish. Written
// into the tree by the golden test, for the reason that manual.h gives.
#pragma once

#include <string>

namespace rt::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace rt::cli
