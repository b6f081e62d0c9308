// OTLP in JSON as others write it: query APIs, their pages, and protobuf's own JSON.
#include <waybill/wire/jaeger_json.hpp>
#include <waybill/wire/otlp_json.hpp>

#include "../conformance/describe_records.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

using namespace waybill;
using testing::describe;

namespace {

std::string answer(const std::string& name) {
  std::ifstream from{std::string{WAYBILL_TEST_DATA} + "/jaeger/" + name, std::ios::binary};
  REQUIRE(from);
  return {std::istreambuf_iterator<char>{from}, {}};
}

std::map<span_id, const span_record*> by_id(const decoded_records& decoded) {
  std::map<span_id, const span_record*> spans;
  decoded.records.for_each_span([&](const span_record& span) { spans[span.span] = &span; });
  return spans;
}

const std::string span =
    R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","name":"GET /"})";
const std::string groups =
    R"([{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},)"
    R"("scopeSpans":[{"scope":{"name":"http"},"spans":[)" +
    span + "]}]}]";

}  // namespace

TEST_CASE("both of Jaeger's answers about a trace tell the same story, OTLP's to the nanosecond") {
  for (const std::string name : {"waybill", "python_web", "python_worker", "shop"}) {
    CAPTURE(name);
    const auto own = jaeger_json::decode(answer(name + ".json"));
    const auto otlp = otlp_json::decode(answer(name + ".v3.json"));
    REQUIRE(own);
    REQUIRE(otlp);
    CHECK(own->report.first_problem.empty());
    CHECK(otlp->report.first_problem.empty());
    const auto spans = by_id(*otlp);
    REQUIRE(spans.size() >= 3);
    REQUIRE(by_id(*own).size() == spans.size());
    for (const auto& [id, one] : by_id(*own)) {
      const span_record& same = *spans.at(id);
      CAPTURE(one->name);
      CHECK(same.trace == one->trace);
      CHECK(same.name == one->name);
      CHECK(same.kind == one->kind);
      CHECK(same.status == one->status);
      CHECK(same.status_message == one->status_message);
      CHECK(same.tracestate == one->tracestate);
      CHECK(service_name(same.resource) == service_name(one->resource));
      CHECK(same.scope->name == one->scope->name);
      CHECK(same.scope->version == one->scope->version);
      // Jaeger's word on the clocks, which it adds to its copy when first asked.
      const bool warned = !find_attribute(same.attributes, "@jaeger@warnings").is_absent();
      CHECK(same.attributes.size() == one->attributes.size() + (warned ? 1 : 0));
      CHECK(same.events.size() == one->events.size());
      CHECK(std::abs(same.start - one->start) < 1000);
      CHECK(std::abs(same.end - one->end) < 2000);  // start and duration were both cut
      // Jaeger's own JSON makes a reference of a link, and the first one in the trace is the parent where there is no other.
      if (same.parent) CHECK(same.parent == one->parent);
      CHECK(same.links.size() + same.parent.has_value() == one->links.size() + one->parent.has_value());
    }
  }
}

TEST_CASE("what others put around a request is taken off") {
  struct row {
    std::string body;
    const char* why;
  };
  const row rows[] = {
      {R"({"resourceSpans":)" + groups + "}", "a request"},
      {R"({"result":{"resourceSpans":)" + groups + "}}", "Jaeger's /api/v3/traces"},
      {R"({"trace":{"resourceSpans":)" + groups + R"(},"metrics":{"inspectedBytes":"1"}})",
       "Tempo's /api/v2/traces"},
      {R"({"batches":)" + groups + "}", "Tempo's /api/traces, and what Grafana's page downloads"},
      {R"({"trace":{"batches":)" + groups + "}}", "an older Tempo's"},
      {R"([{"resourceSpans":)" + groups + "}]", "lines that were made one array"},
      {R"({"batches":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},)"
       R"("instrumentationLibrarySpans":[{"instrumentationLibrary":{"name":"http"},"spans":[)" +
           span + "]}]}]}",
       "the names before OTLP 1.0"},
  };
  const auto expected = describe(otlp_json::decode(rows[0].body)->records);
  REQUIRE(expected.size() == 1);
  for (const auto& [body, why] : rows) {
    CAPTURE(why);
    const auto decoded = otlp_json::decode(body);
    REQUIRE(decoded);
    CHECK(describe(decoded->records) == expected);
    CHECK(decoded->report.first_problem.empty());
  }
  // Each chunk of a large trace is a line of its own.
  CHECK(otlp_json::decode(rows[1].body + "\n" + rows[1].body)->records.span_count() == 2);
}

TEST_CASE("ids in base64 and enums by name are read, as protobuf's own JSON has them") {
  const auto decoded = otlp_json::decode(R"({"resourceSpans":[{"scopeSpans":[{"spans":[
    {"traceId":"S/kvNXezTaajzpKdDg5HNg==","spanId":"APBnqgupArc=","parentSpanId":"AAAAAAAAAAA=","kind":"SPAN_KIND_CONSUMER",
     "status":{"code":"STATUS_CODE_ERROR"},"links":[{"traceId":"S/kvNXezTaajzpKdDg5HNg==","spanId":"AAAAAAAAAAE="}]},
    {"traceId":"S/kvNXezTaajzpKdDg5HNg==","spanId":"AAAAAAAAAAE=","parentSpanId":"APBnqgupArc=","kind":"SPAN_KIND_NEW",
     "status":{"code":"2"}}]}]}],
    "resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"S/kvNXezTaajzpKdDg5HNg==","spanId":"APBnqgupArc=",
     "severityNumber":"SEVERITY_NUMBER_WARN2"}]}]}]})");
  REQUIRE(decoded);
  CHECK(decoded->report.first_problem.empty());
  const auto spans = by_id(*decoded);
  REQUIRE(spans.size() == 2);
  const span_record& root = *spans.at(*span_id::from_hex("00f067aa0ba902b7"));
  const span_record& child = *spans.at(*span_id::from_hex("0000000000000001"));
  CHECK(root.trace.to_hex() == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(!root.parent);
  CHECK(root.kind == span_kind::consumer);
  CHECK(root.status == status_code::error);
  REQUIRE(root.links.size() == 1);
  CHECK(root.links[0].span == child.span);
  CHECK(child.parent == root.span);
  CHECK(child.kind == span_kind::unspecified);
  CHECK(child.status == status_code::error);
  decoded->records.for_each_log([&](const log_record& log) {
    CHECK(log.span == root.span);
    CHECK(log.severity == 14);
  });
}

TEST_CASE("an object without records says what is in it, or what the server said") {
  struct row {
    std::string body;
    const char* says;
  };
  const row rows[] = {
      {answer("not_found.v3.json"), "It says: No traces found"},
      {R"({"trace":{},"message":"only a part"})", "only a part"},
      {R"({"error":"no such trace"})", "no such trace"},
      {R"({"traceEvents":[]})", R"(but "traceEvents".)"},
      {R"({"resourceSpans":[]})", ""},
      {"{}", ""},
  };
  for (const auto& [body, says] : rows) {
    CAPTURE(body);
    const auto decoded = otlp_json::decode(body);
    REQUIRE(decoded);
    CHECK(decoded->records.span_count() == 0);
    const std::string& problem = decoded->report.first_problem;
    CHECK(problem.empty() == (*says == '\0'));
    CHECK(problem.find(says) != std::string::npos);
  }
  std::string many = "{\"x\":1";
  for (int i = 0; i < 1000; ++i) many += ",\"" + std::string(1000, 'k') + "\":2";
  CHECK(otlp_json::decode(many + "}")->report.first_problem.size() < 500);
}
