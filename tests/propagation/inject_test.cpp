#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include "../fakes/frozen_clock.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace waybill;

namespace {

trace_context context_with(std::string_view tracestate, std::string_view baggage) {
  return {span_ids{.trace = *trace_id::from_hex("4bf92f3577b34da6a3ce929d0e0e4736"),
                   .span = span_id::from_hex("00f067aa0ba902b7"),
                   .decision = sampling_decision::sampled},
          context_text::make({&tracestate, 1}, {&baggage, 1}, false)};
}

std::string names_in(const metadata& message) {
  std::string names;
  for (const auto& [name, value] : message) names += name + " ";
  return names;
}

std::size_t bytes_in(const metadata& message) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : message) bytes += name.size() + value.size();
  return bytes;
}

constexpr unix_nanos stamped = 1'700'000'000'123'000'000;

}  // namespace

TEST_CASE("all headers come from the same span") {
  metadata sent;
  inject(context_with("foo=1", "a=1"), sent,
         {.stamp = {.stamped = stamped, .destination = 0x9f86d081, .attempt = 2}});
  CHECK(sent == metadata{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                         {"tracestate", "foo=1"},
                         {"sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"},
                         {"baggage", "a=1"},
                         {"waybill", "s=1700000000123;p=00f067aa0ba902b7;q=9f86d081;n=2"}});
}

TEST_CASE("a message is stamped with the time of now, unless another is given") {
  const fakes::frozen_clock clock{stamped};
  metadata sent;
  inject(context_with("", ""), sent);
  CHECK(extract(sent).stamp()->stamped == stamped);
  fakes::frozen_clock::advance(5'000'000'000);
  inject(context_with("", ""), sent);
  CHECK(extract(sent).stamp()->stamped == stamped + 5'000'000'000);
}

TEST_CASE("an empty value is never written") {
  metadata sent{{"tracestate", ""}, {"baggage", ""}};
  inject(context_with("", ""), sent);
  for (const auto& [name, value] : sent) CHECK_FALSE(value.empty());
}

TEST_CASE("too few places: headers are given up in a fixed order") {
  struct row {
    std::uint32_t headers;
    bool queue_stamps;
    std::string_view left;
    std::string_view why;
  };
  for (const auto& [headers, queue_stamps, left, why] : {
           row{5, false, "baggage sentry-trace traceparent tracestate waybill ", "room for all"},
           row{4, false, "sentry-trace traceparent tracestate waybill ", "baggage goes first"},
           row{3, false, "sentry-trace traceparent waybill ", "then tracestate"},
           row{2, false, "traceparent waybill ", "then the ids that are not preferred"},
           row{2, true, "sentry-trace traceparent ", "the stamp before them where the queue stamps itself"},
           row{1, false, "traceparent ", "then the stamp"},
           row{0, false, "", "and at last everything"},
       }) {
    CAPTURE(why);
    metadata sent;
    const injection done = inject(context_with("foo=1", "a=1"), sent,
                                  {.budget = {.headers = headers, .queue_stamps = queue_stamps}});
    CHECK(names_in(sent) == left);
    CHECK(done.written.size() == static_cast<int>(headers));
    CHECK(done.over_budget.size() == 5 - static_cast<int>(headers));
  }
  metadata sent;
  inject(context_with("foo=1", "a=1"), sent,
         {.formats = *propagator::from_names("sentry,tracecontext"), .budget = {.headers = 1}});
  CHECK(names_in(sent) == "sentry-trace ");
}

TEST_CASE("a header that is given up does not stay from the message before") {
  metadata sent{{"baggage", "of=another"}};
  inject(context_with("", "a=1"), sent, {.budget = {.headers = 2}});
  CHECK(sent.count("baggage") == 0);
}

TEST_CASE("too few bytes: members go before headers do, and Sentry's after others") {
  const std::string baggage = "a=1,sentry-environment=production,b=2,c=3";
  const trace_context context = context_with("foo=1,bar=2,long=" + std::string(130, 'x') + ",baz=3", baggage);
  metadata whole;
  inject(context, whole, {.stamp = {.stamped = stamped}});
  const auto all = static_cast<std::uint32_t>(bytes_in(whole));
  const auto sent_within = [&](std::uint32_t bytes) {
    metadata sent;
    const injection done = inject(context, sent, {.stamp = {.stamped = stamped}, .budget = {.bytes = bytes}});
    CHECK(bytes_in(sent) <= bytes);
    bool shortened = false;
    for (const auto& [name, value] : sent) shortened = shortened || value != whole.at(name);
    CHECK(done.members_over_budget == shortened);
    return sent;
  };
  CHECK(sent_within(all) == whole);
  CHECK(sent_within(all - 1).at("baggage") == "a=1,sentry-environment=production,b=2");
  CHECK(sent_within(all - 8).at("baggage") == "a=1,sentry-environment=production");
  CHECK(sent_within(all - 9).at("baggage") == "sentry-environment=production");
  CHECK(sent_within(all - 12).at("baggage") == "sentry-environment=production");
  const metadata without_baggage = sent_within(all - 13);
  CHECK(without_baggage.count("baggage") == 0);
  CHECK(without_baggage.at("tracestate") == whole.at("tracestate"));
  const auto rest = static_cast<std::uint32_t>(bytes_in(without_baggage));
  CHECK(sent_within(rest - 1).at("tracestate") == "foo=1,bar=2,baz=3");
  CHECK(sent_within(rest - 140).at("tracestate") == "foo=1,bar=2");
  for (std::uint32_t bytes = 0; bytes <= all; ++bytes) {
    const metadata sent = sent_within(bytes);
    CHECK(bytes_in(sent) <= bytes);
    const extracted found = extract(sent);
    CHECK(found.rejected().empty());
  }
}

TEST_CASE("a kilobyte of baggage and more is written whole") {
  const std::string baggage = "k=" + std::string(8000, 'v');
  metadata sent;
  inject(context_with("", baggage), sent);
  CHECK(sent.at("baggage") == baggage);
}
