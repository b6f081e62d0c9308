#include <waybill/wire/sentry_time.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using sentry_envelope::read_time;

TEST_CASE("times are read to the nanosecond, as numbers and as dates") {
  struct row {
    const char* text;
    unix_nanos time;
    const char* why;
  };
  const row rows[] = {
      {"1795504545", 1795504545'000000000, "whole seconds"},
      {"1795504545.7632675", 1795504545'763267500, "Node: a double would end with 499"},
      {"1795504545.123456789123", 1795504545'123456789, "further digits are cut off"},
      {"1.795504545e9", 1795504545'000000000, "an exponent"},
      {"0.5", 500000000, "1970"},
      {"2026-11-24T07:06:15.498851Z", 1795503975'498851000, "Python"},
      {"2026-11-24T07:06:15Z", 1795503975'000000000, "no fraction"},
      {"2026-11-24 07:06:15.5", 1795503975'500000000, "no zone is UTC"},
      {"2026-11-24T08:06:15.5+01:00", 1795503975'500000000, "a zone"},
      {"2026-11-24T01:36:15-0530", 1795503975'000000000, "a zone without a colon, in the west"},
      {"2016-12-31T23:59:60Z", 1483228800'000000000, "a leap second"},
  };
  for (const auto& [text, time, why] : rows) {
    CAPTURE(why);
    CHECK(read_time(text) == time);
  }
}

TEST_CASE("what is no time is none") {
  for (const char* text : {"",
                           "-",
                           ".5",
                           "-1",

                           "1795504545,5",
                           "17955045457632675",
                           "1e300",
                           "nan",
                           "yesterday",
                           "2026-11-24",
                           "2026-13-24T07:06:15Z",
                           "2026-02-30T07:06:15Z",
                           "2026-11-24T24:06:15Z",
                           "2026-11-24T07:06:15.Z",
                           "2026-11-24T07:06:15X",
                           "2026-11-24T07:06:15+1",
                           "2026-11-24T07:06:15+25:00",
                           "1969-12-31T23:59:59Z",
                           "9999-12-31T23:59:59Z",
                           "2026-11-24T07:06",
                           "1 795 504 545"}) {
    CAPTURE(text);
    CHECK_FALSE(read_time(text));
  }
}
