// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/protocol.h"

#include <unistd.h>

#include "runtime/init/codec.h"

namespace rt {

const char* msg_name(Msg kind) noexcept {
  switch (kind) {
    case Msg::kPlan:
      return "Plan";
    case Msg::kNeedIdMap:
      return "NeedIdMap";
    case Msg::kNeedTime:
      return "NeedTime";
    case Msg::kHostDone:
      return "HostDone";
    case Msg::kStage2:
      return "Stage2";
    case Msg::kBegin:
      return "Begin";
    case Msg::kTrees:
      return "Trees";
    case Msg::kNeedHooks:
      return "NeedHooks";
    case Msg::kTerminal:
      return "Terminal";
    case Msg::kListener:
      return "Listener";
    case Msg::kReady:
      return "Ready";
    case Msg::kKept:
      return "Kept";
    case Msg::kError:
      return "Error";
    case Msg::kLog:
      return "Log";
  }
  return "unknown frame";
}

void send_msg(const Channel& channel, Msg kind, std::string_view payload,
              std::span<const int> fds) {
  channel.send(static_cast<std::uint32_t>(kind), payload, fds);
}

std::string encode_error(const Error& error) {
  Encoder encoder;
  const Facts& facts = error.facts();
  encoder(error.code(), std::string(error.what()), facts.step, facts.syscall, facts.path,
          facts.pointer, facts.error_number);
  return encoder.take();
}

void rethrow(std::string_view payload) {
  Decoder decoder(payload);
  Code code{};
  std::string text;
  Facts facts;
  decoder(code, text, facts.step, facts.syscall, facts.path, facts.pointer, facts.error_number);
  decoder.finish();
  throw Error(code, std::move(text), std::move(facts));
}

Frame expect(const Channel& channel, Msg kind) {
  auto frame = channel.receive(Deadline::never(), "the runtime");
  if (!frame) ::_exit(1);
  if (frame->kind != static_cast<std::uint32_t>(kind)) {
    throw Error(Code::kProtocol, "the runtime sent frame " + std::to_string(frame->kind) +
                                     " instead of " +
                                     std::to_string(static_cast<std::uint32_t>(kind)));
  }
  return std::move(*frame);
}

}  // namespace rt
