#include <waybill/export/retry_after.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("Retry-After is seconds or a date, never more than five minutes, and nonsense is no delay") {
  const unix_nanos now = 784'111'777LL * 1'000'000'000;  // Sun, 06 Nov 1994 08:49:37 GMT
  struct row {
    std::string_view value;
    std::int64_t seconds;
    std::string_view why;
  };
  for (const auto& [value, seconds, why] : {
           row{"2", 2, "seconds"},
           row{" 2 ", 2, "blanks around"},
           row{"Sun, 06 Nov 1994 08:49:47 GMT", 10, "a date ten seconds on"},
           row{"Sun, 06 Nov 1994 08:49:27 GMT", 0, "a date that is past"},
           row{"99999999999999999999", 300, "longer than anybody waits"},
           row{"-5", 0, "the past"},
           row{"soon", 0, "nonsense"},
           row{"", 0, "empty"},
       }) {
    CAPTURE(why);
    CHECK(parse_retry_after(value, now) == std::chrono::seconds{seconds});
  }
}
