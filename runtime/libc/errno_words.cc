// SPDX-License-Identifier: Apache-2.0
//
// Built and run when rt is: prints what glibc calls errors and signals, as arrays, for
// supplement.cc.
#include <csignal>
#include <cstdio>
#include <cstring>

namespace {

void print(const char* array, int count, const char* (*word_of)(int) noexcept) {
  std::printf("constexpr const char* %s[] = {\n", array);
  for (int number = 0; number < count; ++number) {
    const char* word = word_of(number);
    if (word == nullptr) {
      std::puts("    nullptr,");
    } else {
      std::printf("    \"%s\",\n", word);
    }
  }
  std::puts("};");
}

}  // namespace

int main() {
  constexpr int kErrors = 134;  // one more than the highest, EHWPOISON
  constexpr int kSignals = 32;  // the real-time ones have no names
  print("kErrorWords", kErrors, strerrordesc_np);
  print("kErrorNames", kErrors, strerrorname_np);
  print("kSignalWords", kSignals, sigabbrev_np);
  return 0;
}
