#include "story.hpp"

#include <waybill/views/json/trace_json.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

TEST_CASE("the JSON of a trace has the documented members, with null for what is not known") {
  story told;
  told.tell(sent("send", 0, 1, told.web, {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}})
                .called("s"));
  told.tell(worked("work", "send", 3, 4, told.worker,
                   {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}})
                .called("w")
                .failed());
  auto& log = told.arena().logs().emplace_back();
  log.trace = named<trace_id>("trace");
  log.span = named<span_id>("work");
  log.time = at(3.5);
  log.severity = 9;
  log.event_name = "task.finished";
  static const attribute fields[] = {{"attempt", 1}, {"ok", true}};
  log.body = attribute_value::group(fields, 2);
  CHECK(
      to_json(told.explained()) ==
      R"({"trace_id":"74726163650000000000000000000000","name":"s","start_unix_nano":1800000000000000000,"duration_ns":4000000000,)"
      R"("verdict":"4 s: about 2 s (50 %) queued on \"q\" (two clocks); 2 s (50 %) work; 1 error: w.","services":["web","worker"],"error_count":1,)"
      R"("rows":[{"kind":"span","name":"s","service":"web","depth":0,"start_unix_nano":1800000000000000000,"duration_ns":1000000000,"span_id":"73656e6400000000","parent_span_id":null,"status":"unset"},)"
      R"({"kind":"wait","name":"queued on \"q\"","service":"","depth":1,"start_unix_nano":1800000001000000000,"duration_ns":2000000000,"span_id":"776f726b00000000","parent_span_id":"73656e6400000000","status":"unset","wait":0},)"
      R"({"kind":"span","name":"w","service":"worker","depth":1,"start_unix_nano":1800000003000000000,"duration_ns":1000000000,"span_id":"776f726b00000000","parent_span_id":"73656e6400000000","status":"error"}],)"
      R"("waits":[{"span_id":"776f726b00000000","producer_span_id":"73656e6400000000","producer_trace_id":"74726163650000000000000000000000","attempt":1,"queue":"q","system":"kafka","task":null,"worker":"worker",)"
      R"("duration_ns":2000000000,"exact":false,"low_ns":null,"high_ns":null,"basis":"producer_span","observed_ns":2000000000,"age_ns":null,"parts":[{"kind":"queued","duration_ns":2000000000}],"behind":[]}],)"
      R"("logs":[{"time_unix_nano":1800000003500000000,"span_id":"776f726b00000000","service":"","severity":9,"severity_text":"","event_name":"task.finished","body":{"attempt":1,"ok":true},"attributes":{}}],)"
      R"("problems":[]})");
}

TEST_CASE("the JSON of a summary names the longest wait, or null without a queue") {
  story told;
  told.tell(did("a", "", 0, 1, told.web));
  CHECK(
      to_json(summarise(told.finish(), named<trace_id>("trace"))) ==
      R"({"trace_id":"74726163650000000000000000000000","name":"a","services":["web"],"start_unix_nano":1800000000000000000,)"
      R"("duration_ns":1000000000,"span_count":1,"error_count":0,"longest_wait":null})");
}

TEST_CASE("a wait has one figure for a column: its length and how it is known") {
  struct row {
    std::string_view system;
    double work_from;
    figure_kind kind;
    double length;
  };
  for (const auto& [system, work_from, kind, length] : {
           row{"kafka", 3, figure_kind::about, 2},
           row{"kafka", 1.01, figure_kind::about, 0.045},
           row{"aws_sqs", 3, figure_kind::at_most, 2},
           row{"kafka", -1, figure_kind::unknown, 0},
       }) {
    CAPTURE(system);
    CAPTURE(work_from);
    story told;
    told.tell(sent("send", 0, 1, told.web, {{"messaging.system", system}}));
    told.tell(worked("work", "send", work_from, 4, told.worker, {{"messaging.system", system}}));
    const auto line = summarise(told.explained());
    REQUIRE(line.wait);
    CHECK(line.wait->figure.kind == kind);
    CHECK(seconds(line.wait->figure.nanos) == doctest::Approx(length));
    CHECK(to_json(line).find("\"longest_wait\":{\"queue\":null,\"kind\":\"") != std::string::npos);
  }
}
