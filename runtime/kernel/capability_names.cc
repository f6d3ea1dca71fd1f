// SPDX-License-Identifier: Apache-2.0
//
// Built and run when rt is: prints the names that libcap-ng knows, in the order of their numbers,
// for capabilities.cc. Linked into rt the library would ask the kernel eight questions in a
// constructor at every start.
#include <cap-ng.h>

#include <cctype>
#include <cstdio>
#include <string>

int main() {
  std::puts("constexpr const char* kLibraryNames[] = {");
  for (unsigned number = 0; number < 64; ++number) {
    const char* name = capng_capability_to_name(number);
    if (name == nullptr || capng_name_to_capability(name) != static_cast<int>(number)) break;
    std::string word = "CAP_";
    for (const char* c = name; *c != '\0'; ++c) word += static_cast<char>(std::toupper(*c));
    std::printf("    \"%s\",\n", word.c_str());
  }
  std::puts("};");
  return 0;
}
