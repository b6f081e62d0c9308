#include <waybill/analysis/duration_text.hpp>
#include <waybill/analysis/instant.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace waybill;

TEST_CASE("an instant is read in the forms that tools write, and in no other") {
  struct row {
    std::string_view text;
    std::optional<unix_nanos> expected;
    std::string_view why;
  };
  for (const auto& [text, expected, why] : {
           row{"2026-11-24T07:00:36.317522+00:00", 1'795'503'636'317'522'000, "Celery's eta"},
           row{"2026-11-24T07:32:44.008Z", 1'795'505'564'008'000'000, "JavaScript"},
           row{"2026-11-24 07:32:44", 1'795'505'564'000'000'000, "a blank, no zone: UTC"},
           row{"2026-11-24T09:32:44+02:00", 1'795'505'564'000'000'000, "an offset"},
           row{"2026-11-24T03:02:44-0430", 1'795'505'564'000'000'000, "an offset without a colon"},
           row{"2026-11-24T07:32:44.0080000001234Z", 1'795'505'564'008'000'000, "more than nine digits"},
           row{"2026-11-24T07:32:44,008Z", std::nullopt, "a comma"},
           row{"2026-13-24T07:32:44Z", std::nullopt, "month 13"},
           row{"1970-01-01T00:00:00Z", std::nullopt, "not plausible"},
           row{"2026-11-24T07:32:44Z ", std::nullopt, "something follows"},
           row{"2026-11-24T07:32:44+99:00", std::nullopt, "no such offset"},
           row{"", std::nullopt, "empty"},
       }) {
    CAPTURE(why);
    CHECK(parse_instant(text) == expected);
  }
}

TEST_CASE("a list of instants says when one run is due only if it holds exactly one") {
  CHECK(parse_single_instant(R"(["2026-11-24T07:32:44.008Z"])") == 1'795'505'564'008'000'000);
  CHECK(parse_single_instant(R"([ "2026-11-24T07:32:44.008Z" ])") == 1'795'505'564'008'000'000);
  CHECK_FALSE(parse_single_instant(R"(["2026-11-24T07:32:44.008Z", "2026-11-25T07:32:44.008Z"])"));
  CHECK_FALSE(parse_single_instant("[]"));
  CHECK_FALSE(parse_single_instant(R"([")"));
}

TEST_CASE("a difference of any two times is never undefined") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  CHECK(saturating_difference(most, least) == most);
  CHECK(saturating_difference(least, most) == least);
  CHECK(saturating_difference(5, 7) == -2);
  CHECK_FALSE(is_plausible(0));
  CHECK_FALSE(is_plausible(most));
  CHECK(is_plausible(1'800'000'000'000'000'000));
}

TEST_CASE("durations are written with three digits that people can read") {
  struct row {
    std::int64_t nanos;
    std::string_view text;
  };
  for (const auto& [nanos, text] : {
           row{0, "0 ns"},
           row{420, "420 ns"},
           row{420'499, "420 \xC2\xB5s"},
           row{1'240'000, "1.2 ms"},
           row{60'400'000, "60 ms"},
           row{999'600'000, "1 s"},
           row{3'214'000'000, "3.21 s"},
           row{8'400'000'000, "8.4 s"},
           row{38'740'000'000, "38.7 s"},
           row{243'400'000'000, "4 min 3 s"},
           row{7'512'000'000'000, "2 h 5 min"},
           row{356'400'000'000'000, "4 d 3 h"},
           row{-85'000'000, "-85 ms"},
           row{std::numeric_limits<std::int64_t>::min(), "-106751 d 23 h"},
           row{std::numeric_limits<std::int64_t>::max(), "106751 d 23 h"},
       }) {
    CHECK(duration_text(nanos) == text);
  }
  CHECK(round_to_step(15, 10) == 20);
  CHECK(round_to_step(-15, 10) == -20);
  CHECK(round_to_step(-14, 10) == -10);
}
