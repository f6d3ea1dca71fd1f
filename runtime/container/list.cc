// SPDX-License-Identifier: Apache-2.0
#include <regex.h>
#include <sys/stat.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/sys.h"
#include "runtime/base/text.h"
#include "runtime/container/container.h"
#include "runtime/container/verbs.h"
#include "spec/fields_state.h"

namespace rt {
namespace {

// The specification's state document and what runc adds to it (BuildKit reads rootfs), and timing.
struct StateDocument {
  std::string oci_version = spec::kOciVersion;
  std::string id{};
  std::int32_t pid = 0;
  spec::Status status = spec::Status::kStopped;
  std::string bundle{};
  std::string rootfs{};
  std::string created{};
  spec::Annotations annotations{};
  std::string owner{};
  Timing timing{};
  bool operator==(const StateDocument&) const = default;
};

}  // namespace

template <>
struct spec::Fields<StateDocument> {
  static constexpr auto list = std::tuple(
      required("ociVersion", &StateDocument::oci_version), required("id", &StateDocument::id),
      required("pid", &StateDocument::pid), required("status", &StateDocument::status),
      required("bundle", &StateDocument::bundle), required("rootfs", &StateDocument::rootfs),
      required("created", &StateDocument::created),
      optional("annotations", &StateDocument::annotations),
      required("owner", &StateDocument::owner), optional("timing", &StateDocument::timing));
};

namespace {

// From /etc/passwd alone: name services would load libraries.
std::string user_name(uid_t uid) {
  const std::string passwd = read_file_if_exists("/etc/passwd").value_or("");
  for (const std::string_view line : split_lines(passwd)) {
    const auto fields = split(line, ':');
    if (fields.size() > 2 && parse_number<uid_t>(fields[2]) == uid) return std::string(fields[0]);
  }
  return "#" + std::to_string(uid);
}

ContainerView view(Container& container) {
  const Record& record = container.record();
  const spec::Status status = container.status();
  const std::string owner = user_name(sys::fstat(container.dir().fd()).st_uid);
  const std::int32_t pid = status == spec::Status::kStopped ? 0 : record.pid;
  ContainerView out{.id = record.id,
                    .status = status_word(status),
                    .bundle = record.bundle,
                    .created = record.created,
                    .owner = owner,
                    .pid = pid};
  out.json = spec::encode(StateDocument{.id = record.id,
                                        .pid = pid,
                                        .status = status,
                                        .bundle = record.bundle,
                                        .rootfs = record.rootfs,
                                        .created = record.created,
                                        .annotations = record.annotations,
                                        .owner = owner,
                                        .timing = record.timing});
  return out;
}

class Regex {
 public:
  explicit Regex(const std::string& pattern) {
    if (::regcomp(&compiled_, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
      throw Error(Code::kUsage, "invalid regular expression " + quoted(pattern));
    }
  }
  ~Regex() { ::regfree(&compiled_); }
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;
  Regex(Regex&&) = delete;
  Regex& operator=(Regex&&) = delete;
  [[nodiscard]] bool matches(const std::string& text) const {
    return ::regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
};

}  // namespace

ContainerView state(const ContainerName& name) {
  const Context here("state", name.id);
  Container container = Container::open(name);
  return view(container);
}

std::vector<ContainerView> list(const std::string& root, bool root_may_be_missing,
                                std::vector<std::string>& broken) {
  const Context here("list");
  const auto ids = list_ids(root);
  if (!ids && !root_may_be_missing) throw_errno_value(ENOENT, "open", root);
  std::vector<ContainerView> out;
  for (const std::string& id : ids.value_or(std::vector<std::string>{})) {
    try {
      Container container = Container::open({.root = root, .id = id});
      out.push_back(view(container));
    } catch (const Error& e) {
      broken.emplace_back(id + ": " + e.what());
    }
  }
  return out;
}

std::vector<std::string> ids_matching(const std::string& root, const std::string& regex) {
  const Regex wanted(regex);
  std::vector<std::string> out = list_ids(root).value_or(std::vector<std::string>{});
  std::erase_if(out, [&](const std::string& id) { return !wanted.matches(id); });
  return out;
}

}  // namespace rt
