#include "../fakes/frozen_clock.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/ambient.hpp>
#include <waybill/tracing/run_in.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace waybill;
using namespace waybill::fakes;

TEST_CASE("a span started inside another is its child, and the outer one is current again afterwards") {
  test_tracer tracer;
  {
    auto outer = start_span("outer");
    {
      auto inner = start_span("inner");
      CHECK(current_ids()->span == inner.context()->ids().span);
    }
    CHECK(current_ids()->span == outer.context()->ids().span);
  }
  CHECK(!current_ids());
  const auto* const inner = tracer->span_named("inner");
  const auto* const outer = tracer->span_named("outer");
  REQUIRE(inner != nullptr);
  REQUIRE(outer != nullptr);
  CHECK(inner->parent == outer->span);
  CHECK(inner->trace == outer->trace);
  CHECK(!outer->parent);
}

TEST_CASE("durations come from the steady clock: a step of the wall clock does not change them") {
  frozen_clock clock;
  test_tracer tracer;
  {
    auto outer = start_span("outer");
    clock.advance(1'000'000);
    clock.step_wall(-3'600'000'000'000);
    auto inner = start_span("inner");
    clock.advance(2'000'000);
  }
  const auto* const outer = tracer->span_named("outer");
  const auto* const inner = tracer->span_named("inner");
  CHECK(outer->end - outer->start == 3'000'000);
  CHECK(inner->start - outer->start == 1'000'000);
  CHECK(inner->end - inner->start == 2'000'000);
}

TEST_CASE("attributes keep their types, the last value of a key wins, and absent values are left out") {
  test_tracer tracer;
  {
    auto span = start_span("attributes", {.op = "k8s", .kind = span_kind::client});
    span.set({{"text", "a"}, {"int", 1}, {"huge", ~std::uint64_t{0}}, {"flag", true}, {"ratio", 0.5}});
    span.set("text", std::string{"b"});
    span.set("nothing", static_cast<const char*>(nullptr));
    span.set("group", {{"inner", "x"}, {"n", 2}});
  }
  const auto* const span = tracer->span_named("attributes");
  const auto get = [&](std::string_view key) { return find_attribute(span->attributes, key); };
  CHECK(span->kind == span_kind::client);
  CHECK(get("sentry.op").as_text() == "k8s");
  CHECK(get("text").as_text() == "b");
  CHECK(get("int").as_integer() == 1);
  CHECK(get("huge").as_text() == "18446744073709551615");
  CHECK(get("flag").as_boolean());
  CHECK(get("ratio").as_number() == 0.5);
  CHECK(get("nothing").is_absent());
  REQUIRE(get("group").size() == 2);
  CHECK(get("group").members()[1].value.as_integer() == 2);
}

TEST_CASE("keys that look alike from their length and end are still kept apart, and the last value wins") {
  test_tracer tracer;
  {
    auto span = start_span("alike");
    for (char c = 'a'; c <= 'z'; ++c) span.set(std::string{c} + "-name", std::string(1, c));
    for (char c = 'a'; c <= 'z'; ++c)
      span.set({{std::string{c} + "-name", std::string(40, c)}, {"other", c - 'a'}});
  }
  const auto* const span = tracer->span_named("alike");
  CHECK(span->attributes.size() == 27);
  CHECK(span->dropped_attributes == 0);
  for (char c = 'a'; c <= 'z'; ++c)
    CHECK(find_attribute(span->attributes, std::string{c} + "-name").as_text() == std::string(40, c));
  CHECK(find_attribute(span->attributes, "other").as_integer() == 25);
}

TEST_CASE("text of every length arrives as it was, as key and as value") {
  test_tracer tracer{{.limits = {.attribute_count = 400, .record_bytes = std::size_t{1} << 20}}};
  {
    auto span = start_span("lengths");
    for (std::size_t size = 1; size <= 300; ++size) {
      std::string text;
      for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + (i * 7 + size) % 26);
      span.set(text, text);
    }
  }
  const auto* const span = tracer->span_named("lengths");
  CHECK(span->attributes.size() == 255);
  CHECK(span->dropped_attributes == 45);  // the keys over 255 bytes
  for (const auto& one : span->attributes) CHECK(one.key == one.value.as_text());
}

TEST_CASE("as many attributes are kept as the limit says, be it below or above what a span begins with") {
  for (const std::size_t limit : {0U, 1U, 7U, 8U, 9U, 12U}) {
    CAPTURE(limit);
    test_tracer tracer{{.limits = {.attribute_count = limit, .event_count = limit, .link_count = limit}}};
    {
      auto span = start_span("limited");
      for (int i = 0; i < 20; ++i) span.set("key" + std::to_string(i), i);
      for (int i = 0; i < 20; ++i) span.add_event("event");
      for (int i = 0; i < 20; ++i) span.add_link(*span.context());
    }
    const auto* const span = tracer->span_named("limited");
    CHECK(span->attributes.size() == limit);
    CHECK(span->dropped_attributes == 20 - limit);
    CHECK(span->events.size() == limit);
    CHECK(span->dropped_events == 20 - limit);
    CHECK(span->links.size() == limit);
    CHECK(span->dropped_links == 20 - limit);
  }
}

TEST_CASE("what is over a limit is dropped and counted in the record") {
  test_tracer tracer;
  {
    auto span = start_span("limits");
    for (int i = 0; i < 200; ++i) span.set("key" + std::to_string(i), i);
    for (int i = 0; i < 200; ++i) span.add_event("event");
    span.set("key0", std::string(10'000, 'x'));
    span.set("", "no key");
  }
  const auto* const span = tracer->span_named("limits");
  CHECK(span->attributes.size() == 128);
  CHECK(span->dropped_attributes == 73);
  CHECK(span->events.size() == 128);
  CHECK(span->dropped_events == 72);
  CHECK(find_attribute(span->attributes, "key0").as_text().size() == 4096);
}

TEST_CASE("a record never takes more memory than its limit, and says what it left out") {
  test_tracer tracer;
  {
    auto span = start_span("large");
    for (int i = 0; i < 100; ++i) span.set("key" + std::to_string(i), std::string(4096, 'x'));
  }
  const auto* const span = tracer->span_named("large");
  CHECK(span->attributes.size() <= 16);
  CHECK(span->attributes.size() + span->dropped_attributes == 100);
}

TEST_CASE("a span that is not sampled leaves nothing, and its trace is passed on all the same") {
  test_tracer tracer{{.sampling = sampler{0.0}}};
  {
    auto span = start_span("unsampled");
    CHECK(!span.recording());
    REQUIRE(current_ids());
    CHECK(current_ids()->span == span.context()->ids().span);
    CHECK(current_ids()->decision == sampling_decision::not_sampled);
  }
  CHECK(tracer->spans().empty());
}

TEST_CASE("a sampled parent is followed whatever the ratio; a deferred one is decided by it") {
  test_tracer tracer{{.sampling = sampler{0.0}}};
  span_ids ids{.trace = trace_id::make(), .span = span_id::make(), .decision = sampling_decision::sampled};
  const trace_context sampled{ids};
  ids.decision = sampling_decision::deferred;
  const trace_context deferred{ids};
  CHECK(start_detached_span("child", {.parent = &sampled}).recording());
  CHECK(!start_detached_span("child", {.parent = &deferred}).recording());
}

TEST_CASE("the sampler keeps about its ratio, and always answers alike for one trace") {
  const sampler quarter{0.25};
  int kept = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto trace = trace_id::make();
    kept += quarter.would_sample(trace) ? 1 : 0;
    CHECK(quarter.would_sample(trace) == quarter.would_sample(trace));
  }
  CHECK(kept > 2'200);
  CHECK(kept < 2'800);
  CHECK(sampler{1.0}.would_sample(trace_id::make()));
  CHECK(!sampler{0.0}.would_sample(trace_id::make()));
}

TEST_CASE("when there is no room for records, spans are counted as dropped and inject still has a context") {
  test_tracer tracer{{.records_in_flight = 2}};
  auto first = start_span("first");
  auto second = start_span("second");
  auto third = start_span("third");
  CHECK(!third.recording());
  CHECK(current_ids()->span == third.context()->ids().span);
  CHECK(tracer.get().dropped() == 1);
}

TEST_CASE("without a tracer a span is a no-op that passes on what came in") {
  CHECK(!start_detached_span("nothing").context());
  const span_ids ids{.trace = trace_id::make(), .span = span_id::make(), .remote = true};
  run_in(trace_context{ids}, [&] {
    auto span = start_span("nothing");
    CHECK(!span.recording());
    CHECK(current_ids() == ids);
  });
}

TEST_CASE("an exception that leaves a span's block marks the span as failed, unless it already says why") {
  test_tracer tracer;
  try {
    auto span = start_span("left");
    throw std::runtime_error{"no such cluster"};
  } catch (const std::runtime_error&) {
  }
  try {
    auto span = start_span("said");
    const std::runtime_error error{"no such cluster"};
    span.fail_with(error);
    throw error;
  } catch (const std::runtime_error&) {
  }
  CHECK(tracer->span_named("left")->status == status_code::error);
  const auto* const said = tracer->span_named("said");
  CHECK(said->status_message == "no such cluster");
  CHECK(find_attribute(said->attributes, "error.type").as_text() == "std::runtime_error");
  REQUIRE(said->events.size() == 1);
  CHECK(said->events[0].name == "exception");
}

TEST_CASE("a detached span can be moved and ended by hand, once") {
  test_tracer tracer;
  auto span = start_detached_span("moved");
  auto elsewhere = std::move(span);
  CHECK(!current_ids());
  CHECK(!span.recording());
  elsewhere.end();
  elsewhere.end();
  elsewhere.set("late", 1);
  CHECK(tracer->spans().size() == 1);
}

TEST_CASE(
    "a record refers to its context's baggage where the tracer is asked for it, for as long as it lives") {
  constexpr std::string_view received = "sentry-public_key=k,tenant=acme";
  const span_ids sender{.trace = trace_id::make(),
                        .span = span_id::make(),
                        .decision = sampling_decision::sampled,
                        .remote = true};
  for (const bool wanted : {true, false}) {
    CAPTURE(wanted);
    test_tracer tracer{{.baggage_in_records = wanted}};
    {
      const trace_context context{sender, context_text::make({}, {&received, 1}, true)};
      const auto segment = start_span("segment", {.parent = &context});
      const auto child = start_span("child");
    }
    const auto head = start_span("head", {.new_trace = true});
    for (const auto* const name : {"segment", "child"}) {
      const auto* const span = tracer->span_named(name);
      REQUIRE(span != nullptr);
      CHECK(span->baggage == (wanted ? received : ""));
    }
  }
}
