#include <waybill/wire/jaeger_json.hpp>
#include <waybill/wire/tempo_search.hpp>

#include "../conformance/describe_records.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>

using namespace waybill;
using testing::describe;

namespace {

std::string file(const std::string& name) {
  std::ifstream from{std::string{WAYBILL_TEST_DATA} + "/jaeger/" + name, std::ios::binary};
  REQUIRE(from);
  return {std::istreambuf_iterator<char>{from}, {}};
}

std::map<std::string_view, const span_record*> by_name(const decoded_records& decoded) {
  std::map<std::string_view, const span_record*> spans;
  decoded.records.for_each_span([&](const span_record& span) { spans[span.name] = &span; });
  return spans;
}

const std::string ids = R"("traceID":"a1","spanID":"b2")";

result<decoded_records> with_span(const std::string& fields) {
  return jaeger_json::decode(R"({"data":[{"traceID":"a1","spans":[{)" + ids + fields +
                             R"(}],"processes":{}}]})");
}

}  // namespace

TEST_CASE("a trace that Jaeger's page has downloaded is read whole") {
  const auto decoded = jaeger_json::decode(file("shop.json"));
  REQUIRE(decoded);
  CHECK(decoded->report.first_problem == "");
  const auto spans = by_name(*decoded);
  REQUIRE(spans.size() == 3);
  const span_record& web = *spans.at("POST /api/deploy");
  const span_record& send = *spans.at("send deployment");
  const span_record& process = *spans.at("process deployment");
  CHECK(web.trace.to_hex() == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(!web.parent);
  CHECK(web.kind == span_kind::server);
  CHECK(web.start == 1764000000000000000);
  CHECK(web.end == 1764000000061000000);
  CHECK(service_name(web.resource) == "web");
  CHECK(describe(web.attributes) ==
        describe(std::vector<attribute>{{"big", std::int64_t{9223372036854775807}},
                                        {"group", R"({"k":"v"})"},
                                        {"http.request.method", "POST"},
                                        {"list", R"(["a",1])"},
                                        {"ratio", 2.0},
                                        {"raw", attribute_value::bytes(std::string_view{"\0\1\377", 3})},
                                        {"yes", true}}));
  CHECK(web.tracestate == "shop=1,other=2");
  CHECK(send.parent == web.span);
  CHECK(send.links.empty());
  CHECK_MESSAGE(process.parent == send.span, "without CHILD_OF, the first FOLLOWS_FROM in the trace");
  CHECK(process.status == status_code::error);
  CHECK(process.status_message == "boom");
  REQUIRE(process.scope != nullptr);
  CHECK(process.scope->name == "worker");
  REQUIRE(process.links.size() == 1);
  CHECK(process.links[0].trace.to_hex() == "000000000000000077b34da6a3ce929d");
  CHECK(process.links[0].span.to_hex() == "0000000000000abc");
  CHECK(describe(process.links[0].attributes) == "{\"opentracing.ref_type\"=\"follows_from\" }");
  REQUIRE(process.events.size() == 1);
  CHECK(process.events[0].name == "exception");
  CHECK(process.events[0].time == 1764000038000000000);
  CHECK(describe(process.events[0].attributes) == "{\"exception.type\"=\"ValueError\" }");
}

TEST_CASE("a tag of Jaeger's is the field that it stands for, or an attribute of its type") {
  struct row {
    const char* tag;
    const char* attributes;
    span_kind kind;
    status_code status;
    const char* why;
  };
  constexpr auto none = span_kind::unspecified;
  constexpr auto unset = status_code::unset;
  const row rows[] = {
      {R"({"key":"span.kind","type":"string","value":"consumer"})", "{}", span_kind::consumer, unset,
       "a kind"},
      {R"({"key":"span.kind","type":"string","value":"odd"})", "{\"span.kind\"=\"odd\" }", none, unset,
       "no kind"},
      {R"({"key":"error","type":"bool","value":true})", "{}", none, status_code::error,
       "OpenTracing's error"},
      {R"({"key":"error","type":"string","value":"true"})", "{}", none, status_code::error, "as text"},
      {R"({"key":"error","type":"bool","value":false})", "{}", none, unset, "no error"},
      {R"({"key":"error","type":"string","value":"E17"})", "{\"error\"=\"E17\" }", none, unset,
       "something else"},
      {R"({"key":"otel.status_code","type":"string","value":"OK"})", "{}", none, status_code::ok,
       "OpenTelemetry's"},
      {R"({"key":"n","type":"int64","value":"-9223372036854775808"})", "{\"n\"=-9223372036854775808 }", none,
       unset, "too large for a browser"},
      {R"({"key":"n","type":"int64","value":7})", "{\"n\"=7 }", none, unset, "a number"},
      {R"({"key":"b","type":"bool","value":"true"})", "{\"b\"=true }", none, unset, "a truth as text"},
      {R"({"key":"s","value":"x"})", "{\"s\"=\"x\" }", none, unset, "no type"},
      {R"({"key":"n","value":null})", "{\"n\"=absent }", none, unset, "no value"},
  };
  for (const auto& [tag, attributes, kind, status, why] : rows) {
    CAPTURE(why);
    const auto decoded = with_span(R"(,"tags":[)" + std::string{tag} + "]");
    REQUIRE(decoded);
    decoded->records.for_each_span([&](const span_record& span) {
      CHECK(describe(span.attributes) == attributes);
      CHECK(span.kind == kind);
      CHECK(span.status == status);
    });
  }
}

TEST_CASE("ids without their zeros, times beyond all clocks and processes inside a span are read") {
  const auto decoded = with_span(
      R"(,"parentSpanID":"c3","startTime":9223372036854775807,"duration":18446744073709551615,"process":{"serviceName":"own"})");
  REQUIRE(decoded);
  decoded->records.for_each_span([&](const span_record& span) {
    CHECK(span.trace.to_hex() == "000000000000000000000000000000a1");
    CHECK(span.parent->to_hex() == "00000000000000c3");
    CHECK(span.end == std::numeric_limits<unix_nanos>::max());
    CHECK(service_name(span.resource) == "own");
  });
}

TEST_CASE("what is no trace of Jaeger's is told in a sentence") {
  struct row {
    const char* body;
    failure_code code;
    const char* says;
  };
  const row rows[] = {
      {"", failure_code::malformed, "not Jaeger's JSON"},
      {"{", failure_code::malformed, "not Jaeger's JSON"},
      {R"({"resourceSpans":[]})", failure_code::malformed, "no \"data\""},
      {R"({"data":[]}{"data":[]})", failure_code::malformed, "not Jaeger's JSON"},
      {"[] []", failure_code::malformed, "not Jaeger's JSON"},
      {"[", failure_code::malformed, "not Jaeger's JSON"},
      {R"({"data":null,"errors":[{"code":404,"msg":"trace not found"}]})", failure_code::not_found,
       "trace not found"},
      {R"({"errors":[{"code":500,"msg":"storage down"}]})", failure_code::refused, "storage down"},
  };
  for (const auto& [body, code, says] : rows) {
    CAPTURE(body);
    const auto decoded = jaeger_json::decode(body);
    REQUIRE(!decoded);
    CHECK(decoded.error().code == code);
    CHECK(decoded.error().message.find(says) != std::string::npos);
  }
  const auto left_out = jaeger_json::decode(
      R"({"data":[{"spans":[{"traceID":"xyz","spanID":"1"},{"traceID":"1","spanID":""},{"traceID":"1","spanID":"1"}]}]})");
  REQUIRE(left_out);
  CHECK(left_out->report.rejected_spans == 2);
  CHECK(left_out->records.span_count() == 1);
}

TEST_CASE("Jaeger's JSON and OTLP are told apart, and names are read") {
  CHECK(jaeger_json::looks_like("\n { \"data\": []}"));
  CHECK(jaeger_json::looks_like("{\"traceID\":\"1\"}"));
  CHECK(jaeger_json::looks_like("[ {\"traceID\":\"1\"}]"));
  CHECK_FALSE(jaeger_json::looks_like("[{\"traceId\":\"1\"}]"));  // Zipkin's
  CHECK(!jaeger_json::looks_like("{\"resourceSpans\":[]}"));
  CHECK(!jaeger_json::looks_like(""));
  CHECK(!jaeger_json::looks_like("{"));
  const auto names = jaeger_json::decode_names(R"({"data":["web","worker"],"total":2})");
  REQUIRE(names);
  CHECK(*names == std::vector<std::string>{"web", "worker"});
}

TEST_CASE("a body that asks for more memory than allowed is refused") {
  const auto decoded = jaeger_json::decode(file("shop.json"), {.memory = 1024});
  REQUIRE(!decoded);
  CHECK(decoded.error().code == failure_code::too_large);
}

TEST_CASE("what Tempo's search has found is read, the newest first") {
  const auto found = decode_tempo_search(
      R"({"traces":[{"traceID":"a1","startTimeUnixNano":"5"},{"traceID":"?"},{"traceID":"b2","startTimeUnixNano":"7"}],"metrics":{}})");
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK((*found)[0].to_hex() == "000000000000000000000000000000b2");
  CHECK(!decode_tempo_search("<!doctype html>"));
}
