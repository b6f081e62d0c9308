#include "story.hpp"

#include <waybill/views/json/trace_json.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

TEST_CASE("the JSON of a trace has the documented members, with null for what is not known") {
  story told;
  const auto* web = told.process("web", "w");
  const auto* worker = told.process("worker", "k");
  told.tell({.id = "send",
             .name = "s",
             .kind = span_kind::producer,
             .from = 0,
             .to = 1,
             .by = web,
             .says = {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}}});
  told.tell({.id = "work",
             .name = "w",
             .parent = "send",
             .kind = span_kind::consumer,
             .from = 3,
             .to = 4,
             .by = worker,
             .says = {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}},
             .status = status_code::error});
  auto& log = told.arena().logs().emplace_back();
  log.trace = named<trace_id>("trace");
  log.span = named<span_id>("work");
  log.time = at(3.5);
  log.severity = 9;
  log.event_name = "task.finished";
  static const attribute fields[] = {{"attempt", 1}, {"ok", true}};
  log.body = attribute_value::group(fields, 2);
  const auto batch = told.finish();
  CHECK(
      to_json(explain(batch, named<trace_id>("trace"))) ==
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
  told.tell({.id = "a", .from = 0, .to = 1, .by = told.process("web", "w")});
  const auto batch = told.finish();
  CHECK(
      to_json(summarise(batch, named<trace_id>("trace"))) ==
      R"({"trace_id":"74726163650000000000000000000000","name":"a","services":["web"],"start_unix_nano":1800000000000000000,)"
      R"("duration_ns":1000000000,"span_count":1,"error_count":0,"longest_wait":null})");
}
