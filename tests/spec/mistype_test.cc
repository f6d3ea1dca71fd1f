// SPDX-License-Identifier: Apache-2.0
//
// Walks the tables that decode, puts a wrong value at every field they know, and wants an error
// that points there. A field without a row cannot hide: what it fails to check, no test here sees,
// but every row that exists is checked.
#include <gtest/gtest.h>

#include "spec/fields_config.h"
#include "spec/fields_state.h"
#include "tests/spec/error_of.h"

namespace rt::spec {
namespace {

using test::thrown_by;

// A hole in a document: `before` value `after`, where `pointer` leads to the value.
struct Hole {
  std::string before{};
  std::string after{};
  std::string pointer{};

  [[nodiscard]] std::string with(const std::string& value) const { return before + value + after; }
  [[nodiscard]] Hole member(const std::string& name) const {
    return {before + "{\"" + name + "\":", "}" + after, pointer + "/" + name};
  }
  [[nodiscard]] Hole element() const { return {before + "[", "]" + after, pointer + "/0"}; }
};

template <class Root>
class Walk {
 public:
  int fields = 0;

  void structure() { descend<Root>(Hole{}); }

 private:
  void refused(const Hole& hole, const std::string& wrong) {
    const std::string text = hole.with(wrong);
    const auto error = thrown_by([&] { (void)decode<Root>(text, "f"); });
    ASSERT_TRUE(error) << "accepted: " << text;
    EXPECT_EQ(error->code(), Code::kBadConfig);
    EXPECT_EQ(error->facts().pointer, hole.pointer) << text;
    EXPECT_NE(std::string(error->what()).find("expected"), std::string::npos) << error->what();
  }
  void all_refused(const Hole& hole, std::initializer_list<const char*> wrong) {
    for (const char* const value : wrong) refused(hole, value);
  }

  template <class T>
  void value(const Hole& hole) {
    if constexpr (std::is_same_v<T, bool>) {
      all_refused(hole, {"\"true\"", "1", "{}", "[]"});
    } else if constexpr (std::is_same_v<T, std::string>) {
      all_refused(hole, {"12", "true", "{}", "[]"});
    } else if constexpr (std::is_same_v<T, AnyNegative>) {
      all_refused(hole, {"\"1\"", "1.0", "9223372036854775808", "{}"});
    } else if constexpr (std::is_same_v<T, Limit>) {
      all_refused(hole, {"\"1\"", "1.0", "1e3", "-2", "-0", "9223372036854775808", "[]"});
    } else if constexpr (std::is_integral_v<T>) {
      all_refused(hole, {"\"1\"", "1.0", "1e3", "-0", "18446744073709551616",
                         "-9223372036854775809", "true", "{}", "[]"});
      if (std::is_unsigned_v<T>) refused(hole, "-1");
      if (sizeof(T) < 8) refused(hole, "4294967296");
    } else if constexpr (HasWords<T>) {
      all_refused(hole, {"12", "\"no-such-word\"", "\"\"", "{}", "[]"});
    } else {
      descend<T>(hole);
    }
  }

  template <class T>
  void descend(const Hole& hole) {
    if constexpr (HasFields<T>) {
      all_refused(hole, {"12", "\"x\"", "[]"});
      std::apply([&](const auto&... field) { (one_field(hole, field), ...); }, Fields<T>::list);
    } else {
      container(hole, static_cast<T*>(nullptr));
    }
  }
  template <class T>
  void container(const Hole& hole, std::optional<T>*) {
    value<T>(hole);
  }
  template <class T>
  void container(const Hole& hole, std::vector<T>*) {
    all_refused(hole, {"12", "\"x\"", "{}"});
    refused(hole.element(), "null");
    value<T>(hole.element());
  }
  template <class T>
  void container(const Hole& hole, std::map<std::string, T>*) {
    all_refused(hole, {"12", "\"x\"", "[]"});
    value<T>(hole.member("key"));
  }

  template <class F>
  void one_field(const Hole& hole, const F& field) {
    ++fields;
    const Hole inside = hole.member(std::string(field.name));
    value<typename F::Coded>(inside);
    if (field.presence == Presence::kRequired) {
      refused(inside, "null");
      missing(hole, field.name);
    } else {
      // null is absent: nothing points at this field.
      const auto error = thrown_by([&] { (void)decode<Root>(inside.with("null"), "f"); });
      EXPECT_NE(error ? error->facts().pointer : "", inside.pointer);
    }
  }
  // In an empty object the first required field is the one that is named.
  void missing(const Hole& hole, std::string_view name) {
    const auto error = thrown_by([&] { (void)decode<Root>(hole.with("{}"), "f"); });
    ASSERT_TRUE(error) << hole.pointer << " without " << name;
    EXPECT_EQ(error->facts().pointer, hole.pointer);
    EXPECT_NE(std::string(error->what()).find(": missing \""), std::string::npos);
  }
};

TEST(Mistype, EveryFieldOfConfigIsChecked) {
  Walk<Config> walk;
  walk.structure();
  EXPECT_GT(walk.fields, 150);
}

TEST(Mistype, EveryFieldOfTheOtherDocumentsIsChecked) {
  Walk<State> state;
  state.structure();
  EXPECT_EQ(state.fields, 6);
  Walk<ContainerProcessState> listener;
  listener.structure();
  EXPECT_EQ(listener.fields, 11);
  Walk<Features> features;
  features.structure();
  EXPECT_GT(features.fields, 35);
}

}  // namespace
}  // namespace rt::spec
