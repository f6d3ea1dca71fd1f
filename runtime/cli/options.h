// SPDX-License-Identifier: Apache-2.0
//
// Option tables. One row is parser, help text and man page check at once; the type of the member
// that a row points to chooses how its value is read:
//   bool                      --x, --x=true|false|yes|no (never takes the next word)
//   unsigned, string          --x VALUE, --x=VALUE; the last one wins
//   vector<string>            the same, appended; a comma separates nothing
//   Rootless                  --x, --x=WORD, --x WORD if WORD is true, false or auto
// Rules: long names with one dash or two, letters with one; "-" is a value; "--" ends the flags;
// an empty value is as if the flag had not been given. Not for what a value means: cmd_*.cc.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/container/verbs.h"

namespace rt::cli {

template <class Args>
using Member = std::variant<bool Args::*, unsigned Args::*, std::string Args::*,
                            std::vector<std::string> Args::*, Rootless Args::*>;

template <class A>
struct Option {
  using Args = A;
  std::string_view name;
  char letter;               // 0: none
  std::string_view metavar;  // "" for a bool
  std::string_view help;     // "": understood, but not shown
  Member<A> member;
};

// A row without its member: for help, man page and tests.
struct OptionInfo {
  std::string_view name{};
  char letter = 0;
  std::string_view metavar{};
  std::string_view help{};
};

// A row bound to the struct that is being filled.
struct Flag {
  OptionInfo info{};
  std::variant<bool*, unsigned*, std::string*, std::vector<std::string>*, Rootless*> target{};
};

using Words = std::span<const std::string_view>;

// kAnywhere: flags may follow arguments. kBeforeArguments: the first argument ends them, because
// what follows is the container's or another program's business (kill, exec, ps).
enum class FlagPlace : std::uint8_t { kAnywhere, kBeforeArguments };

// Fills the targets and returns the arguments. Throws Error(kUsage); what came before the wrong
// word is filled by then.
std::vector<std::string_view> parse(Words words, std::span<const Flag> flags, FlagPlace place);

template <class Args>
OptionInfo info(const Option<Args>& row) {
  return {row.name, row.letter, row.metavar, row.help};
}

template <class Table>
std::vector<OptionInfo> describe(const Table& table) {
  std::vector<OptionInfo> out;
  out.reserve(table.size());
  for (const auto& row : table) out.push_back(info(row));
  return out;
}

template <class Table, class Args>
std::vector<Flag> bind(const Table& table, Args& args) {
  std::vector<Flag> out;
  out.reserve(table.size());
  for (const auto& row : table) {
    out.push_back(
        {info(row),
         std::visit([&](auto member) -> decltype(Flag::target) { return &(args.*member); },
                    row.member)});
  }
  return out;
}

// The rows of a base struct's table followed by the rows that a derived struct adds.
template <class Derived, class Base, std::size_t N, std::size_t M>
constexpr std::array<Option<Derived>, N + M> extend(const std::array<Option<Base>, N>& base,
                                                    const std::array<Option<Derived>, M>& more) {
  const auto convert = [](const Option<Base>& row) -> Option<Derived> {
    return {row.name, row.letter, row.metavar, row.help,
            std::visit([](auto member) -> Member<Derived> { return member; }, row.member)};
  };
  return [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>,
                                                 std::index_sequence<J...>) {
    return std::array<Option<Derived>, N + M>{convert(base[I])..., more[J]...};
  }
  (std::make_index_sequence<N>(), std::make_index_sequence<M>());
}

}  // namespace rt::cli
