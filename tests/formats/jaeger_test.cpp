#include "told_sender.hpp"

using namespace waybill;
using namespace waybill::testing;

TEST_CASE("uber-trace-id is read as Jaeger's clients write it, percent-encoded too") {
  struct row {
    std::string_view value;
    std::string_view expected;
    std::string_view why;
  };
  for (const auto& [value, expected, why] : {
           row{"T:P:0:1", "T P kept", "sampled"},
           row{"T:P:0:0", "T P dropped", "not sampled; this header cannot say that it is open"},
           row{"T:P:0:3", "T P debug", "sampled and debug"},
           row{"T:P:0:03", "T P debug", "two digits, as Python's SDK writes them"},
           row{"T:P:0:2", "T P dropped", "debug means nothing without sampled"},
           row{"T:P:0:5", "T P kept", "flags that we do not know are left"},
           row{"T:P:00f067aa0ba902b7:1", "T P kept", "a parent, which is deprecated"},
           row{"T:P:x:1", "T P kept", "a parent that is none: nobody looks at it"},
           row{"T:P::1", "T P kept", "nor for it"},
           row{"T:P:0:00001", "T P kept", "as many zeros as somebody likes"},
           row{"T:P:0:ff", "T P debug", "every flag that there is"},
           row{"T:P:0000000000000000:01", "T P kept", "zeros for none"},
           row{"H:P:0:1", "H P kept", "a trace id of 64 bits"},
           row{"T%3AP%3a0%3A1", "T P kept", "percent-encoded, which Python's SDK refuses"},
           row{" T:P:0:1 ", "T P kept", "white space around it"},
           row{"D7D4260B0D9E4262B4732349AC3E2BD9:863009AF4A76F08C:0:1", "T P kept", "upper case"},
           row{"a:b:0:1", "0000000000000000000000000000000a 000000000000000b kept",
               "ids are as long as they need be"},
           row{"T:P:0", "none !", "no flags"},
           row{"T:P:0:", "none !", "empty flags"},
           row{"T:P:0:100", "none !", "flags of more than a byte"},
           row{"T:P:0:x", "none !", "flags that are no digits"},
           row{"T:P:0:1:1", "none !", "one part too many"},
           row{"0T:P:0:1", "none !", "33 digits"},
           row{"T:0P:0:1", "none !", "17 digits"},
           row{":P:0:1", "none !", "no trace"},
           row{"0:P:0:1", "none !", "a trace of zero"},
           row{"T:0:0:1", "none !", "a span of zero"},
           row{"T%3AP%3A0%3A1%3A1%3A1%3A1%3A1%3A1%3A1%3A1%3A1", "none !", "longer than any can be"},
       }) {
    CAPTURE(why);
    CHECK(told({{"Uber-Trace-Id", with_ids(value)}}, "jaeger") == expected);
  }
}

TEST_CASE("uber-trace-id is written with full ids, a parent of 0, and no flag that was not meant") {
  using enum sampling_decision;
  CHECK(written(ids(sampled), "jaeger") == metadata{{"uber-trace-id", with_ids("T:P:0:1")}});
  CHECK(written(ids(sampled, true), "jaeger") == metadata{{"uber-trace-id", with_ids("T:P:0:3")}});
  CHECK(written(ids(not_sampled), "jaeger") == metadata{{"uber-trace-id", with_ids("T:P:0:0")}});
  CHECK(written(ids(deferred), "jaeger") == metadata{{"uber-trace-id", with_ids("T:P:0:0")}});
}

TEST_CASE("Jaeger's baggage headers stay where they are") {
  metadata headers{{"uberctx-tenant", "acme"}, {"uber-trace-id", "old"}};
  inject(trace_context{ids(sampling_decision::sampled)}, headers,
         {.formats = *propagator::from_names("jaeger")});
  CHECK(headers == metadata{{"uberctx-tenant", "acme"}, {"uber-trace-id", with_ids("T:P:0:1")}});
}
