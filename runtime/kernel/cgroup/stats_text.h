// SPDX-License-Identifier: Apache-2.0
//
// The formats of statistic files, for stats_*.cc only. What is not there is empty or nothing; what
// is there and is malformed throws Error(kCgroupFailed) "FILE: expected …, found …".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/kernel/cgroup/stats.h"

namespace rt::stats_text {

[[noreturn]] void malformed(std::string_view file, std::string_view expected,
                            std::string_view found);

// A file with one number; `out` stays when the file is not there.
void number(int dir_fd, const std::string& file, std::uint64_t& out);
void number(int dir_fd, const std::string& file, std::int64_t& out);
void limit(int dir_fd, const std::string& file, spec::Limit& out);  // "max" or a number
// "1 2 3": numbers between blanks.
void numbers(int dir_fd, const std::string& file, std::vector<std::uint64_t>& out);
// "0-2,7"
void list(int dir_fd, const std::string& file, std::vector<std::uint16_t>& out);
// "key 5" a line. `max` of a missing file is no event.
std::map<std::string, std::uint64_t> keyed(int dir_fd, const std::string& file);
// "some avg10=0.12 avg60=… avg300=… total=5" and "full …". Empty where pressure is not measured.
std::optional<Pressure> pressure(int dir_fd, const std::string& file);

// The number of a word of `file`.
std::uint64_t to_number(std::string_view word, std::string_view file);
// "8:16"
void to_device(std::string_view word, std::string_view file, IoEntry& out);

// SIZE of every file "hugetlb." SIZE `suffix` of a directory.
std::vector<std::string> page_sizes(int dir_fd, std::string_view suffix);

}  // namespace rt::stats_text
