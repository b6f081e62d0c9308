#include "told_sender.hpp"

#include <waybill/formats/known_headers.hpp>

using namespace waybill;
using namespace waybill::testing;

TEST_CASE("headers can be gone through in the order of their names, each once and no others") {
  header_set chosen;
  for (const auto name : {"waybill", "baggage", "x-b3-traceid", "traceparent", "tracestate", "b3"})
    chosen.add(known_headers.find(name));
  std::string order;
  known_headers.for_each_by_name(chosen,
                                 [&](int slot) { order.append(known_headers[slot].text()).append(" "); });
  CHECK(order == "b3 baggage traceparent tracestate waybill x-b3-traceid ");
}

TEST_CASE("the formats that are not on by default are neither found nor written") {
  const header_list headers{{"b3", with_ids("T-P-1")},          {"X-B3-TraceId", std::string{T}},
                            {"X-B3-SpanId", std::string{P}},    {"uber-trace-id", with_ids("T:P:0:1")},
                            {"x-datadog-trace-id", "1"},        {"x-datadog-parent-id", "1"},
                            {"AWSTraceHeader", "Root=garbage"}, {"tracestate", "a=b"}};
  const extracted found = extract(headers);
  CHECK_FALSE(found.ids());
  CHECK(found.rejected().has(rejection::tracestate_without_traceparent));

  for (const auto& [name, value] : headers)
    CHECK((default_headers.find(name) >= 0) == (name == "tracestate"));
  metadata written;
  inject(trace_context{ids(sampling_decision::sampled)}, written);
  CHECK(written.size() == 3);  // traceparent, sentry-trace, waybill
}

TEST_CASE("both tables of names agree on every slot") {
  for (int slot = 0; slot < known_headers.size(); ++slot) {
    const auto name = known_headers[slot].text();
    CHECK(known_headers.find(name) == slot);
    const int narrow = default_headers.find(name);
    CHECK((narrow == slot || narrow == -1));
    CHECK(default_headers[slot].text() == name);
  }
  CHECK(default_headers.find("traceparent") >= 0);
  CHECK(default_headers.find("sentry-task-enqueued-time") >= 0);
}

TEST_CASE("what the list of names chooses is read and written, in that order of preference") {
  const header_list headers{{"b3", with_ids("H-P-1")}, {"traceparent", with_ids("00-T-P-00")}};
  CHECK(told(headers, "b3,tracecontext") == "H P kept");
  CHECK(told(headers, "tracecontext,b3") == "T P dropped");
  const extracted found = extract(headers, *propagator::from_names("B3, TraceContext"));
  CHECK(found.disagreement() == disagreement::trace);
  CHECK(found.source() == "b3");

  CHECK(written(ids(sampling_decision::sampled), "xray,datadog,jaeger,b3multi,b3,tracecontext").size() == 11);
  const auto every =
      *propagator::from_names("tracecontext,baggage,b3,b3multi,jaeger,xray,datadog,sentry,waybill");
  CHECK(every.order().size() == 9);
  CHECK_FALSE(propagator::from_names("ottrace"));
}

TEST_CASE("traceparent that says no, beside a format that left it open, is open") {
  for (const auto& [name, value] : header_list{{"b3", with_ids("T-P")},
                                               {"X-Amzn-Trace-Id",
                                                "Root=1-d7d4260b-0d9e4262b4732349ac3e2bd9;"
                                                "Parent=863009af4a76f08c;Sampled=?"}}) {
    CHECK(told({{"traceparent", with_ids("00-T-P-00")}, {name, value}}, "tracecontext,b3,xray") ==
          "T P open");
  }
}

TEST_CASE("debug goes on to the next hop in the formats that can say it") {
  const header_list received{{"uber-trace-id", with_ids("T:P:0:3")}};
  const auto formats = *propagator::from_names("jaeger,b3,tracecontext");
  metadata sent;
  inject(extract(received, formats).to_context(), sent, {.formats = formats});
  CHECK(sent.at("uber-trace-id") == with_ids("T:P:0:3"));
  CHECK(sent.at("b3") == with_ids("T-P-d"));
  CHECK(sent.at("traceparent") == with_ids("00-T-P-01"));
}

TEST_CASE("of ids in several headers, a budget leaves all or none") {
  const trace_context context{ids(sampling_decision::sampled)};
  for (const std::string_view names : {"tracecontext,datadog,b3multi", "datadog,tracecontext,b3multi"}) {
    for (std::uint32_t headers = 0; headers < 9; ++headers) {
      for (std::uint32_t bytes = 0; bytes < 400; bytes += 7) {
        metadata sent;
        inject(context, sent,
               {.formats = *propagator::from_names(names), .budget = {.headers = headers, .bytes = bytes}});
        CHECK(sent.size() <= headers);
        CHECK(sent.count("x-b3-traceid") == sent.count("x-b3-spanid"));
        CHECK(sent.count("x-b3-sampled") == sent.count("x-b3-spanid"));
        CHECK(sent.count("x-datadog-trace-id") == sent.count("x-datadog-parent-id"));
        CHECK(sent.count("x-datadog-trace-id") == sent.count("x-datadog-tags"));
      }
    }
  }
}
