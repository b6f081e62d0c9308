#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include "../conformance/describe_records.hpp"
#include "../conformance/sample_records.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace waybill;
using testing::describe;

namespace {

const std::string ids = R"("traceId":"11111111111111111111111111111111","spanId":"2222222222222222")";

std::string with_span(const std::string& fields) {
  return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + fields + "}]}]}]}";
}

std::string with_value(const std::string& value) {
  return with_span(ids + R"(,"attributes":[{"key":"k","value":)" + value + "}]");
}

const span_record& only_span(const decoded_records& decoded) {
  const span_record* found = nullptr;
  decoded.records.for_each_span([&](const span_record& span) { found = &span; });
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace

TEST_CASE("everything a span and a log record hold comes back from JSON") {
  const span_batch sent = testing::sample_records();
  std::string body;
  otlp_json::encode(sent, body);
  const auto received = otlp_json::decode(body);
  REQUIRE(received);
  CHECK(received->report.first_problem.empty());
  CHECK(describe(received->records) == describe(sent));
}

TEST_CASE("JSON and protobuf tell the same") {
  const span_batch sent = testing::sample_records();
  std::string traces;
  std::string logs;
  otlp_protobuf::encode_traces(sent, traces);
  otlp_protobuf::encode_logs(sent, logs);
  auto from_protobuf = otlp_protobuf::decode_traces(traces);
  from_protobuf->records.append(std::move(otlp_protobuf::decode_logs(logs)->records));
  std::string body;
  otlp_json::encode(from_protobuf->records, body);
  CHECK(describe(otlp_json::decode(body)->records) == describe(from_protobuf->records));
}

TEST_CASE("values are read in every spelling that SDKs use") {
  struct row {
    const char* json;
    const char* expected;
    const char* why;
  };
  const row rows[] = {
      {R"({"intValue":"-42"})", "-42", "proto3: 64 bits as text"},
      {R"({"intValue":-42})", "-42", "JavaScript's SDK writes numbers"},
      {R"({"intValue":9007199254740993})", "9007199254740993", "above 2^53: digits, not a double"},
      {R"({"intValue":"-9223372036854775808"})", "-9223372036854775808", "the smallest"},
      {R"({"intValue":3.0})", "3", "a whole number, spelled as a fraction"},
      {R"({"intValue":1e3})", "1000", "or with an exponent"},
      {R"({"intValue":"12x"})", "0", "not a number"},
      {R"({"intValue":123456789012345678901234567890})", "0", "fits nowhere"},
      {R"({"intValue":1e300})", "0", "fits nowhere"},
      {R"({"intValue":null})", "absent", "null is not set"},
      {R"({"intValue":{}})", "0", "a wrong type"},
      {R"({"boolValue":true})", "true", ""},
      {R"({"boolValue":"true"})", "false", "a wrong type"},
      {R"({"stringValue":"Z\u00fcrich \ud83d\ude9a \"q\" \\ \/ \n"})",
       "\"Zürich \xF0\x9F\x9A\x9A \"q\" \\ / \n\"", "every kind of escape"},
      {R"({"stringValue":"lone \ud83d surrogate"})", R"("lone \ud83d surrogate")",
       "JavaScript can send half a character"},
      {R"({"stringValue":5})", "\"\"", "a wrong type"},
      {R"({"bytesValue":"AP+A"})", "bytes:\"\0\xFF\x80\"", "base64, unlike ids"},
      {R"({"bytesValue":"_-8"})", "bytes:\"\xFF\xEF\"", "URL-safe and without padding"},
      {R"({"bytesValue":"!"})", "absent", "not base64"},
      {R"({"arrayValue":{"values":[{"intValue":1},{},null,{"stringValue":"a"}]}})",
       R"([1 absent absent "a" ])", ""},
      {R"({"arrayValue":{}})", "[]", "an empty list"},
      {R"({"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}},{"key":"b"}]}})",
       R"({"a"=true "b"=absent })", ""},
      {R"({})", "absent", "nothing set"},
      {R"(null)", "absent", "null"},
      {R"({"newValue":[1,{"x":2}],"intValue":7})", "7", "a kind of value from the future"},
  };
  for (const auto& [json, expected, why] : rows) {
    CAPTURE(json);
    CAPTURE(why);
    const auto decoded = otlp_json::decode(with_value(json));
    REQUIRE(decoded);
    std::string wanted = expected;
    if (std::string_view{json}.find("AP+A") != std::string_view::npos)
      wanted = std::string{"bytes:\"\0\xFF\x80\"", 11};
    CHECK(describe(only_span(*decoded).attributes[0].value) == wanted);
  }
}

TEST_CASE("numbers that JSON has no word for are texts") {
  for (const char* word : {"NaN", "Infinity", "-Infinity", "0.5"}) {
    const auto decoded = otlp_json::decode(with_value(R"({"doubleValue":")" + std::string{word} + "\"}"));
    REQUIRE(decoded);
    const double number = only_span(*decoded).attributes[0].value.as_number();
    CHECK(std::to_string(number) == std::to_string(std::stod(word)));
  }
}

TEST_CASE("a zero keeps its sign") {
  auto decoded = otlp_json::decode(with_value(R"({"doubleValue":-0.0})"));
  REQUIRE(decoded);
  std::string json;
  otlp_json::encode(decoded->records, json);
  CHECK(json.find(R"("doubleValue":-0.0)") != std::string::npos);  // -0 is a whole number to many readers
}

TEST_CASE("a span's fields are read leniently") {
  struct row {
    std::string fields;
    std::size_t kept;
    const char* why;
  };
  const row rows[] = {
      {ids, 1, "nothing but ids"},
      {R"("traceId":"ABCDEFABCDEFABCDEFABCDEFABCDEFAB","spanId":"ABCDEFABCDEFABCD")", 1, "upper case"},
      {ids + R"(,"parentSpanId":"")", 1, "a root"},
      {ids + R"(,"parentSpanId":null,"name":null,"attributes":null,"events":null,"status":null)", 1, "nulls"},
      {ids + R"(,"parentSpanId":"0000000000000000")", 1, "a root"},
      {ids + R"(,"kind":"SPAN_KIND_SERVER","name":5,"attributes":{},"events":[3],"links":"x","flags":"a")", 1,
       "wrong types"},
      {ids + R"(,"parentSpanId":"22")", 0, "a short parent"},
      {R"("spanId":"2222222222222222")", 0, "no trace id"},
      {R"("traceId":"11111111111111111111111111111111")", 0, "no span id"},
      {R"("traceId":"EREREREREREREREREREREQ==","spanId":"2222222222222222")", 1,
       "base64, as protobuf's own JSON has it"},
      {R"("traceId":"EREREREREREREREREREREQ","spanId":"2222222222222222")", 0,
       "neither hex nor whole base64"},
      {R"("traceId":"AAAAAAAAAAAAAAAAAAAAAA==","spanId":"2222222222222222")", 0, "zero in base64"},
      {R"("traceId":"00000000000000000000000000000000","spanId":"2222222222222222")", 0, "a zero trace id"},
      {R"("traceId":17,"spanId":[])", 0, "wrong types"},
  };
  for (const auto& [fields, kept, why] : rows) {
    CAPTURE(why);
    const auto decoded = otlp_json::decode(with_span(fields));
    REQUIRE(decoded);
    CHECK(decoded->records.span_count() == kept);
    CHECK(decoded->report.rejected_spans == 1 - kept);
    CHECK(decoded->report.first_problem.empty() == (kept == 1));
  }
}

TEST_CASE("times are text or numbers, above 2^53 too") {
  const auto decoded = otlp_json::decode(
      with_span(ids + R"(,"startTimeUnixNano":"1700000000000000001","endTimeUnixNano":1700000000000000003)"));
  REQUIRE(decoded);
  CHECK(only_span(*decoded).start == 1'700'000'000'000'000'001);
  CHECK(only_span(*decoded).end == 1'700'000'000'000'000'003);
}

TEST_CASE("records know their sender though it comes after them, and have none where none came") {
  const auto decoded = otlp_json::decode(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + ids +
                                         R"(}],"scope":{"name":"late"}}],"resource":{"attributes":[
      {"key":"service.name","value":{"stringValue":"web"}}]}},{"scopeSpans":[{"spans":[{)" +
                                         ids + R"(}]}]}]})");
  REQUIRE(decoded);
  std::vector<std::string> senders;
  decoded->records.for_each_span([&](const span_record& span) {
    senders.push_back(span.resource == nullptr ? "none" : std::string{service_name(span.resource)});
    senders.push_back(span.scope == nullptr ? "none" : std::string{span.scope->name});
  });
  CHECK(senders == std::vector<std::string>{"web", "late", "none", "none"});
}

TEST_CASE("JSON lines are one batch, and a pretty-printed object is one object") {
  const std::string one = with_span(ids);
  CHECK(otlp_json::decode(one + "\n" + one + "\r\n\n  " + one + "\n")->records.span_count() == 3);
  CHECK(otlp_json::decode("\n\n " + one + " \n")->records.span_count() == 1);
  CHECK(otlp_json::decode("")->records.span_count() == 0);
  std::string pretty;
  for (const char c : one) {
    pretty += c;
    if (c == '{' || c == '}' || c == ',') pretty += '\n';
  }
  CHECK(otlp_json::decode(pretty)->records.span_count() == 1);
  CHECK_FALSE(otlp_json::decode(one + one));
  CHECK_FALSE(otlp_json::decode(one + "\nnot json\n"));
}

TEST_CASE("a megabyte of empty lines, or of documents, takes one walk") {
  const std::string lines(1 << 20, '\n');
  CHECK(otlp_json::decode("{" + lines + "}" + lines + "{}" + lines));
  std::string documents;
  while (documents.size() < lines.size()) documents += "{} \n \n";
  CHECK(otlp_json::decode(documents));
}

TEST_CASE("bytes that are not UTF-8 become replacement characters") {
  const auto decoded = otlp_json::decode(with_span(ids + ",\"name\":\"bad \xFF name\""));
  REQUIRE(decoded);
  CHECK(only_span(*decoded).name == "bad \xEF\xBF\xBD name");
}

TEST_CASE("what is not an object, or is cut anywhere, is refused with a sentence") {
  for (const char* body : {"[]", "[3]", R"([{"traceId":"1","id":"2"}])", "7", "null", "\"text\"", "{",
                           "{\"resourceSpans\":[}", "<html>"}) {
    CAPTURE(body);
    const auto refused = otlp_json::decode(body);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == failure_code::malformed);
  }
  std::string body;
  otlp_json::encode(testing::sample_records(), body);
  for (std::size_t size = 1; size < body.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(otlp_json::decode(body.substr(0, size)));
  }
}

TEST_CASE("deep values become absent, deep garbage is skipped or refused") {
  std::string deep = "{}";
  for (int depth = 0; depth < 100; ++depth) deep = R"({"arrayValue":{"values":[)" + deep + "]}}";
  const auto decoded = otlp_json::decode(with_value(deep));
  REQUIRE(decoded);
  attribute_value inner = only_span(*decoded).attributes[0].value;
  int depth = 0;
  for (; inner.kind() == value_kind::list && inner.size() == 1; ++depth) inner = inner.elements()[0];
  CHECK(depth == 16);
  CHECK_FALSE(decoded->report.first_problem.empty());
  (void)otlp_json::decode(with_span(ids + ",\"x\":" + std::string(100'000, '[') + std::string(100'000, ']')));
  (void)otlp_json::decode(with_span(ids + ",\"x\":" + std::string(100'000, '[')));
}

TEST_CASE("damaged JSON is refused or read as something else, never worse") {
  std::string body;
  otlp_json::encode(testing::sample_records(), body);
  std::mt19937 random{20260801};
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = body;
    for (int hits = 0; hits < 3; ++hits)
      damaged[random() % damaged.size()] = "{}[]\",:\\0a\n\xFF"[random() % 12];
    if (const auto decoded = otlp_json::decode(std::move(damaged))) (void)describe(decoded->records);
  }
}

TEST_CASE("a body that would fill the memory is refused") {
  std::string links;
  for (int i = 0; i < 50'000; ++i) links += "{},";
  const std::string body = with_span(ids + ",\"events\":[" + links + "{}]");
  CHECK(otlp_json::decode(body));
  const auto refused = otlp_json::decode(body, {.memory = 1 << 20});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == failure_code::too_large);
}

TEST_CASE("answers and errors have OTLP's shape") {
  CHECK(otlp_json::encode_export_answer(otlp_signal::traces, {}) == "{}");
  CHECK(otlp_json::encode_export_answer(otlp_signal::traces, {3, "bad"}) ==
        R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"bad"}})");
  CHECK(otlp_json::encode_export_answer(otlp_signal::logs, {1, ""}) ==
        R"({"partialSuccess":{"rejectedLogRecords":"1"}})");
  CHECK(otlp_json::encode_error(rpc_code::invalid_argument, "no") == R"({"code":3,"message":"no"})");
}
