// SPDX-License-Identifier: Apache-2.0
//
// Byte counts as people write them: "512m", "1.5GiB".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rt::cli {

// Digits, perhaps a fraction, perhaps one of b k m g t p in any case, perhaps followed by "b" or
// "ib"; powers of 1024. Empty optional: something else, or more than fits.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace rt::cli
