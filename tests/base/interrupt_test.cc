// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/interrupt.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/sys.h"

namespace rt {
namespace {

constexpr auto kSoon = std::chrono::milliseconds(20);

TEST(Interrupt, EndsTheWaitWithAnErrorThatNamesTheSignal) {
  const Interruptible interruptible;
  (void)::kill(::getpid(), SIGTERM);
  try {
    (void)poll_interruptibly({}, Deadline::in(std::chrono::seconds(10)));
    FAIL() << "not interrupted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Code::kInterrupted);
    EXPECT_STREQ(e.what(), "interrupted by SIGTERM");
    EXPECT_EQ(interrupting_signal(), SIGTERM);
  }
}

TEST(Interrupt, HappensOnceSoThatUndoingCanWait) {
  sigset_t pending;
  {
    const Interruptible interruptible;
    (void)::kill(::getpid(), SIGINT);
    EXPECT_THROW((void)poll_interruptibly({}, Deadline::in(kSoon)), Error);
    (void)::kill(::getpid(), SIGHUP);
    EXPECT_EQ(poll_interruptibly({}, Deadline::in(kSoon)), 0);
    (void)::sigpending(&pending);
    EXPECT_EQ(::sigismember(&pending, SIGHUP), 1);
    (void)::signal(SIGHUP, SIG_IGN);  // drops what is pending
  }
  (void)::signal(SIGHUP, SIG_DFL);
}

TEST(Interrupt, WhatTheCallerHasUsIgnoreStaysIgnored) {
  (void)::signal(SIGHUP, SIG_IGN);
  {
    const Interruptible interruptible;
    (void)::kill(::getpid(), SIGHUP);
    EXPECT_EQ(poll_interruptibly({}, Deadline::in(kSoon)), 0);
  }
  (void)::signal(SIGHUP, SIG_DFL);
}

TEST(Interrupt, WithoutOneInScopeItIsPoll) {
  auto [out, in] = sys::pipe();
  sys::write_all(in.get(), "x");
  pollfd one{.fd = out.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll_interruptibly({&one, 1}, Deadline::in(kSoon)), 1);
  const Interruptible interruptible;
  one.revents = 0;
  EXPECT_EQ(poll_interruptibly({&one, 1}, Deadline::in(kSoon)), 1);
  EXPECT_EQ(one.revents, POLLIN);
}

}  // namespace
}  // namespace rt
