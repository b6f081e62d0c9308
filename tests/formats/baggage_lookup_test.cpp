#include <waybill/context/baggage.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace waybill;

namespace {

// By the grammar, member by member.
std::optional<std::string_view> walk_to(std::string_view text, std::string_view key) {
  std::optional<std::string_view> found;
  for (baggage_members members{text}; members.next();) {
    if (members.valid() && members.key() == key) found = members.value();
  }
  return found;
}

}  // namespace

TEST_CASE("a value is found under its key, whatever stands around it") {
  struct row {
    const char* why;
    const char* text;
    const char* value;
  };
  const row rows[] = {
      {"alone", "k=v", "v"},
      {"behind another", "a=1,k=v", "v"},
      {"before another", "k=v,a=1", "v"},
      {"the last of several", "k=1,a=2,k=3", "3"},
      {"white space everywhere", "a=1 , k = v ,b=2", "v"},
      {"tabs", "a=1,\tk\t=\tv", "v"},
      {"an empty value", "k=,a=1", ""},
      {"an = in the value", "k=a=b", "a=b"},
      {"properties", "k=v;p=1;q,a=1", "v"},
      {"only as a property", "a=1;k=2", nullptr},
      {"only in a value", "a=k=2", nullptr},
      {"only as the end of a key", "xk=2", nullptr},
      {"only as the beginning of a key", "kx=2", nullptr},
      {"in another case", "K=2", nullptr},
      {"nowhere", "", nullptr},
  };
  for (const auto& row : rows) {
    CAPTURE(row.why);
    const auto found = find_baggage_member(row.text, "k");
    CHECK(found.has_value() == (row.value != nullptr));
    if (row.value != nullptr && found) CHECK(*found == row.value);
  }
  CHECK(!find_baggage_member("=v", ""));
}

TEST_CASE("looking for = finds what walking from member to member finds") {
  std::mt19937 random{7};
  const std::string_view keys[] = {"a", "b", "ab", "user", "userId", "key-with-a-long-name"};
  const std::string_view values[] = {"", "1", "a", "a=b", "%20", "longer-value-of-one-member", "b=;p=1"};
  const std::string_view spaces[] = {"", "", "", " ", "\t", "  "};
  const auto any = [&](const auto& of) { return of[random() % std::size(of)]; };
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t members = random() % 6; members > 0; --members) {
      if (!text.empty()) text += ',';
      text.append(any(spaces)).append(any(keys)).append(any(spaces)).append("=").append(any(spaces));
      text.append(any(values)).append(any(spaces));
    }
    CAPTURE(text);
    for (const auto key : keys) REQUIRE(find_baggage_member(text, key) == walk_to(text, key));
  }
}
