// SPDX-License-Identifier: Apache-2.0
//
// The other documents: process.json of exec, resources of update, what state and features print,
// state.json, and the answers of JSON that hooks and plugins give.
#include "spec/documents.h"

#include <string>

#include "runtime/container/record.h"
#include "tests/fuzz/fuzz.h"

namespace rt::fuzz {
namespace {

// Read, written, read and written again.
template <class Decode, class Encode>
void survives(std::string_view text, Decode decode, Encode encode) {
  refused_or_done([&] {
    const std::string first = encode(decode(text));
    demand(encode(decode(first)) == first, "what is written can be read, and says the same");
  });
}

void run(std::string_view text) {
  constexpr const char* kFile = "document";
  const auto write = [](const auto& document) { return spec::to_json(document); };
  survives(
      text, [&](std::string_view in) { return spec::decode_process(in, kFile); }, write);
  survives(
      text, [&](std::string_view in) { return spec::decode_resources(in, kFile); }, write);
  survives(
      text, [&](std::string_view in) { return spec::decode_state(in, kFile); }, write);
  survives(
      text, [&](std::string_view in) { return spec::decode_features(in, kFile); }, write);
  survives(text, decode_record, encode_record);
}

}  // namespace
}  // namespace rt::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rt::fuzz::run(rt::fuzz::text_of(data, size));
  return 0;
}
