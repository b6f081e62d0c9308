#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/sentry_continuation.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace waybill;

namespace {

constexpr std::string_view ids = "d7d4260b0d9e4262b4732349ac3e2bd9-863009af4a76f08c";

metadata from_sentry(std::string_view org_id) {
  metadata message{{"sentry-trace", std::string{ids} + "-1"},
                   {"waybill", "s=1700000000123"},
                   {"baggage", "userId=alice,sentry-release=1"}};
  if (!org_id.empty()) message["baggage"].append(",sentry-org_id=").append(org_id);
  return message;
}

}  // namespace

TEST_CASE("a trace of Sentry's is continued within one organisation") {
  struct row {
    std::string_view theirs;
    std::string_view ours;
    bool strict;
    bool continued;
    std::string_view why;
  };
  // The table of Sentry's specification.
  for (const auto& [theirs, ours, strict, continued, why] : {
           row{"1", "1", false, true, "the same"},
           row{"", "1", false, true, "the sender does not say: an older SDK"},
           row{"1", "", false, true, "we do not know our own"},
           row{"", "", false, true, "nobody says"},
           row{"1", "2", false, false, "another organisation's trace, whatever is configured"},
           row{"1", "1", true, true, "strict, and the same"},
           row{"", "1", true, false, "strict, and the sender does not say"},
           row{"1", "", true, false, "strict, and we cannot tell"},
           row{"", "", true, true, "strict, and nobody says: nothing to compare"},
           row{"1", "2", true, false, "strict, and another's"},
       }) {
    CAPTURE(why);
    CHECK(continues_sentry_trace(theirs, ours, strict) == continued);
    const metadata message = from_sentry(theirs);
    extracted found = extract(message);
    hold_to_organisation(found, ours, strict);
    CHECK(found.ids().has_value() == continued);
    CHECK(found.rejected().has(rejection::sentry_org_elsewhere) != continued);
    CHECK(found.stamp());  // it speaks of the message: the wait is known all the same
    const trace_context context = found.to_context();
    CHECK((context.ids().trace.to_hex() == ids.substr(0, 32)) == continued);
    CHECK(context.baggage().empty() != continued);
    CHECK(context.sentry_frozen() == continued);
  }
}

TEST_CASE("the organisation is asked for only where Sentry's headers count") {
  const metadata w3c{{"traceparent", "00-" + std::string{ids} + "-01"}};
  extracted found = extract(w3c);
  hold_to_organisation(found, "1", true);
  CHECK(found.ids());

  metadata both = from_sentry("2");
  both["traceparent"] = w3c.at("traceparent");
  extracted same = extract(both);
  hold_to_organisation(same, "1", false);
  CHECK_FALSE(same.ids());  // the same trace by another header is the same organisation's

  both["traceparent"] = "00-11111111111111111111111111111111-863009af4a76f08c-01";
  extracted other = extract(both);
  hold_to_organisation(other, "1", false);
  CHECK(other.ids());  // sentry-trace does not count, and its baggage is dropped anyway
}
