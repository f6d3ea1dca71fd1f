// SPDX-License-Identifier: Apache-2.0
#include "runtime/container/criu_wire.h"

#include <variant>

#include "runtime/base/error.h"

namespace rt {
namespace {

// The two wire types that rpc.proto has: a number, and bytes with their length before them.
enum Wire : std::uint32_t { kVarint = 0, kBytes = 2 };

class Writer {
 public:
  // A negative int32 is sent as the 64-bit number that it extends to.
  void number(std::uint32_t field, std::int64_t value) {
    varint(field << 3U | kVarint);
    varint(static_cast<std::uint64_t>(value));
  }
  void bytes(std::uint32_t field, std::string_view value) {
    varint(field << 3U | kBytes);
    varint(value.size());
    out_.append(value);
  }
  std::string take() { return std::move(out_); }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) out_.push_back(static_cast<char>(value | 0x80U));
    out_.push_back(static_cast<char>(value));
  }
  std::string out_{};
};

struct Field {
  std::uint32_t number = 0;
  std::uint64_t value = 0;   // kVarint
  std::string_view bytes{};  // kBytes
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::optional<Field> next() {
    if (rest_.empty()) return {};
    const std::uint64_t tag = varint();
    Field out{.number = static_cast<std::uint32_t>(tag >> 3U)};
    if ((tag & 7U) == kVarint) {
      out.value = varint();
    } else if ((tag & 7U) == kBytes) {
      const std::uint64_t size = varint();
      if (size > rest_.size()) refuse();
      out.bytes = rest_.substr(0, size);
      rest_.remove_prefix(size);
    } else {
      refuse();
    }
    return out;
  }

 private:
  [[noreturn]] static void refuse() { throw Error(Code::kProtocol, "malformed answer of criu"); }

  std::uint64_t varint() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) refuse();
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      out |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) return out;
    }
    refuse();
  }

  std::string_view rest_;
};

using Number = std::int32_t CriuWish::*;
using Switch = bool CriuWish::*;
using Text = std::string CriuWish::*;
using Texts = std::vector<std::string> CriuWish::*;
using MaybeNumber = std::optional<std::int32_t> CriuWish::*;
using Pairs = std::vector<WordPair> CriuWish::*;
using Named = std::vector<WordNumber> CriuWish::*;
using MaybeNamed = std::optional<WordNumber> CriuWish::*;

struct Row {
  std::uint32_t field;
  std::variant<Number, Switch, Text, Texts, MaybeNumber, Pairs, Named, MaybeNamed> member;
};

// The numbers are those of rpc.proto.
constexpr Row kRows[] = {
    {1, &CriuWish::images_dir_fd},
    {2, &CriuWish::pid},
    {3, &CriuWish::leave_running},
    {4, &CriuWish::ext_unix_sk},
    {5, &CriuWish::tcp_established},
    {6, &CriuWish::evasive_devices},
    {7, &CriuWish::shell_job},
    {8, &CriuWish::file_locks},
    {9, &CriuWish::log_level},
    {10, &CriuWish::log_file},
    {11, &CriuWish::page_server},
    {12, &CriuWish::notify_scripts},
    {13, &CriuWish::root},
    {14, &CriuWish::parent_img},
    {15, &CriuWish::track_mem},
    {16, &CriuWish::auto_dedup},
    {17, &CriuWish::work_dir_fd},
    {18, &CriuWish::link_remap},
    {23, &CriuWish::ext_mnt},
    {25, &CriuWish::cg_root},
    {26, &CriuWish::rst_sibling},
    {27, &CriuWish::inherit_fd},
    {34, &CriuWish::manage_cgroups_mode},
    {37, &CriuWish::external},
    {38, &CriuWish::empty_ns},
    {39, &CriuWish::join_ns},
    {44, &CriuWish::freeze_cgroup},
    {46, &CriuWish::tcp_skip_in_flight},
    {48, &CriuWish::lazy_pages},
    {50, &CriuWish::orphan_pts_master},
    {51, &CriuWish::config_file},
    {52, &CriuWish::tcp_close},
    {53, &CriuWish::lsm_profile},
    {64, &CriuWish::lsm_mount_context},
    {65, &CriuWish::network_lock},
};

// One row's value, in the message that is being written.
class RowWriter {
 public:
  RowWriter(Writer& out, std::uint32_t field) : out_(out), field_(field) {}

  void operator()(std::int32_t value) const { out_.number(field_, value); }
  void operator()(bool value) const {
    if (value) out_.number(field_, 1);
  }
  void operator()(const std::string& value) const {
    if (!value.empty()) out_.bytes(field_, value);
  }
  void operator()(const WordPair& value) const {
    Writer inner;
    inner.bytes(1, value.first);
    inner.bytes(2, value.second);
    out_.bytes(field_, inner.take());
  }
  void operator()(const WordNumber& value) const {
    Writer inner;
    inner.bytes(1, value.first);
    inner.number(2, value.second);
    out_.bytes(field_, inner.take());
  }
  template <class T>
  void operator()(const std::optional<T>& value) const {
    if (value) (*this)(*value);
  }
  template <class T>
  void operator()(const std::vector<T>& values) const {
    for (const T& value : values) (*this)(value);
  }

 private:
  Writer& out_;
  std::uint32_t field_;
};

}  // namespace

std::string encode_request(CriuType type, const CriuWish& wish) {
  Writer options;
  for (const Row& row : kRows) {
    std::visit([&](auto member) { RowWriter(options, row.field)(wish.*member); }, row.member);
  }
  Writer out;
  out.number(1, static_cast<std::int64_t>(type));
  out.bytes(2, options.take());
  return out.take();
}

std::string encode_notified(bool success) {
  Writer out;
  out.number(1, static_cast<std::int64_t>(CriuType::kNotify));
  out.number(3, success ? 1 : 0);
  return out.take();
}

CriuAnswer decode_answer(std::string_view bytes) {
  CriuAnswer out;
  const auto number = [](const Field& field) { return static_cast<std::int32_t>(field.value); };
  const auto read_inner = [&](std::string_view inner, std::uint32_t pid_field) {
    for (Reader reader(inner); const auto field = reader.next();) {
      if (field->number == pid_field) {
        out.pid = number(*field);
      } else if (field->number == 1) {
        out.script = field->bytes;
      }
    }
  };
  for (Reader reader(bytes); const auto field = reader.next();) {
    switch (field->number) {
      case 1:
        out.type = static_cast<CriuType>(field->value);
        break;
      case 2:
        out.success = field->value != 0;
        break;
      case 4:  // criu_restore_resp
        read_inner(field->bytes, 1);
        break;
      case 5:  // criu_notify
        read_inner(field->bytes, 2);
        break;
      case 7:
        out.error = number(*field);
        break;
      case 9:
        out.error_text = field->bytes;
        break;
      default:
        break;
    }
  }
  return out;
}

}  // namespace rt
