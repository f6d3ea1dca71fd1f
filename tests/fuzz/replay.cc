// SPDX-License-Identifier: Apache-2.0
//
// Stands in for libFuzzer: every file that is named, or lies below a directory that is named, once.
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/base/file.h"
#include "tests/fuzz/fuzz.h"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestSeed = 1 << 20;  // bytes

void replay(const fs::path& path) {
  const std::string bytes = rt::read_file(path.string(), kLargestSeed);
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT: as libFuzzer
  (void)LLVMFuzzerTestOneInput(data, bytes.size());
}

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) out.push_back(entry.path());
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) {
      for (const fs::path& path : files_of(argv[i])) {
        replay(path);
        ++count;
      }
    }
    rt::fuzz::demand(count > 0, "there are seeds");
    return 0;
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
