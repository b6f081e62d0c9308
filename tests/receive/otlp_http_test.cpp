#include <waybill/receive/otlp_http.hpp>

#include <waybill/store/memory/memory_store.hpp>
#include <waybill/wire/gzip.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include "../conformance/describe_records.hpp"
#include "../conformance/sample_records.hpp"

#include "exchange.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace waybill;
using testing::describe;
using testing::failing_store;
using testing::header;
using testing::held_store;
using testing::sample_trace;

namespace {

http_request post(std::string path, std::string body,
                  http_headers headers = {{"Content-Type", "application/x-protobuf"}}) {
  return {.method = "POST",
          .path = std::move(path),
          .query = {},
          .headers = std::move(headers),
          .body = std::move(body),
          .remote_address = "127.0.0.1"};
}

std::optional<http_response> send(http_request&& request, span_store& store,
                                  const intake_limits& limits = {}) {
  return testing::hand_over(receive_otlp, std::move(request), store, limits);
}

std::string traces_body() {
  std::string body;
  otlp_protobuf::encode_traces(testing::sample_records(), body);
  return body;
}
std::string logs_body() {
  std::string body;
  otlp_protobuf::encode_logs(testing::sample_records(), body);
  return body;
}
std::string json_body() {
  std::string body;
  otlp_json::encode(testing::sample_records(), body);
  return body;
}

// One good span and one without a trace id.
const std::string half_good =
    R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"2222222222222222"},)"
    R"({"traceId":"11111111111111111111111111111111","spanId":"2222222222222222"}]}]}]})";

}  // namespace

TEST_CASE(
    "spans and logs in protobuf or JSON, gzipped or not, reach the store and are answered in their own "
    "type") {
  struct row {
    const char* path;
    const char* type;
    const char* encoding;
    std::string body;
    std::size_t spans, logs;
    const char* answer_type;
    const char* answer;
  };
  const row rows[] = {
      {"/v1/traces", "application/x-protobuf", "", traces_body(), 4, 0, "application/x-protobuf", ""},
      {"/v1/traces", "application/protobuf", "identity", traces_body(), 4, 0, "application/x-protobuf", ""},
      {"/v1/traces", "Application/X-Protobuf; q=1", "gzip", *gzip(traces_body()), 4, 0,
       "application/x-protobuf", ""},
      {"/v1/logs", "application/x-protobuf", "", logs_body(), 0, 3, "application/x-protobuf", ""},
      {"/v1/traces", "application/json", "", json_body(), 4, 3, "application/json", "{}"},
      {"/v1/logs", "application/json ; charset=utf-8", " GZIP ", *gzip(json_body()), 4, 3, "application/json",
       "{}"},
  };
  for (const auto& [path, type, encoding, body, spans, logs, answer_type, answer] : rows) {
    CAPTURE(path);
    CAPTURE(type);
    held_store store;
    http_headers headers{{"content-type", type}};
    if (*encoding != '\0') headers.add("Content-encoding", encoding);
    CHECK_FALSE(send(post(path, body, headers), store));
    REQUIRE(store.answer);
    CHECK(store.batch.span_count() == spans);
    CHECK(store.batch.log_count() == logs);
  }
}

TEST_CASE("200 comes after the commit and not before") {
  held_store store;
  std::optional<http_response> answered;
  receive_otlp(post("/v1/traces", traces_body()),
               http_responder{[&](http_response&& given) { answered = std::move(given); }}, store);
  CHECK_FALSE(answered);
  store.answer({});
  REQUIRE(answered);
  CHECK(answered->status == 200);
  CHECK(header(*answered, "Content-Type") == "application/x-protobuf");
  CHECK(answered->body.empty());
}

TEST_CASE("what was left out is told, what was good is kept") {
  memory_store store;
  const auto json = send(post("/v1/traces", half_good, {{"Content-Type", "application/json"}}), store);
  REQUIRE(json);
  CHECK(json->status == 200);
  CHECK(json->body.find(R"("rejectedSpans":"1","errorMessage":"A span without a trace id)") !=
        std::string::npos);
  CHECK(store.read(std::vector{sample_trace(0x11)})->span_count() == 1);
}

TEST_CASE("an empty request is a success, and the store is not troubled") {
  failing_store store{{failure_code::io, "not asked"}};
  CHECK(send(post("/v1/traces", ""), store)->status == 200);
  CHECK(send(post("/v1/logs", *gzip(""),
                  {{"Content-Type", "application/x-protobuf"}, {"Content-Encoding", "gzip"}}),
             store)
            ->status == 200);
  CHECK(send(post("/v1/traces", "{}", {{"Content-Type", "application/json"}}), store)->body == "{}");
}

TEST_CASE("metrics are taken politely and dropped with a word") {
  failing_store store{{failure_code::io, "not asked"}};
  const auto answered = send(post("/v1/metrics", "anything at all"), store);
  REQUIRE(answered);
  CHECK(answered->status == 200);
  const auto told = otlp_protobuf::decode_export_answer(answered->body);
  REQUIRE(told);
  CHECK(told->rejected == 0);
  CHECK(told->message.find("no metrics") != std::string::npos);
}

TEST_CASE("a request that is wrong is refused for good, in its own type, with a sentence") {
  struct row {
    http_request request;
    unsigned status;
    const char* why;
  };
  const auto with = [](const char* type, const char* encoding, std::string body) {
    return post("/v1/traces", std::move(body), {{"Content-Type", type}, {"Content-Encoding", encoding}});
  };
  const std::string bomb = *gzip(std::string(2'000'000, '\0'));
  http_request get = post("/v1/traces", "");
  get.method = "GET";
  http_request twice = post("/v1/traces", *gzip(*gzip(traces_body())));
  twice.headers.add("Content-Encoding", "gzip");
  twice.headers.add("Content-Encoding", "gzip");
  row rows[] = {
      {post("/v1/traces", "<html>"), 400, "not protobuf"},
      {post("/v1/traces", traces_body().substr(0, 100)), 400, "cut off"},
      {post("/v1/traces", "[]", {{"Content-Type", "application/json"}}), 400, "not an object"},
      {with("application/json", "gzip", "{}"), 400, "not gzip"},
      {with("application/json", "gzip", gzip("{}")->substr(0, 12)), 400, "gzip cut off"},
      {with("application/x-protobuf", "gzip", bomb), 413, "a bomb"},
      {with("application/x-protobuf", "snappy", traces_body()), 415, "an encoding that nobody asked for"},
      {std::move(twice), 415, "packed twice"},
      {post("/v1/traces", traces_body(), {}), 415, "no type"},
      {post("/v1/traces", traces_body(), {{"Content-Type", "text/plain"}}), 415, "another type"},
      {std::move(get), 405, "a browser"},
  };
  for (auto& [request, status, why] : rows) {
    CAPTURE(why);
    memory_store store;
    const bool is_json = request.headers.find("Content-Type").value_or("") != "application/x-protobuf";
    const auto answered = send(std::move(request), store, {.unpacked_body = 1'000'000, .decode = {}});
    REQUIRE(answered);
    CHECK(answered->status == status);
    CHECK(header(*answered, "Content-Type") == (is_json ? "application/json" : "application/x-protobuf"));
    CHECK(answered->body.size() > 30);
    CHECK(header(*answered, "Retry-After") == "(none)");
    if (status == 405) CHECK(header(*answered, "Allow") == "POST");
  }
}

TEST_CASE("a store that is busy or broken asks the sender to come back") {
  failing_store busy{{failure_code::busy, "The store is busy."}};
  const auto later = send(post("/v1/traces", traces_body()), busy);
  REQUIRE(later);
  CHECK(later->status == 429);
  CHECK(header(*later, "Retry-After") == "1");

  failing_store full{{failure_code::io, "The disk is full."}};
  const auto much_later = send(post("/v1/traces", json_body(), {{"Content-Type", "application/json"}}), full);
  REQUIRE(much_later);
  CHECK(much_later->status == 503);
  CHECK(header(*much_later, "Retry-After") == "10");
  CHECK(much_later->body == R"({"code":14,"message":"The disk is full."})");
}

TEST_CASE("only three paths are OTLP's") {
  for (const char* path : {"/v1/traces", "/v1/logs", "/v1/metrics"}) CHECK(is_otlp_path(path));
  for (const char* path : {"/", "", "/v1", "/v1/traces/", "/v1/profiles", "/V1/traces", "/v1/tracesx"}) {
    CHECK_FALSE(is_otlp_path(path));
  }
}
