// SPDX-License-Identifier: Apache-2.0
#include "runtime/kernel/cgroup/devices_bpf.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

using Type = spec::DeviceRuleType;

static_assert(kDeviceMknod == BPF_DEVCG_ACC_MKNOD && kDeviceRead == BPF_DEVCG_ACC_READ &&
              kDeviceWrite == BPF_DEVCG_ACC_WRITE);

enum Register : std::uint8_t {
  kResult = 0,
  kContext = 1,
  kType = 2,
  kUndecided = 3,
  kMajor = 4,
  kMinor = 5
};

bpf_insn insn(int code, Register to, Register from, int offset, std::int32_t value) {
  bpf_insn out{};
  out.code = static_cast<__u8>(code);
  out.dst_reg = to & 0xF;
  out.src_reg = from & 0xF;
  out.off = static_cast<__s16>(offset);
  out.imm = value;
  return out;
}
bpf_insn load(Register to, std::size_t offset) {
  return insn(BPF_LDX | BPF_W | BPF_MEM, to, kContext, static_cast<int>(offset), 0);
}
bpf_insn alu(int operation, Register to, std::int32_t value) {
  return insn(BPF_ALU | BPF_K | operation, to, kResult, 0, value);  // 32 bits, upper half zero
}
bpf_insn jump(int condition, Register reg, std::int32_t value, std::size_t skip) {
  return insn(BPF_JMP | BPF_K | condition, reg, kResult, static_cast<int>(skip), value);
}

void append_prologue(std::vector<bpf_insn>& out) {
  out.push_back(load(kType, offsetof(bpf_cgroup_dev_ctx, access_type)));
  out.push_back(insn(BPF_ALU | BPF_MOV | BPF_X, kUndecided, kType, 0, 0));
  out.push_back(alu(BPF_AND, kType, 0xFFFF));  // access_type: access << 16 | type
  out.push_back(alu(BPF_RSH, kUndecided, 16));
  out.push_back(load(kMajor, offsetof(bpf_cgroup_dev_ctx, major)));
  out.push_back(load(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)));
}

// The kernel explores every branch of the program at every start of a container: few of them, and
// short, are the aim of all that follows.

std::int32_t number_of(Type type) {
  return type == Type::kChar ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK;
}

std::int32_t number_of(const std::optional<std::uint32_t>& number) {
  return static_cast<std::int32_t>(*number);
}

using Program = std::vector<bpf_insn>;

void append(Program& out, const Program& more) {
  out.insert(out.end(), more.begin(), more.end());
}

Program verdict(bool allow) {
  return {insn(BPF_ALU64 | BPF_MOV | BPF_K, kResult, kResult, 0, allow ? 1 : 0),
          insn(BPF_JMP | BPF_EXIT, kResult, kResult, 0, 0)};
}

// `body` where the register has the value; else on behind it.
Program when(Register reg, std::int32_t value, const Program& body) {
  Program out{jump(BPF_JNE, reg, value, body.size())};
  append(out, body);
  return out;
}

// A rule that leaves bits undecided, or denies. Falls through unless it decides.
Program of_one(const DevicePolicyRule& rule) {
  Program out;
  if (rule.allow) {
    out = {alu(BPF_AND, kUndecided, kDeviceAll & ~rule.access), jump(BPF_JNE, kUndecided, 0, 2)};
  } else {
    out = {jump(BPF_JSET, kUndecided, rule.access, 1), jump(BPF_JA, kResult, 0, 2)};
  }
  append(out, verdict(rule.allow));
  if (rule.minor) out = when(kMinor, number_of(rule.minor), out);
  if (rule.major) out = when(kMajor, number_of(rule.major), out);
  if (rule.type != Type::kAll) out = when(kType, number_of(rule.type), out);
  return out;
}

bool permits_a_device(const DevicePolicyRule& rule) {
  return rule.allow && rule.access == kDeviceAll && rule.type != Type::kAll && rule.major;
}

using Rules = std::span<const DevicePolicyRule>;

// As many from the front as have what the first has.
template <class Same>
Rules run_of(Rules rules, Same same) {
  std::size_t count = 1;
  while (count < rules.size() && same(rules[count])) ++count;
  return rules.first(count);
}

constexpr std::size_t kToVerdict = 0x7FFF;  // until it is known how far that is

// Permissions for devices of one type: all of them lead to one verdict, at the end.
Program of_permitted(Rules rules) {
  const Type type = rules.front().type;
  Program out;
  while (!rules.empty()) {
    const auto major = rules.front().major;
    const Rules same = run_of(rules, [&](const auto& next) { return next.major == major; });
    if (std::ranges::all_of(same, &DevicePolicyRule::has_minor)) {
      out.push_back(jump(BPF_JNE, kMajor, number_of(major), same.size()));
      for (const DevicePolicyRule& rule : same) {
        out.push_back(jump(BPF_JEQ, kMinor, number_of(rule.minor), kToVerdict));
      }
    } else {
      out.push_back(jump(BPF_JEQ, kMajor, number_of(major), kToVerdict));
    }
    rules = rules.subspan(same.size());
  }
  out.push_back(jump(BPF_JA, kResult, 0, 2));
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i].off == kToVerdict) out[i].off = static_cast<__s16>(out.size() - i - 1);
  }
  append(out, verdict(true));
  return when(kType, number_of(type), out);
}

bool are_both_types_of_one(const DevicePolicyRule& one, DevicePolicyRule other) {
  if (one.type == other.type || one.type == Type::kAll || other.type == Type::kAll) return false;
  other.type = one.type;
  return one == other;
}

// In the order in which they are asked, the last rule first; nothing behind one for everything.
DevicePolicy in_order(const DevicePolicy& policy) {
  DevicePolicy out;
  for (auto rule = policy.rbegin(); rule != policy.rend(); ++rule) {
    if (!out.empty() && are_both_types_of_one(out.back(), *rule)) {
      out.back().type = Type::kAll;
      continue;
    }
    out.push_back(*rule);
    if (rule->is_everything()) break;
  }
  return out;
}

// -- the system calls -----------------------------------------------------------------------------

constexpr unsigned kMaxPrograms = 64;  // BPF_CGROUP_MAX_PROGS of the kernel

// R22: the whole union, zeroed, padding included: kernels 6.17 to 7.1 write past a shorter one.
class Attr {
 public:
  Attr() noexcept { std::memset(&attr_, 0, sizeof attr_); }
  bpf_attr* operator->() noexcept { return &attr_; }
  int call(int command) { return sys::bpf(command, &attr_, sizeof attr_); }

 private:
  bpf_attr attr_;
};
static_assert(sizeof(bpf_attr) >= 120);

// Before kernel 5.11 programs count as locked memory of the user, with a small default limit.
class LiftedMemlock {
 public:
  LiftedMemlock() {
    const rlimit none{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    lifted_ = ::getrlimit(RLIMIT_MEMLOCK, &old_) == 0 && ::setrlimit(RLIMIT_MEMLOCK, &none) == 0;
  }
  ~LiftedMemlock() {
    if (lifted_) (void)::setrlimit(RLIMIT_MEMLOCK, &old_);
  }
  LiftedMemlock(const LiftedMemlock&) = delete;
  LiftedMemlock& operator=(const LiftedMemlock&) = delete;

 private:
  rlimit old_{};
  bool lifted_ = false;
};

// The verifier gives up with EAGAIN when the caller is to be stopped, frozen or traced meanwhile.
Fd load(Attr& attr) {
  for (int attempts = 10;; --attempts) {
    try {
      return Fd(attr.call(BPF_PROG_LOAD));
    } catch (const Error& error) {
      if (error.facts().error_number != EAGAIN || attempts == 1) throw;
    }
  }
}

// Empty: EPERM.
std::optional<Fd> try_load(const std::vector<bpf_insn>& program) {
  Attr attr;
  attr->prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attr->insns = reinterpret_cast<__u64>(program.data());
  attr->insn_cnt = static_cast<__u32>(program.size());
  attr->license = reinterpret_cast<__u64>("Apache-2.0");
  try {
    return load(attr);
  } catch (const Error& error) {
    if (error.facts().error_number != EPERM) throw;
    return {};
  }
}

std::vector<__u32> attached_ids(int cgroup_fd) {
  std::vector<__u32> ids(kMaxPrograms);
  Attr attr;
  attr->query.target_fd = static_cast<__u32>(cgroup_fd);
  attr->query.attach_type = BPF_CGROUP_DEVICE;
  attr->query.prog_ids = reinterpret_cast<__u64>(ids.data());
  attr->query.prog_cnt = kMaxPrograms;
  attr.call(BPF_PROG_QUERY);
  ids.resize(attr->query.prog_cnt);
  return ids;
}

Fd program_of_id(__u32 id) {
  Attr attr;
  attr->prog_id = id;
  return Fd(attr.call(BPF_PROG_GET_FD_BY_ID));
}

void attach(int cgroup_fd, const Fd& program) {
  Attr attr;
  attr->target_fd = static_cast<__u32>(cgroup_fd);
  attr->attach_bpf_fd = static_cast<__u32>(program.get());
  attr->attach_type = BPF_CGROUP_DEVICE;
  attr->attach_flags = BPF_F_ALLOW_MULTI;
  attr.call(BPF_PROG_ATTACH);
}

void detach(int cgroup_fd, const Fd& program) {
  Attr attr;
  attr->target_fd = static_cast<__u32>(cgroup_fd);
  attr->attach_bpf_fd = static_cast<__u32>(program.get());
  attr->attach_type = BPF_CGROUP_DEVICE;
  attr.call(BPF_PROG_DETACH);
}

__u32 id_of(const Fd& program) {
  bpf_prog_info info{};
  Attr attr;
  attr->info.bpf_fd = static_cast<__u32>(program.get());
  attr->info.info_len = sizeof info;
  attr->info.info = reinterpret_cast<__u64>(&info);
  attr.call(BPF_OBJ_GET_INFO_BY_FD);
  return info.id;
}

// How many are left.
std::size_t detach_others(int cgroup_fd, const Fd& kept) {
  const std::vector<__u32> ids = attached_ids(cgroup_fd);
  if (ids.size() <= 1) return ids.size();
  const __u32 own = id_of(kept);
  for (const __u32 id : ids) {
    if (id != own) detach(cgroup_fd, program_of_id(id));
  }
  return attached_ids(cgroup_fd).size();
}

}  // namespace

std::vector<bpf_insn> to_device_program(const DevicePolicy& policy) {
  Program out;
  append_prologue(out);
  const DevicePolicy rules = in_order(policy);
  // The kernel follows no more than 8192 tests that lead to one place.
  const bool together = rules.size() < 1000;
  Rules left(rules);
  while (!left.empty() && !left.front().is_everything()) {
    const DevicePolicyRule& first = left.front();
    const bool permitted = together && permits_a_device(first);
    const Rules taken = run_of(left, [&](const DevicePolicyRule& next) {
      return permitted && permits_a_device(next) && next.type == first.type;
    });
    append(out, permitted ? of_permitted(taken) : of_one(first));
    left = left.subspan(taken.size());
  }
  // The verifier refuses code that cannot be reached: nothing comes behind a rule for everything.
  append(out, verdict(!left.empty() && left.front().allow));
  return out;
}

DeviceFilter attach_device_program(int cgroup_fd, const std::vector<bpf_insn>& program) {
  const Context here("device filter");
  auto loaded = try_load(program);
  if (!loaded) {
    const LiftedMemlock lifted;
    loaded = try_load(program);
    if (!loaded) return DeviceFilter::kNotPermitted;
  }
  // The new one first, then the old ones away: at no time is the cgroup without a filter.
  attach(cgroup_fd, *loaded);
  if (detach_others(cgroup_fd, *loaded) != 1) {
    throw Error(Code::kCgroupFailed, "the kernel does not show the device program");
  }
  return DeviceFilter::kAttached;
}

}  // namespace rt
