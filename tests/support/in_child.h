// SPDX-License-Identifier: Apache-2.0
//
// Runs a piece of a test in a forked child: for what cannot be undone in this process (dropped
// capabilities, a loaded filter, an unshared namespace). EXPECT works inside; its output is the
// child's, its failures fail the test here.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace rt {

constexpr int kChildFailed = 99;

// Runs `body` and ends the process: 0, or kChildFailed after a failed expectation or an exception.
template <class Body>
[[noreturn]] void finish_child(Body body) {
  try {
    body();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "exception: " << error.what();
  }
  std::fflush(nullptr);
  ::_exit(::testing::Test::HasFailure() ? kChildFailed : 0);
}

// The wait status of the child.
template <class Body>
int status_of_child(Body body) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) finish_child(body);
  int status = -1;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return status;
}

template <class Body>
void in_child(Body body) {
  const int status = status_of_child(body);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "child ended with " << status;
}

}  // namespace rt
