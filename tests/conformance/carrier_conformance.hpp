// What every carrier must do, whatever it is made of. A carrier's test includes this, describes its carrier in a class
// like those in tests/carrier, and says check_carrier<that class>() in a test case of its own.
#pragma once

#include <waybill/base/ascii.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/propagation/restamp.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::testing {

using header_pairs = std::vector<std::pair<std::string, std::string>>;

// A carrier under test has
//   auto& carrier();                          what inject and extract are given
//   void put(name, value);                    an entry as somebody else would leave it there, beside what is there already
//   header_pairs entries() const;             everything in it
//   static constexpr bool keeps_duplicates    two entries of one name can be told apart
//   static constexpr bool keeps_case          so can two spellings of one name
//   static std::string name_of(name)          how it spells a name of ours
struct sample {
  static constexpr std::string_view trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  static constexpr std::string_view span = "00f067aa0ba902b7";
  static constexpr std::string_view traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  static constexpr std::string_view tracestate = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
  static constexpr std::string_view baggage = "userId=alice,serverNode=DF%2028,quoted=a;b=c";
  static constexpr unix_nanos stamped = 1'700'000'000'123'000'000;

  static trace_context context() {
    const std::string_view state = tracestate;
    const std::string_view values = baggage;
    return {span_ids{.trace = *trace_id::from_hex(trace),
                     .span = span_id::from_hex(span),
                     .decision = sampling_decision::sampled},
            context_text::make({&state, 1}, {&values, 1}, false)};
  }
  // Of the same trace, without text.
  static trace_context bare_context(std::string_view span = sample::span) {
    return trace_context{span_ids{.trace = *trace_id::from_hex(trace),
                                  .span = span_id::from_hex(span),
                                  .decision = sampling_decision::not_sampled}};
  }
  static injection_options options() { return {.stamp = {.stamped = stamped}}; }
};

inline std::string in_upper_case(std::string_view name) {
  std::string upper{name};
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

template <class Held>
std::vector<std::string> values_of(const Held& held, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : held.entries()) {
    if (ascii_iequals(key, Held::name_of(name))) values.push_back(value);
  }
  return values;
}

template <class Held>
void check_carrier() {
  const std::vector<std::string> nothing;
  const auto one = [](std::string_view value) { return std::vector<std::string>{std::string{value}}; };

  SUBCASE("what inject writes, extract reads back") {
    Held held;
    const injection done = inject(sample::context(), held.carrier(), sample::options());
    CHECK(done.failed.empty());
    CHECK(done.written.size() == 5);
    const extracted found = extract(held.carrier());
    REQUIRE(found.ids());
    CHECK(found.rejected().empty());
    CHECK(found.disagreement() == disagreement::none);
    CHECK(found.ids()->trace.to_hex() == sample::trace);
    CHECK(found.ids()->span->to_hex() == sample::span);
    CHECK(found.ids()->decision == sampling_decision::sampled);
    CHECK(found.ids()->remote);
    REQUIRE(found.stamp());
    CHECK(found.stamp()->stamped == sample::stamped);
    CHECK(found.stamp()->sender == found.ids()->span);
    const trace_context context = found.to_context();
    CHECK(context.tracestate() == sample::tracestate);
    CHECK(context.baggage() == sample::baggage);
  }

  SUBCASE("each header stands there once, under its exact name") {
    Held held;
    inject(sample::context(), held.carrier(), sample::options());
    for (const std::string_view name : {"traceparent", "tracestate", "sentry-trace", "baggage", "waybill"}) {
      CAPTURE(name);
      CHECK(values_of(held, name).size() == 1);
    }
    CHECK(values_of(held, "traceparent") == one(sample::traceparent));
  }

  SUBCASE("entries that are not ours stay as they are") {
    Held held;
    const header_pairs foreign{{"organizationId", "org_1"},
                               {"content-type", "a \"quoted\" \\ text/\xC3\xA9"},
                               {"x", "1"},
                               {"traceparents", "not ours"},
                               {"a-tracestate", "nor this"},
                               {"TRACE_PARENT", "nor that"}};
    for (const auto& [name, value] : foreign) held.put(name, value);
    const header_pairs before = held.entries();
    inject(sample::context(), held.carrier(), sample::options());
    inject(sample::bare_context(), held.carrier(), sample::options());
    header_pairs after = held.entries();
    std::erase_if(after, [&](const auto& entry) {
      return std::find(before.begin(), before.end(), entry) == before.end();
    });
    CHECK(after == before);
  }

  SUBCASE("a header that the context has nothing for does not stay from the message before") {
    Held held;
    inject(sample::context(), held.carrier(), sample::options());
    inject(sample::bare_context(), held.carrier(), sample::options());
    CHECK(values_of(held, "tracestate") == nothing);
    CHECK(values_of(held, "baggage") == nothing);
    CHECK(values_of(held, "traceparent") == one("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"));
  }

  SUBCASE("injecting twice changes nothing the second time") {
    Held held;
    held.put("organizationId", "org_1");
    inject(sample::context(), held.carrier(), sample::options());
    const header_pairs once = held.entries();
    inject(sample::context(), held.carrier(), sample::options());
    CHECK(held.entries() == once);
  }

  SUBCASE("a context without a span changes nothing") {
    Held held;
    held.put("traceparent", "left as it was");
    const header_pairs before = held.entries();
    const span_ids no_span{.trace = *trace_id::from_hex(sample::trace), .span = {}};
    const injection done = inject(trace_context{no_span}, held.carrier(), sample::options());
    CHECK(done.no_span);
    CHECK(done.written.empty());
    CHECK(held.entries() == before);
  }

  SUBCASE("nothing there is nothing found") {
    Held held;
    held.put("organizationId", "org_1");
    const extracted found = extract(held.carrier());
    CHECK_FALSE(found.ids());
    CHECK(found.rejected().empty());
    CHECK(found.to_context().ids().span == std::nullopt);
  }

  SUBCASE("a stamp moves to now and keeps when it was first made") {
    Held held;
    inject(sample::context(), held.carrier(), sample::options());
    const auto queue = destination_hash("deployment");
    REQUIRE(restamp(held.carrier(), {.stamped = sample::stamped + 5'000'000'000, .destination = queue}));
    REQUIRE(restamp(held.carrier(), {.stamped = sample::stamped + 9'000'000'000}));
    const extracted found = extract(held.carrier());
    REQUIRE(found.stamp());
    CHECK(found.stamp()->stamped == sample::stamped + 9'000'000'000);
    CHECK(found.stamp()->created == sample::stamped);
    CHECK(found.stamp()->destination == queue);
    CHECK(found.stamp()->sender->to_hex() == sample::span);
    CHECK(values_of(held, "traceparent") == one(sample::traceparent));
  }

  SUBCASE("a carrier without a stamp gets none") {
    Held held;
    held.put("organizationId", "org_1");
    CHECK_FALSE(restamp(held.carrier()));
    CHECK(values_of(held, "waybill") == nothing);
  }

  if constexpr (Held::keeps_case) {
    SUBCASE("names are found in any case") {
      Held held;
      held.put("TRACEPARENT", std::string{sample::traceparent});
      held.put("TraceState", std::string{sample::tracestate});
      held.put("Baggage", std::string{sample::baggage});
      const trace_context context = extract(held.carrier()).to_context();
      CHECK(context.ids().span->to_hex() == sample::span);
      CHECK(context.tracestate() == sample::tracestate);
      CHECK(context.baggage() == sample::baggage);
    }

    SUBCASE("other spellings go when ours are written, also of what one was read from") {
      Held held;
      held.put("Traceparent", std::string{sample::traceparent});
      held.put("TRACESTATE", std::string{sample::tracestate});
      held.put("bAGGAGE", std::string{sample::baggage});
      held.put("Sentry-Trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1");
      const trace_context context = extract(held.carrier()).to_context();
      inject(context, held.carrier(), sample::options());
      for (const std::string_view name : {"traceparent", "tracestate", "sentry-trace", "baggage"}) {
        CAPTURE(name);
        CHECK(values_of(held, name).size() == 1);
      }
      const trace_context again = extract(held.carrier()).to_context();
      CHECK(again.tracestate() == sample::tracestate);
      CHECK(again.baggage() == sample::baggage);
    }

    SUBCASE("two spellings of traceparent restart the trace") {
      Held held;
      held.put("traceparent", std::string{sample::traceparent});
      held.put("Traceparent", std::string{sample::traceparent});
      const extracted found = extract(held.carrier());
      CHECK_FALSE(found.ids());
      CHECK(found.rejected().has(rejection::traceparent_repeated));
    }

    SUBCASE("a carriage return is no hyphen") {
      Held held;
      held.put("sentry\rtrace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1");
      CHECK_FALSE(extract(held.carrier()).ids());
    }
  }

  if constexpr (Held::keeps_duplicates) {
    SUBCASE("two traceparents restart the trace, and one write heals it") {
      Held held;
      held.put("traceparent", std::string{sample::traceparent});
      held.put("traceparent", "00-00000000000000000000000000000001-0000000000000002-01");
      const extracted found = extract(held.carrier());
      CHECK_FALSE(found.ids());
      CHECK(found.rejected().has(rejection::traceparent_repeated));
      inject(sample::context(), held.carrier(), sample::options());
      CHECK(values_of(held, "traceparent") == one(sample::traceparent));
    }

    SUBCASE("several tracestate and baggage headers are one list each, in order") {
      Held held;
      held.put("traceparent", std::string{sample::traceparent});
      held.put("tracestate", "foo=1");
      held.put("tracestate", "");
      held.put("tracestate", "bar=2,rojo=3");
      held.put("baggage", "a=1");
      held.put("baggage", "b=2");
      const trace_context context = extract(held.carrier()).to_context();
      CHECK(context.tracestate() == "foo=1,bar=2,rojo=3");
      CHECK(context.baggage() == "a=1,b=2");
    }

    SUBCASE("a fifth header of one name is told and left") {
      Held held;
      for (const char* value : {"a=1", "b=2", "c=3", "d=4", "e=5"}) held.put("baggage", value);
      const extracted found = extract(held.carrier());
      CHECK(found.baggage().size() == 4);
      CHECK(found.rejected().has(rejection::too_many_headers));
    }
  }
}

}  // namespace waybill::testing
