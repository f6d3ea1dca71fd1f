// SPDX-License-Identifier: Apache-2.0
// probe FACT|TRY|ACTION [ARG...], or: probe many FACT[:ARG...]... for several facts in one object.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "json.h"
#include "probe.h"

namespace probe {

std::string errno_name(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : std::to_string(error);
}

std::string slurp(const char* path) {
  std::string text;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return text;
  }
  char buffer[4096];
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  close(fd);
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  if (begin < text.size()) {
    lines.push_back(text.substr(begin));
  }
  return lines;
}

namespace {

const Fact* find_fact(std::string_view name) {
  for (const auto table : {identity_facts(), place_facts(), scheduling_facts(), tries()}) {
    for (const Fact& fact : table) {
      if (fact.name == name) {
        return &fact;
      }
    }
  }
  return nullptr;
}

void print(const std::string& json) {
  const std::string line = json + "\n";
  (void)!write(1, line.data(), line.size());
}

Args split(const std::string& text, char separator) {
  Args parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find(separator, begin)) != std::string::npos;) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

int many(const Args& requests) {
  Object all;
  for (const std::string& request : requests) {
    Args parts = split(request, ':');
    const Fact* fact = find_fact(parts.front());
    if (fact == nullptr) {
      return 2;
    }
    parts.erase(parts.begin());
    all.add(request, fact->make(parts));
  }
  print(all.str());
  return 0;
}

int dispatch(const std::string& name, const Args& args) {
  if (name == "many") {
    return many(args);
  }
  if (const Fact* fact = find_fact(name); fact != nullptr) {
    print(fact->make(args));
    return 0;
  }
  for (const Action& action : actions()) {
    if (action.name == name) {
      return action.run(args);
    }
  }
  std::fprintf(stderr, "probe: unknown request \"%s\"\n", name.c_str());
  return 2;
}

}  // namespace
}  // namespace probe

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: probe REQUEST [ARG...]\n");
    return 2;
  }
  return probe::dispatch(argv[1], probe::Args(argv + 2, argv + argc));
}
