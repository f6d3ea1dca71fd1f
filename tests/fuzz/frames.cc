// SPDX-License-Identifier: Apache-2.0
//
// What is read from other programs in binary form: frames of rt-init, answers of D-Bus and CRIU.
// The input is raw, and also a list of changes to something that is valid: a seed would be out of
// date with the next member of a plan.
#include <string>

#include "runtime/base/dbus_wire.h"
#include "runtime/container/criu_wire.h"
#include "runtime/init/plan.h"
#include "runtime/init/protocol.h"
#include "tests/fuzz/fuzz.h"

namespace rt::fuzz {
namespace {

// Each three bytes are a place (of two bytes) and what to write there; what remains is appended.
std::string changed(std::string valid, std::string_view changes) {
  for (; changes.size() >= 3 && !valid.empty(); changes.remove_prefix(3)) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(changes[at]); };
    const std::size_t place = byte(0) * 256UL + byte(1);
    valid[place % valid.size()] = changes[2];
  }
  return valid.append(changes);
}

std::string valid_plan() {
  InitPlan plan;
  plan.mounts = {{.destination = "/proc", .type = "proc", .source = "proc", .options = {"ro"}}};
  plan.devices = {{.path = "/dev/null"}};
  plan.masked_paths = {"/proc/kcore"};
  plan.sysctls = {{"origin", "net.ipv4.ip_forward", "1"}};
  plan.process.args = {"sh", "-c", "true"};
  plan.process.rlimits = {{.resource = 7, .soft = 1, .hard = 2}};
  return encode_plan(plan);
}

std::string valid_call() {
  dbus::Message message{.serial = 1, .path = "/a", .member = "Call"};
  dbus::Body body;
  body.string("name").boolean(true).properties({{"Delegate", true}, {"Slice", std::string("a")}});
  message.signature = body.signature();
  message.body = body.bytes();
  return dbus::encode(message);
}

void read_plan(std::string_view bytes) {
  refused_or_done([&] {
    demand(encode_plan(decode_plan(bytes)) == bytes,
           "nothing but what encode_plan makes is a plan");
  });
}

void read_message(std::string_view bytes) {
  refused_or_done([&] {
    if (bytes.size() >= dbus::kFixedHeader)
      (void)dbus::length_of(bytes.substr(0, dbus::kFixedHeader));
    const dbus::Message message = dbus::decode(bytes);
    dbus::Reader reader(message.signature, message.body);
    (void)reader.u32();
    (void)reader.string();
    (void)reader.variant_string();
  });
}

void run(std::string_view bytes) {
  read_plan(bytes);
  read_plan(changed(valid_plan(), bytes));
  read_message(bytes);
  read_message(changed(valid_call(), bytes));
  refused_or_done([&] { (void)decode_answer(bytes); });
  try {
    rethrow(std::string(bytes));
  } catch (const Error&) {  // of any code: it is rt-init that says what failed
  }
}

}  // namespace
}  // namespace rt::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rt::fuzz::run(rt::fuzz::text_of(data, size));
  return 0;
}
