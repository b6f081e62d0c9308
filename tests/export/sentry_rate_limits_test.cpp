#include <waybill/export/sentry_rate_limits.hpp>

#include <doctest/doctest.h>

using namespace waybill;

namespace {

constexpr steady_nanos now = 1'000'000'000'000;
constexpr unix_nanos wall = 784'111'777LL * 1'000'000'000;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::int64_t second = 1'000'000'000;

http_response answer(unsigned status, http_headers headers) {
  return {.status = status, .headers = std::move(headers), .body = {}};
}

// How long a category stays limited, in whole seconds.
std::int64_t seconds_left(const sentry_rate_limits& limits, sentry_category what) {
  std::int64_t low = 0;
  std::int64_t high = 400LL * 24 * 3600;
  if (limits.limited(what, now + high * second)) return high;
  while (low < high) {
    const auto middle = (low + high) / 2;
    if (limits.limited(what, now + middle * second))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace

TEST_CASE("X-Sentry-Rate-Limits limits what it names, for as long as it says") {
  constexpr std::int64_t ages = 400LL * 24 * 3600;
  struct row {
    std::string_view value;
    std::int64_t transaction, span, log_item;
    std::string_view why;
  };
  for (const auto& [value, transaction, span, log_item, why] : {
           row{"60:transaction:key", 60, 0, 0, "one category"},
           row{"60:transaction;span:organization:quota:custom", 60, 60, 0, "two, with all that may follow"},
           row{"60::organization", 60, 60, 60, "an empty category is all of them"},
           row{"60", 60, 60, 60, "so is one that is not there"},
           row{"60:all:key", 60, 60, 60, "the word for all"},
           row{"60:error;attachment:key", 0, 0, 0, "categories that are not ours"},
           row{"60:error;span:key", 0, 60, 0, "ours among others"},
           row{"60:transaction:key, 5:log_item:key", 60, 0, 5, "two rules"},
           row{"60:span:key,5:span:key", 0, 60, 0, "the longer one, first"},
           row{"5:span:key,60:span:key", 0, 60, 0, "the longer one, last"},
           row{"5:span:key,60::organization", 60, 60, 60, "all, and longer"},
           row{"2.5:span:key", 0, 3, 0, "fractions are rounded up"},
           row{"soon:span:key", 0, 60, 0, "no number: a minute"},
           row{":span:key", 0, 60, 0, "no number at all"},
           row{"nan:span:key", 0, 60, 0, "not a number, by name"},
           row{"-5:span:key", 0, 0, 0, "the past"},
           row{"999999999999:span:key", 0, ages, 0, "longer than a clock can count"},
           row{"1e999:span:key", 0, ages, 0, "longer than a double can"},
           row{"inf:span:key", 0, ages, 0, "for ever"},
           row{" 60 : span : key , ", 0, 60, 0, "blanks, and a comma at the end"},
           row{"60:Span:key", 0, 0, 0, "categories have a case"},
           row{"60:;span:key", 0, 60, 0, "an empty one beside a category names none"},
           row{"", 0, 0, 0, "nothing"},
       }) {
    CAPTURE(why);
    for (const unsigned status : {200U, 429U}) {
      sentry_rate_limits limits;
      limits.note(answer(status, {{"x-sentry-rate-limits", std::string{value}}, {"Retry-After", "9"}}), now,
                  wall);
      CHECK(seconds_left(limits, sentry_category::transaction) == transaction);
      CHECK(seconds_left(limits, sentry_category::span) == span);
      CHECK(seconds_left(limits, sentry_category::log_item) == log_item);
    }
  }
}

TEST_CASE("without rules a 429 limits everything, as long as Retry-After says, else a minute") {
  struct row {
    http_response said;
    std::int64_t seconds;
    std::string_view why;
  };
  for (const auto& [said, seconds, why] : {
           row{answer(429, {{"Retry-After", "120"}}), 120, "seconds"},
           row{answer(429, {{"Retry-After", "3600"}}), 3600, "an hour is an hour"},
           row{answer(429, {{"Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT"}}), 10, "a date"},
           row{answer(429, {{"Retry-After", "0"}}), 0, "at once"},
           row{answer(429, {{"Retry-After", "soon"}}), 60, "nonsense"},
           row{answer(429, {}), 60, "nothing"},
           row{answer(200, {{"Retry-After", "120"}}), 0, "no 429"},
           row{answer(503, {{"Retry-After", "120"}}), 0, "a server that is down has no quota"},
       }) {
    CAPTURE(why);
    sentry_rate_limits limits;
    limits.note(said, now, wall);
    for (const auto what : {sentry_category::transaction, sentry_category::span, sentry_category::log_item})
      CHECK(seconds_left(limits, what) == seconds);
  }
}

TEST_CASE("a later and shorter limit does not shorten an earlier one; several headers count together") {
  sentry_rate_limits limits;
  limits.note(
      answer(429, {{"X-Sentry-Rate-Limits", "60:span:key"}, {"X-Sentry-Rate-Limits", "7:log_item:key"}}), now,
      wall);
  limits.note(answer(200, {{"X-Sentry-Rate-Limits", "5:span:key"}}), now, wall);
  CHECK(seconds_left(limits, sentry_category::span) == 60);
  CHECK(seconds_left(limits, sentry_category::log_item) == 7);
  CHECK(seconds_left(limits, sentry_category::transaction) == 0);
}
