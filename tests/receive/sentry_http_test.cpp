#include <waybill/receive/sentry_auth.hpp>
#include <waybill/receive/sentry_http.hpp>

#include <waybill/store/memory/memory_store.hpp>
#include <waybill/wire/gzip.hpp>

#include "exchange.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace waybill;
using testing::failing_store;
using testing::header;
using testing::held_store;

namespace {

const std::string event_id = "c22bacaee8d84d44b5b82a990a3b7899";
const std::string transaction =
    R"({"contexts":{"trace":{"trace_id":"11111111111111111111111111111111","span_id":"2222222222222222"}},)"
    R"("start_timestamp":1795504545.5,"timestamp":1795504546})";
const std::string good =
    R"({"event_id":")" + event_id + "\"}\n{\"type\":\"transaction\"}\n" + transaction + "\n";
const std::string with_dsn = R"({"dsn":"http://k@127.0.0.1:4318/1"})"
                             "\n{\"type\":\"transaction\"}\n" +
                             transaction;

http_request post(std::string body,
                  http_headers headers = {{"X-Sentry-Auth", "Sentry sentry_version=7, sentry_key=k"}},
                  std::string query = {}, std::string path = "/api/1/envelope/") {
  return {.method = "POST",
          .path = std::move(path),
          .query = std::move(query),
          .headers = std::move(headers),
          .body = std::move(body),
          .remote_address = "127.0.0.1"};
}

std::optional<http_response> send(http_request&& request, span_store& store,
                                  const intake_limits& limits = {}) {
  return testing::hand_over(receive_sentry, std::move(request), store, limits);
}

}  // namespace

TEST_CASE("200 with the event's id comes after the commit and not before") {
  held_store store;
  std::optional<http_response> answered;
  receive_sentry(post(good), http_responder{[&](http_response&& given) { answered = std::move(given); }},
                 store);
  CHECK_FALSE(answered);
  store.answer({});
  REQUIRE(answered);
  CHECK(answered->status == 200);
  CHECK(answered->body == R"({"id":")" + event_id + "\"}");
  CHECK(header(*answered, "Content-Type") == "application/json");
}

TEST_CASE("a key in any of its three places lets in, and keys that contradict each other do not") {
  struct row {
    http_headers headers;
    const char* query;
    std::string body;
    unsigned status;
    const char* why;
  };
  const row rows[] = {
      {{{"x-sentry-auth", "Sentry sentry_key=k, sentry_version=7, sentry_client=x/1"}},
       "",
       good,
       200,
       "the header"},
      {{{"X-Sentry-Auth", "sentry sentry_key=k"}}, "", good, 200, "its scheme in any case"},
      {{{"Authorization", "Sentry sentry_key=k"}}, "", good, 200, "the older header"},
      {{}, "sentry_version=7&sentry_key=k&sentry_client=x%2F1", good, 200, "the query"},
      {{}, "", with_dsn, 200, "the envelope"},
      {{{"X-Sentry-Auth", "Sentry sentry_key=k"}}, "sentry_key=k", with_dsn, 200, "all three agree"},
      {{}, "", good, 401, "no key"},
      {{{"X-Sentry-Auth", "Bearer k"}}, "sentry_keys=k", good, 401, "no key that is one"},
      {{{"X-Sentry-Auth", "Sentry sentry_key="}}, "", good, 401, "an empty key"},
      {{{"X-Sentry-Auth", "Sentry sentry_key=k"}}, "sentry_key=other", good, 403, "header and query"},
      {{{"X-Sentry-Auth", "Sentry sentry_key=other"}}, "", with_dsn, 403, "header and envelope"},
      {{{"X-Sentry-Auth", "Sentry sentry_key=a"}, {"X-Sentry-Auth", "Sentry sentry_key=b"}},
       "",
       good,
       403,
       "two headers"},
      {{},
       "",
       R"({"dsn":"http://k@127.0.0.1/2"})"
       "\n{\"type\":\"transaction\"}\n" +
           transaction,
       403,
       "another project"},
      {{}, "", "{\"dsn\":\"nonsense\"}\n", 401, "a DSN that is none"},
  };
  for (const auto& [headers, query, body, status, why] : rows) {
    CAPTURE(why);
    memory_store store;
    const auto answered = send(post(body, headers, query), store);
    REQUIRE(answered);
    CHECK(answered->status == status);
    CHECK(store.newest({})->size() == (status == 200 ? 1 : 0));
    if (status != 200) CHECK(answered->body.starts_with(R"({"detail":"The )"));
  }
}

TEST_CASE("only Sentry's addresses carry a token in their key, and every project and prefix is one") {
  const auto project = [](std::string_view path) {
    const auto read = read_sentry_address(path);
    return read ? read->project : std::string_view{"none"};
  };
  CHECK(project("/api/1/envelope/") == "1");
  CHECK(project("/api/4505/envelope") == "4505");
  CHECK(project("/some/prefix/api/1/envelope/") == "1");
  CHECK(project("/api/1/store/") == "1");
  for (const char* path : {"/api/envelope/", "/api/x/envelope/", "/api//envelope/", "/api/1/envelopes",
                           "/1/envelope/", "/api/store", "/api/1/envelope//", "/api/1/storey/", "/api/traces",
                           "/", "", "/apis/1/envelope", "/api/1/v1/traces"}) {
    CAPTURE(path);
    CHECK(project(path) == "none");
  }
  const auto otlp = read_sentry_address("/prefix/api/42/integration/otlp/v1/traces/");
  REQUIRE(otlp);
  CHECK(otlp->endpoint == sentry_endpoint::otlp);
  CHECK(otlp->project == "42");
  CHECK(otlp->rest == "/v1/traces");
  CHECK(is_sentry_path("/api/1/store/"));
  CHECK_FALSE(is_sentry_path("/api/store"));
  CHECK_FALSE(is_sentry_path("/api/42/integration/otlp/v1/traces"));
  CHECK(sentry_token(post(good)) == "k");
  CHECK(sentry_token(post(good, {}, "sentry_key=s")) == "s");
  CHECK_FALSE(sentry_token(post(good, {{"X-Sentry-Auth", "Sentry sentry_key=a"}}, "sentry_key=b")));
  CHECK_FALSE(sentry_token(post(good, {}, "sentry_key=s", "/api/traces")));
}

TEST_CASE("an error at the old address is answered as kept out, with its id") {
  failing_store store{{failure_code::io, "not asked"}};
  const auto answered = send(post("{\"event_id\":\"" + event_id + "\",\"level\":\"error\"}",
                                  {{"X-Sentry-Auth", "Sentry sentry_key=k"}}, {}, "/api/1/store/"),
                             store);
  REQUIRE(answered);
  CHECK(answered->status == 200);
  CHECK(answered->body == R"({"id":")" + event_id + R"(","not_kept":1})");
  const auto unread = send(post("eJyrVkrMSS1K", {}, "sentry_key=k", "/api/1/store/"), store);
  REQUIRE(unread);
  CHECK(unread->status == 200);
}

TEST_CASE("a page of this machine may ask whether it may send, send, and read the answer") {
  const http_headers from_page{{"X-Sentry-Auth", "Sentry sentry_key=k"}, {"Origin", "http://localhost:3000"}};
  memory_store store;
  http_request preflight = post("", from_page);
  preflight.method = "OPTIONS";
  const auto allowed = send(std::move(preflight), store);
  REQUIRE(allowed);
  CHECK(allowed->status == 204);
  CHECK(header(*allowed, "Access-Control-Allow-Origin") == "http://localhost:3000");
  CHECK(header(*allowed, "Access-Control-Allow-Methods") == "POST");
  CHECK(header(*allowed, "Access-Control-Allow-Headers").find("X-Sentry-Auth") != std::string_view::npos);
  for (const std::string& body : {good, std::string{"<html>"}}) {
    const auto answered = send(post(body, from_page), store);
    REQUIRE(answered);
    CHECK(header(*answered, "Access-Control-Allow-Origin") == "http://localhost:3000");
    CHECK(header(*answered, "Vary") == "Origin");
  }
  CHECK(store.newest({})->size() == 1);
  for (const char* origin :
       {"https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1@evil"}) {
    CAPTURE(origin);
    http_request asks = post("", {{"Origin", origin}});
    asks.method = "OPTIONS";
    const auto refused = send(std::move(asks), store);
    REQUIRE(refused);
    CHECK(refused->status == 405);
    CHECK(header(*refused, "Access-Control-Allow-Origin") == "(none)");
  }
}

TEST_CASE("what is packed is unpacked, and needs no Content-Type") {
  memory_store store;
  const auto answered = send(post(*gzip(good), {{"Content-Encoding", "gzip"}}, "sentry_key=k"), store);
  REQUIRE(answered);
  CHECK(answered->status == 200);
  CHECK(store.newest({})->size() == 1);
}

TEST_CASE("an envelope of which nothing is kept is a success that says so") {
  failing_store store{{failure_code::io, "not asked"}};
  const auto sessions =
      send(post("{}\n{\"type\":\"sessions\"}\n{}\n{\"type\":\"client_report\"}\n{}"), store);
  REQUIRE(sessions);
  CHECK(sessions->status == 200);
  CHECK(sessions->body == R"({"not_kept":2})");
  const auto broken = send(post("{}\n{\"type\":\"transaction\"}\n{\"transaction\":\"x\"}"), store);
  REQUIRE(broken);
  CHECK(broken->status == 200);
  CHECK(broken->body.starts_with(R"({"rejected":1,"detail":"A span without a trace id)"));
}

TEST_CASE("a request that is wrong is refused for good, with a sentence") {
  struct row {
    http_request request;
    unsigned status;
    const char* why;
  };
  const std::string bomb = *gzip(good + std::string(2'000'000, '\n'));
  http_request get = post("");
  get.method = "GET";
  http_request preflight = post("");
  preflight.method = "OPTIONS";
  row rows[] = {
      {post("<html>"), 400, "no envelope"},
      {post(""), 400, "nothing at all"},
      {post("{}\n{\"type\":\"transaction\",\"length\":9}\n{}"), 400, "cut off"},
      {post(good, {{"Content-Encoding", "gzip"}}), 400, "not gzip"},
      {post(good, {{"Content-Encoding", "br"}}), 400, "not brotli"},
      {post(good, {{"Content-Encoding", "snappy"}}), 415, "an encoding that nobody asked for"},
      {post(bomb, {{"Content-Encoding", "gzip"}}), 413, "a bomb"},
      {std::move(get), 405, "a browser"},
      {std::move(preflight), 405, "a page of another site, which may not send"},
      {post("{}", {}, "", "/api/1/store/"), 401, "an old SDK's error, without a key"},
  };
  for (auto& [request, status, why] : rows) {
    CAPTURE(why);
    memory_store store;
    const auto answered = send(std::move(request), store, {.unpacked_body = 1'000'000, .decode = {}});
    REQUIRE(answered);
    CHECK(answered->status == status);
    CHECK(answered->body.starts_with(R"({"detail":")"));
    CHECK(header(*answered, "Retry-After") == "(none)");
    if (status == 405) CHECK(header(*answered, "Allow") == "POST");
  }
}

TEST_CASE("a store that is busy or broken keeps SDKs quiet for a while") {
  failing_store busy{{failure_code::busy, "The store is busy."}};
  const auto later = send(post(good), busy);
  REQUIRE(later);
  CHECK(later->status == 429);
  CHECK(header(*later, "Retry-After") == "1");
  CHECK(header(*later, "X-Sentry-Rate-Limits") == "1::organization");
  failing_store full{{failure_code::io, "The disk is full."}};
  const auto much_later = send(post(good), full);
  REQUIRE(much_later);
  CHECK(much_later->status == 503);
  CHECK(header(*much_later, "Retry-After") == "10");
  CHECK(much_later->body == R"({"detail":"The disk is full."})");
}
