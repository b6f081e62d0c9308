#include "../fakes/test_tracer.hpp"

#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/formats/sentry_sampling.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/extract_trace_context.hpp>
#include <waybill/tracing/inject_trace_context.hpp>
#include <waybill/tracing/process_sentry.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>

using namespace waybill;
using namespace waybill::fakes;

namespace {

struct reporting {
  explicit reporting(sentry_identity identity = {.public_key = "49d0f7386ad645858ae85020e393bef3",
                                                 .release = "myapp@1.2.3",
                                                 .environment = "production",
                                                 .org_id = "7"}) {
    use_sentry_head(std::move(identity));
  }
  ~reporting() { use_no_sentry_head(); }
};

std::string baggage_now() {
  const metadata headers = inject_trace_context();
  const auto found = headers.find("baggage");
  return found == headers.end() ? "" : found->second;
}

std::string member(const std::string& baggage, std::string_view key) {
  return baggage_value(baggage, "sentry-" + std::string{key}).value_or("-");
}

constexpr std::string_view trace = "d7d4260b0d9e4262b4732349ac3e2bd9";
const std::string sender = std::string{trace} + "-863009af4a76f08c";

}  // namespace

TEST_CASE("the head of a trace describes it to Sentry, once and for all spans below") {
  const reporting to_sentry;
  test_tracer tracer;
  auto root = start_span("GET /orders/:id");
  const std::string baggage = baggage_now();
  CHECK(member(baggage, "trace_id") == root.context()->ids().trace.to_hex());
  CHECK(member(baggage, "public_key") == "49d0f7386ad645858ae85020e393bef3");
  CHECK(member(baggage, "release") == "myapp@1.2.3");
  CHECK(member(baggage, "environment") == "production");
  CHECK(member(baggage, "org_id") == "7");
  CHECK(member(baggage, "transaction") == "GET /orders/:id");
  CHECK(member(baggage, "sampled") == "true");
  CHECK(member(baggage, "sample_rate") == "1");
  CHECK(read_sample_rand(member(baggage, "sample_rand")));
  CHECK(member(baggage, "user_segment") == "-");

  use_sentry_head({.public_key = "another", .release = "2"});
  auto below = start_span("child");
  CHECK(baggage_now() == baggage);
  std::thread{bind([&] { CHECK(baggage_now() == baggage); })}.join();
}

TEST_CASE("two traces that are open at once have each their own description") {
  const reporting to_sentry;
  test_tracer tracer;
  auto first = start_span("first");
  const std::string of_first = baggage_now();
  {
    auto second = start_span("second", {.new_trace = true});
    CHECK(member(baggage_now(), "transaction") == "second");
    CHECK(member(baggage_now(), "trace_id") == second.context()->ids().trace.to_hex());
  }
  CHECK(baggage_now() == of_first);
}

TEST_CASE("what the sampler decides and what the description says agree") {
  const reporting to_sentry;
  test_tracer tracer{{.sampling = sampler{0.25}}};
  int sampled = 0;
  for (int i = 0; i < 400; ++i) {
    auto root = start_span("task");
    const std::string baggage = baggage_now();
    const bool kept = root.context()->ids().decision == sampling_decision::sampled;
    sampled += kept ? 1 : 0;
    CHECK(member(baggage, "sampled") == (kept ? "true" : "false"));
    CHECK(member(baggage, "sample_rate") == "0.25");
    CHECK((*read_sample_rand(member(baggage, "sample_rand")) < 0.25) == kept);
  }
  CHECK(sampled > 50);
  CHECK(sampled < 160);
}

TEST_CASE("a name that was made from an address is no transaction's name") {
  const reporting to_sentry;
  test_tracer tracer;
  for (const std::string_view name : {"GET https://example.com/users/17", "GET /users?id=17"}) {
    auto root = start_span(name);
    CHECK(member(baggage_now(), "transaction") == "-");
    CHECK(member(baggage_now(), "release") == "myapp@1.2.3");
  }
}

TEST_CASE("a trace that came from Sentry is described by its head, also when that said nothing") {
  const reporting to_sentry;
  test_tracer tracer;
  const std::string theirs = "sentry-release=theirs,sentry-public_key=k,sentry-sample_rand=0.5";
  struct row {
    metadata received;
    std::string baggage;
    std::string_view why;
  };
  for (const auto& [received, baggage, why] : {
           row{{{"sentry-trace", sender + "-1"}, {"baggage", theirs}}, theirs, "theirs is final"},
           row{{{"sentry-trace", sender + "-1"}}, "", "none came: final, and empty"},
           row{{{"sentry-trace", sender + "-0"}, {"baggage", "userId=alice"}},
               "userId=alice",
               "other people's members are no description"},
           row{{{"traceparent", "00-" + sender + "-01"}, {"baggage", theirs}},
               theirs,
               "through a hop that speaks W3C alone"},
       }) {
    CAPTURE(why);
    extract_trace_context(received, [&, &expected = baggage] {
      auto span = start_span("task");
      CHECK(span.context()->ids().trace.to_hex() == trace);
      CHECK(baggage_now() == expected);
    });
  }
}

TEST_CASE("whoever is the first to report a trace to Sentry describes it, but for what only its head knows") {
  const reporting to_sentry;
  test_tracer tracer{{.sampling = sampler{0.25}}};
  const metadata received{{"traceparent", "00-" + sender + "-01"}, {"baggage", "userId=alice"}};
  extract_trace_context(received, [] {
    CHECK(baggage_now() == "userId=alice");  // no span of ours: passed on as it is
    auto span = start_span("task");
    const std::string baggage = baggage_now();
    CHECK(baggage.starts_with("userId=alice,sentry-public_key="));
    CHECK(member(baggage, "sampled") == "true");
    CHECK(member(baggage, "transaction") == "-");
    CHECK(member(baggage, "sample_rate") == "-");  // it was not by our rate
  });
}

TEST_CASE("baggage without sentry-trace is of no trace: a new one is begun and described") {
  const reporting to_sentry;
  test_tracer tracer;
  const metadata received{{"baggage", "sentry-release=theirs,userId=alice"}};
  extract_trace_context(received, [] {
    auto span = start_span("task");
    CHECK(member(baggage_now(), "release") == "myapp@1.2.3");
    CHECK(baggage_value(baggage_now(), "userId") == "alice");
  });
}

TEST_CASE("a decision that was left open is taken by the number that came with the trace") {
  const reporting to_sentry;
  test_tracer tracer{{.sampling = sampler{0.5}}};
  struct row {
    std::string_view tracestate;
    std::string_view baggage;
    bool sampled;
    std::string_view why;
  };
  // The trace id's own number would be 0.550242 to Sentry: not sampled at 0.5.
  for (const auto& [tracestate, baggage, sampled, why] : {
           row{"", "sentry-sample_rand=0.499999", true, "below the rate"},
           row{"", "sentry-sample_rand=0.5", false, "at the rate: not below it"},
           row{"", "", false, "by the trace id"},
           row{"ot=rv:ffffffffffffff", "", true, "by OpenTelemetry's rv"},
           row{"ot=rv:00000000000000", "", false, "by rv, which is low"},
           row{"ot=rv:ff", "", false, "an rv of another length is none"},
           row{"ot=rv:ffffffffffffff", "sentry-sample_rand=0.9", false, "Sentry's number before rv"},
       }) {
    CAPTURE(why);
    metadata received{{"traceparent", "00-" + sender + "-00"}, {"sentry-trace", sender}};
    if (!tracestate.empty()) received["tracestate"] = tracestate;
    if (!baggage.empty()) received["baggage"] = baggage;
    extract_trace_context(received, [&, sampled = sampled, with_members = !baggage.empty()] {
      auto span = start_span("task");
      CHECK((span.context()->ids().decision == sampling_decision::sampled) == sampled);
      CHECK(member(baggage_now(), "sample_rate") == (with_members ? "0.5" : "-"));
    });
  }
}

TEST_CASE("OpenTelemetry's probability survives a hop as long as it is true") {
  test_tracer tracer;
  struct row {
    std::string_view flags;
    std::string_view received;
    std::string_view sent;
    std::string_view why;
  };
  // The trace id's randomness is 0x732349ac3e2bd9.
  for (const auto& [flags, received, sent, why] : {
           row{"01", "foo=1,ot=th:7;rv:80000000000000,bar=2", "foo=1,ot=th:7;rv:80000000000000,bar=2",
               "rv is at or above th: byte for byte"},
           row{"01", "ot=th:7", "ot=th:7", "the trace id's number is above"},
           row{"01", "ot=th:0", "ot=th:0", "all are kept"},
           row{"01", "ot=th:8", "", "sampled, but the number is below th"},
           row{"01", "foo=1,ot=th:8;rv:7fffffffffffff;x:y,bar=2", "ot=rv:7fffffffffffff;x:y,foo=1,bar=2",
               "th goes; rv and what is not ours to know stay, to the left"},
           row{"00", "ot=th:7;rv:80000000000000", "ot=rv:80000000000000", "not sampled: no th"},
           row{"00", "foo=1", "foo=1", "no ot"},
           row{"01", "ot=th:xyz", "", "a th that says nothing"},
           row{"01", "ot=rv:80000000000000", "ot=rv:80000000000000", "nothing to contradict"},
       }) {
    CAPTURE(why);
    const metadata message{{"traceparent", "00-" + sender + "-" + std::string{flags}},
                           {"tracestate", std::string{received}}};
    extract_trace_context(message, [&, &expected = sent, &carried = received] {
      CHECK(inject_trace_context()["tracestate"] == carried);  // only carried: as it came
      auto span = start_span("task");
      CHECK(inject_trace_context()["tracestate"] == expected);
      auto below = start_span("below");
      CHECK(inject_trace_context()["tracestate"] == expected);
    });
  }
}

TEST_CASE("a finished span shows the trace's description to the exporter") {
  const reporting to_sentry;
  test_tracer tracer{{.baggage_in_records = true}};
  std::string baggage;
  {
    auto root = start_span("root");
    auto below = start_span("below");
    baggage = baggage_now();
  }
  CHECK_FALSE(baggage.empty());
  CHECK(tracer->span_named("root")->baggage == baggage);
  CHECK(tracer->span_named("below")->baggage == baggage);
}

TEST_CASE("without waybill's tracer what Sentry left open stays open") {
  const metadata received{{"sentry-trace", sender}, {"baggage", "sentry-sample_rand=0.1"}};
  extract_trace_context(received, [] {
    CHECK(inject_trace_context()["sentry-trace"] == sender);
    auto span = start_span("task");
    CHECK(inject_trace_context()["sentry-trace"] == sender);
    CHECK(baggage_now() == "sentry-sample_rand=0.1");
  });
  test_tracer tracer;
  extract_trace_context(received, [] {
    auto span = start_span("task");
    CHECK(inject_trace_context()["sentry-trace"].ends_with("-1"));
  });
}
