// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "runtime/base/error.h"
#include "runtime/kernel/cgroup/device_rules.h"
#include "runtime/kernel/cgroup/devices_bpf.h"
#include "runtime/kernel/cgroup/plan.h"
#include "tests/kernel/print_cgroup.h"

namespace rt {

namespace {

using Type = spec::DeviceRuleType;

struct Device {
  Type type = Type::kChar;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
};

// The rule, word by word: for each requested bit the last matching rule decides; none: refused.
bool reference(const DevicePolicy& policy, const Device& device, std::uint8_t requested) {
  bool all = true;
  for (const std::uint8_t bit : {kDeviceMknod, kDeviceRead, kDeviceWrite}) {
    if ((requested & bit) == 0) continue;
    bool allowed = false;
    for (const DevicePolicyRule& rule : policy) {
      const bool matches = (rule.type == Type::kAll || rule.type == device.type) &&
                           rule.major.value_or(device.major) == device.major &&
                           rule.minor.value_or(device.minor) == device.minor &&
                           (rule.access & bit) != 0;
      if (matches) allowed = rule.allow;
    }
    all = all && allowed;
  }
  return all;
}

std::uint64_t context_word(const bpf_cgroup_dev_ctx& ctx, int offset) {
  switch (offset) {
    case 0:
      return ctx.access_type;
    case 4:
      return ctx.major;
    case 8:
      return ctx.minor;
    default:
      ADD_FAILURE() << "load from " << offset;
      return 0;
  }
}

bool jumps(const bpf_insn& insn, std::uint64_t left) {
  const auto right = static_cast<std::uint64_t>(static_cast<std::int64_t>(insn.imm));
  switch (insn.code) {
    case BPF_JMP | BPF_JA:
      return true;
    case BPF_JMP | BPF_JEQ | BPF_K:
      return left == right;
    case BPF_JMP | BPF_JNE | BPF_K:
      return left != right;
    case BPF_JMP | BPF_JSET | BPF_K:
      return (left & right) != 0;
    default:
      ADD_FAILURE() << "unknown jump " << int{insn.code};
      return false;
  }
}

// Just the instructions that to_device_program() may use.
bool run(const std::vector<bpf_insn>& program, const bpf_cgroup_dev_ctx& ctx) {
  std::uint64_t reg[16] = {};
  for (std::size_t pc = 0; pc < program.size(); ++pc) {
    const bpf_insn& insn = program[pc];
    std::uint64_t& to = reg[insn.dst_reg];
    const auto value = static_cast<std::uint32_t>(insn.imm);
    switch (insn.code) {
      case BPF_LDX | BPF_W | BPF_MEM:
        to = context_word(ctx, insn.off);
        break;
      case BPF_ALU | BPF_MOV | BPF_X:
        to = static_cast<std::uint32_t>(reg[insn.src_reg]);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        to = static_cast<std::uint32_t>(to) & value;
        break;
      case BPF_ALU | BPF_RSH | BPF_K:
        to = static_cast<std::uint32_t>(to) >> value;
        break;
      case BPF_ALU64 | BPF_MOV | BPF_K:
        to = value;
        break;
      case BPF_JMP | BPF_EXIT:
        return reg[0] != 0;
      default:
        if (jumps(insn, to)) pc += static_cast<std::size_t>(insn.off);
    }
  }
  ADD_FAILURE() << "ran off the end";
  return false;
}

bool run(const std::vector<bpf_insn>& program, const Device& device, std::uint8_t requested) {
  const auto type =
      static_cast<__u32>(device.type == Type::kChar ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK);
  return run(program, {.access_type = static_cast<__u32>(requested) << 16 | type,
                       .major = device.major,
                       .minor = device.minor});
}

class RandomRules {
 public:
  explicit RandomRules(unsigned seed) : engine_(seed) {}

  unsigned below(unsigned limit) { return static_cast<unsigned>(engine_() % limit); }
  std::optional<std::uint32_t> number() {
    if (below(3) == 0) return {};
    return below(3);
  }
  Type type() {
    constexpr Type kTypes[] = {Type::kChar, Type::kBlock, Type::kAll};
    return kTypes[below(3)];
  }
  DevicePolicy policy() {
    DevicePolicy out(below(8));
    for (DevicePolicyRule& rule : out) {
      rule = {.allow = below(2) == 1,
              .type = type(),
              .access = below(2) == 1 ? kDeviceAll : static_cast<std::uint8_t>(1 + below(7)),
              .major = number(),
              .minor = number()};
    }
    return out;
  }

 private:
  std::mt19937 engine_;
};

template <class Check>
void for_every_access(Check check) {
  for (const Type type : {Type::kChar, Type::kBlock}) {
    for (std::uint32_t major = 0; major < 3; ++major) {
      for (std::uint32_t minor = 0; minor < 3; ++minor) {
        for (std::uint8_t access = 1; access <= kDeviceAll; ++access) {
          check(Device{type, major, minor}, access);
        }
      }
    }
  }
}

TEST(DeviceProgram, AgreesWithTheReferenceOnRandomRules) {
  RandomRules random(7);
  for (int round = 0; round < 2000; ++round) {
    SCOPED_TRACE(round);
    const DevicePolicy policy = random.policy();
    const std::vector<bpf_insn> program = to_device_program(policy);
    for_every_access([&](const Device& device, std::uint8_t access) {
      ASSERT_EQ(run(program, device, access), reference(policy, device, access))
          << device.major << ":" << device.minor << " " << int{access};
    });
  }
}

TEST(DeviceProgram, ManyRulesMeanTheSameAsFew) {
  DevicePolicy policy;
  for (std::uint32_t minor = 0; minor < 1500; ++minor) {
    policy.push_back({.allow = true, .type = Type::kChar, .major = 1, .minor = minor * 2});
  }
  const std::vector<bpf_insn> program = to_device_program(policy);
  EXPECT_TRUE(run(program, {Type::kChar, 1, 2998}, kDeviceAll));
  EXPECT_FALSE(run(program, {Type::kChar, 1, 2997}, kDeviceRead));
  EXPECT_FALSE(run(program, {Type::kBlock, 1, 2998}, kDeviceRead));
}

// Checking it is a part of every start.
TEST(DeviceProgram, IsShortForWhatEveryContainerHas) {
  EXPECT_LE(to_device_program(device_policy({{.allow = false, .type = Type::kAll}})).size(), 32U);
}

TEST(DeviceProgram, NoRuleRefusesEverything) {
  EXPECT_FALSE(run(to_device_program({}), {Type::kChar, 1, 3}, kDeviceRead));
}

TEST(DevicePolicy, AnAbsentListAllowsOnlyWhatEveryContainerHas) {
  const std::vector<bpf_insn> program = to_device_program(device_policy({}));
  const struct {
    const char* name;
    Device device;
    std::uint8_t access;
    bool want;
  } rows[] = {
      {"null", {Type::kChar, 1, 3}, kDeviceAll, true},
      {"zero", {Type::kChar, 1, 5}, kDeviceAll, true},
      {"full", {Type::kChar, 1, 7}, kDeviceAll, true},
      {"random", {Type::kChar, 1, 8}, kDeviceAll, true},
      {"urandom", {Type::kChar, 1, 9}, kDeviceAll, true},
      {"tty", {Type::kChar, 5, 0}, kDeviceAll, true},
      {"ptmx", {Type::kChar, 5, 2}, kDeviceAll, true},
      {"pts", {Type::kChar, 136, 99}, kDeviceAll, true},
      {"tun", {Type::kChar, 10, 200}, kDeviceAll, true},
      {"console", {Type::kChar, 5, 1}, kDeviceRead, false},
      {"mem", {Type::kChar, 1, 1}, kDeviceRead, false},
      {"mknod of mem", {Type::kChar, 1, 1}, kDeviceMknod, true},
      {"loop", {Type::kBlock, 7, 0}, kDeviceRead, false},
      {"mknod of loop", {Type::kBlock, 7, 0}, kDeviceMknod, true},
      {"mknod and open of loop", {Type::kBlock, 7, 0}, kDeviceMknod | kDeviceRead, false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(run(program, row.device, row.access), row.want) << row.name;
}

TEST(DevicePolicy, LaterRulesOverrideOnlyTheirBits) {
  const std::vector<bpf_insn> program = to_device_program(device_policy({
      {.allow = true, .type = Type::kAll, .access = "rwm"},
      {.allow = false, .type = Type::kBlock, .access = "w"},
      {.allow = true, .type = Type::kBlock, .major = 8, .minor = -1, .access = "w"},
  }));
  EXPECT_TRUE(run(program, {Type::kChar, 1, 1}, kDeviceAll));
  EXPECT_TRUE(run(program, {Type::kBlock, 7, 0}, kDeviceRead));
  EXPECT_FALSE(run(program, {Type::kBlock, 7, 0}, kDeviceRead | kDeviceWrite));
  EXPECT_TRUE(run(program, {Type::kBlock, 8, 3}, kDeviceAll));
}

TEST(DevicePolicy, TypeAWithNumbersIsNotEverything) {
  const std::vector<bpf_insn> program = to_device_program(device_policy(
      {{.allow = true, .type = Type::kAll, .major = 10, .minor = 229, .access = "rw"}}));
  EXPECT_TRUE(run(program, {Type::kChar, 10, 229}, kDeviceRead));
  EXPECT_FALSE(run(program, {Type::kChar, 10, 228}, kDeviceRead));
}

std::vector<std::string> v1_lines(const DevicePolicy& policy) {
  std::vector<std::string> out;
  for (const CgroupWrite& one : to_v1_device_writes(policy)) {
    out.push_back(one.file.substr(8) + " " + one.value);
  }
  return out;
}

TEST(DeviceLinesV1, DenyEverythingThenWhatIsAllowed) {
  EXPECT_EQ(v1_lines({}), (std::vector<std::string>{"deny a"}));
  EXPECT_EQ(v1_lines({{.allow = false, .type = Type::kAll},
                      {.allow = true, .type = Type::kChar, .major = 1, .minor = 3},
                      {.allow = true, .type = Type::kBlock, .access = kDeviceMknod}}),
            (std::vector<std::string>{"deny a", "allow c 1:3 rwm", "allow b *:* m"}));
}

TEST(DeviceLinesV1, KeepsOnlyWhatTheLaterRulesLeave) {
  const struct {
    const char* name;
    DevicePolicy policy;
    std::vector<std::string> want;
  } rows[] = {
      {"same device: bits add up",
       {{true, Type::kChar, kDeviceRead, 1U, 3U}, {true, Type::kChar, kDeviceWrite, 1U, 3U}},
       {"deny a", "allow c 1:3 rw"}},
      {"taken back in part",
       {{true, Type::kChar, kDeviceAll, 1U, 3U}, {false, Type::kChar, kDeviceWrite, 1U, {}}},
       {"deny a", "allow c 1:3 rm"}},
      {"taken back whole",
       {{true, Type::kChar, kDeviceAll, 1U, 3U}, {false, Type::kChar}},
       {"deny a"}},
      {"everything, but",
       {{true, Type::kAll}, {false, Type::kBlock, kDeviceWrite, 8U, {}}},
       {"allow a", "deny b 8:* w"}},
      {"type a with numbers is both types",
       {{true, Type::kAll, kDeviceRead, 9U, 1U}},
       {"deny a", "allow c 9:1 r", "allow b 9:1 r"}},
      {"a new start forgets",
       {{true, Type::kChar, kDeviceAll, 1U, 3U},
        {false, Type::kAll},
        {true, Type::kChar, kDeviceAll, 1U, 5U}},
       {"deny a", "allow c 1:5 rwm"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(v1_lines(row.policy), row.want);
  }
}

TEST(DeviceLinesV1, RefusesAHoleInAWiderPermission) {
  try {
    (void)v1_lines(
        {{true, Type::kChar, kDeviceAll, 1U, {}}, {false, Type::kChar, kDeviceWrite, 1U, 3U}});
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::kUnsupported);
    EXPECT_STREQ(
        error.what(),
        "/linux/resources/devices: cgroup v1 cannot take \"c 1:3 w\" out of \"c 1:* rwm\"");
  }
}

// Where v1 can express a policy at all, the kernel's reading of the lines is the program's.
TEST(DeviceLinesV1, AgreesWithTheReferenceWhereItIsAccepted) {
  RandomRules random(11);
  int compared = 0;
  for (int round = 0; round < 4000; ++round) {
    const DevicePolicy policy = random.policy();
    std::vector<std::string> lines;
    try {
      lines = v1_lines(policy);
    } catch (const Error&) {
      continue;
    }
    ++compared;
    const bool allow_by_default = lines[0] == "allow a";
    for_every_access([&](const Device& device, std::uint8_t access) {
      // Single bits: v1 wants one line that grants them all, the reference adds lines up.
      if ((access & (access - 1)) != 0) return;
      const char letter = access == kDeviceRead ? 'r' : access == kDeviceWrite ? 'w' : 'm';
      bool excepted = false;
      for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::string rest = lines[i].substr(lines[i].find(' ') + 1);
        const std::string numbers = rest.substr(2, 3);
        excepted = excepted ||
                   (rest[0] == static_cast<char>(device.type) &&
                    (numbers[0] == '*' || numbers.substr(0, 1) == std::to_string(device.major)) &&
                    (numbers[2] == '*' || numbers.substr(2) == std::to_string(device.minor)) &&
                    rest.find(letter, 6) != rest.npos);
      }
      ASSERT_EQ(excepted != allow_by_default, reference(policy, device, access)) << round;
    });
  }
  EXPECT_GT(compared, 500);
}

TEST(CgroupPlan, DevicesAreRestrictedEvenWithoutResources) {
  const CgroupHost v2 = parse_unified("0::/\n", "/sys/fs/cgroup");
  const CgroupPlan plan = to_cgroup_plan(v2, "/a", "c1", {});
  EXPECT_TRUE(plan.writes.empty());
  EXPECT_FALSE(run(plan.device_program, {Type::kChar, 1, 1}, kDeviceRead));
  const CgroupHost v1 =
      parse_cgroups("4:devices:/\n", "3 1 0:3 / /d rw - cgroup cgroup rw,devices\n");
  EXPECT_EQ(to_cgroup_plan(v1, "/a", "c1", {}).writes.front(),
            (CgroupWrite{"devices", "devices.deny", "a"}));
  EXPECT_TRUE(to_cgroup_plan({}, "/a", "c1", {}).places.empty());
}

}  // namespace
}  // namespace rt
