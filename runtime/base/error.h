// SPDX-License-Identifier: Apache-2.0
//
// The one exception type of rt, and the chain of contexts that names what was being done.
// Low code throws Error naming the call; Context objects on the stack name the purpose; only
// main, run_stage(), the poststop loop and best_effort() catch.
// Messages: lower case, no full stop, user text quoted. Phrases that managers match are verbatim.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace rt {

// Stable words for programs that read the JSON log; code_word() spells them ("bad-config").
enum class Code : std::uint8_t {
  kInternal,     // a fault of rt itself
  kUsage,        // the command line
  kBadConfig,    // config.json, process.json: wrong or contradictory
  kUnsupported,  // valid, but this build or this kernel cannot do it
  kNoSuchContainer,
  kAlreadyExists,
  kBadState,    // the container is in a status that does not allow the operation
  kBadBundle,   // bundle or rootfs missing or of the wrong kind
  kExecFailed,  // the program could not be found or executed
  kHookFailed,
  kCgroupFailed,
  kOutOfMemory,  // the container hit its memory limit while being made
  kDeadline,
  kInterrupted,  // by a signal (interrupt.h)
  kProtocol,     // a frame that the phase table does not allow
  kSystem,       // a system call failed
};
[[nodiscard]] std::string_view code_word(Code code) noexcept;

// "no such file or directory": the kernel's text with a small first letter, as managers expect.
[[nodiscard]] std::string errno_text(int error_number);

// Facts that go beside the text into the JSON log. Empty or zero means "does not apply".
struct Facts {
  std::string step{};     // "stage 2: mount /proc"
  std::string syscall{};  // "move_mount"
  std::string path{};
  std::string pointer{};     // JSON Pointer into the document
  int error_number = 0;      // errno
  std::uint32_t line = 0;    // 1-based
  std::uint32_t column = 0;  // 1-based
};

class Error : public std::exception {
 public:
  // Prepends the contexts that are alive where it is constructed.
  Error(Code code, std::string text, Facts facts = {});

  // The whole line: "create c1: mount /proc: move_mount: operation not permitted".
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] Code code() const noexcept { return code_; }
  [[nodiscard]] const Facts& facts() const noexcept { return facts_; }

 private:
  Code code_;
  Facts facts_;
  std::string text_;
};

// Throws Error(kSystem) from errno: "openat2 /x/y: no such file or directory".
[[noreturn]] void throw_errno(std::string_view syscall, std::string_view path = {});
[[noreturn]] void throw_errno_value(int error_number, std::string_view syscall,
                                    std::string_view path = {});

// Names what the current scope is doing. A verb that is a JSON Pointer ("/mounts/0") names the
// place in the document that asks for it, and becomes a fact of every error without one; an empty
// verb names nothing. Lives on the stack only; the views must outlive it.
class Context {
 public:
  explicit Context(std::string_view verb, std::string_view object = {}) noexcept
      : verb_(verb), object_(object), outer_(innermost_) {
    innermost_ = this;
  }
  ~Context() { innermost_ = outer_; }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  Context(Context&&) = delete;
  Context& operator=(Context&&) = delete;

  // "create c1: /mounts/0: mount /proc: ", outermost first; "" when no context is alive.
  [[nodiscard]] static std::string chain();
  // The innermost verb that is a JSON Pointer ("/linux/sysctl/kernel.shmmax"); "" when there is
  // none. An Error without a pointer of its own gets it.
  [[nodiscard]] static std::string_view pointer() noexcept;
  // For a process that has just been cloned: what its parent was doing is the parent's to say.
  static void forget() noexcept { innermost_ = nullptr; }

 private:
  std::string_view verb_;
  std::string_view object_;
  const Context* outer_;
  static inline const Context* innermost_ = nullptr;  // rt starts no threads (decision 0005)
};

}  // namespace rt
