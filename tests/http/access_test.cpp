#include <waybill/http/access.hpp>

#include <doctest/doctest.h>

using namespace waybill;

namespace {

http_request request_with(std::string_view method, http_headers headers) {
  http_request request;
  request.method = method;
  request.path = "/v1/traces";
  request.headers = std::move(headers);
  return request;
}

unsigned answer_of(const access_options& options, const http_request& request) {
  const auto refusal = access_guard{options}.refuse(request);
  return refusal ? refusal->status : 200;
}

}  // namespace

TEST_CASE("only who is called by a name of this server's own gets in") {
  const access_options loopback{.listen_host = "127.0.0.1", .token = {}, .names = {"waybill.test"}};
  const access_options one{.listen_host = "192.0.2.7", .token = {}, .names = {}};
  struct row {
    const access_options& options;
    http_headers headers;
    unsigned status;
    std::string_view why;
  };
  const row rows[] = {
      {loopback, {{"Host", "127.0.0.1:4318"}}, 200, "the address itself"},
      {loopback, {{"Host", "localhost"}}, 200, "its usual name"},
      {loopback, {{"Host", "[::1]:4318"}}, 200, "loopback in IPv6"},
      {loopback, {{"Host", "Waybill.Test:4318"}}, 200, "a name it was given"},
      {loopback, {{"Host", "evil.example:4318"}}, 403, "DNS rebinding"},
      {loopback, {{"Host", "127.0.0.1.evil.example"}}, 403, "looks like loopback, is a name"},
      {loopback, {{"Host", "192.0.2.7"}}, 403, "another address of this machine, perhaps"},
      {loopback, {}, 400, "no Host"},
      {loopback, {{"Host", "localhost"}, {"host", "evil.example"}}, 400, "two Hosts"},
      {loopback, {{"Host", ""}}, 400, "an empty Host"},
      {loopback, {{"Host", "localhost:4318@evil.example"}}, 400, "no host at all"},
      {one, {{"Host", "192.0.2.7:4318"}}, 200, "the address it listens on"},
      {one, {{"Host", "192.0.2.8:4318"}}, 403, "another address"},
  };
  for (const auto& [options, headers, status, why] : rows) {
    CAPTURE(why);
    CHECK(answer_of(options, request_with("GET", headers)) == status);
  }
}

TEST_CASE("a page of another site may not send anything") {
  const access_options options;
  struct row {
    std::string_view method;
    std::string_view origin;
    unsigned status;
    std::string_view why;
  };
  for (const auto& [method, origin, status, why] : {
           row{"POST", "http://localhost:4318", 200, "its own page"},
           row{"POST", "https://LOCALHOST:4318", 200, "its own page behind a proxy with TLS"},
           row{"POST", "http://localhost:3000", 403, "another server on this machine"},
           row{"POST", "http://evil.example", 403, "another site"},
           row{"POST", "null", 403, "a sandboxed frame or a file"},
           row{"DELETE", "http://evil.example", 403, "whatever changes something"},
           row{"GET", "http://evil.example", 200, "the browser keeps the answer from that page"},
       }) {
    CAPTURE(why);
    const auto request = request_with(method, {{"Host", "localhost:4318"}, {"Origin", std::string{origin}}});
    CHECK(answer_of(options, request) == status);
  }
}

TEST_CASE("a server with a token lets nobody in without it") {
  const access_options options{.listen_host = "0.0.0.0", .token = "s3cret", .names = {}};
  struct row {
    http_headers headers;
    unsigned status;
    std::string_view why;
  };
  const row rows[] = {
      {{{"Host", "h"}, {"Authorization", "Bearer s3cret"}},
       200,
       "the token; a wildcard address has any name"},
      {{{"Host", "h"}, {"authorization", "bearer s3cret "}}, 200, "schemes have no case"},
      {{{"Host", "h"}}, 401, "none"},
      {{{"Host", "localhost"}}, 401, "none, though local"},
      {{{"Host", "h"}, {"Authorization", "Bearer s3cre"}}, 401, "too short"},
      {{{"Host", "h"}, {"Authorization", "Bearer s3crets"}}, 401, "too long"},
      {{{"Host", "h"}, {"Authorization", "Bearer "}}, 401, "empty"},
      {{{"Host", "h"}, {"Authorization", "s3cret"}}, 401, "no scheme"},
      {{{"Host", "h"}, {"Authorization", "Basic s3cret"}}, 401, "another scheme"},
      {{{"Host", "h"}, {"Authorization", "Bearer s3cret"}, {"Authorization", "x"}},
       401,
       "two, of which one is wrong"},
  };
  for (const auto& [headers, status, why] : rows) {
    CAPTURE(why);
    CHECK(answer_of(options, request_with("POST", headers)) == status);
  }
  const auto refusal = access_guard{options}.refuse(request_with("POST", {{"Host", "h"}}));
  REQUIRE(refusal.has_value());
  CHECK(refusal->headers.find("WWW-Authenticate") == "Bearer realm=\"waybill\"");
}

TEST_CASE("a client of another protocol may carry the token in its own way") {
  access_options options{.listen_host = "0.0.0.0", .token = "s3cret", .names = {}};
  options.further_token = [](const http_request& request) noexcept -> std::optional<std::string_view> {
    return request.headers.find("X-Key");
  };
  CHECK(answer_of(options, request_with("POST", {{"Host", "h"}, {"X-Key", "s3cret"}})) == 200);
  CHECK(answer_of(options, request_with("POST", {{"Host", "h"}, {"Authorization", "Bearer s3cret"}})) == 200);
  CHECK(answer_of(options, request_with("POST", {{"Host", "h"}, {"X-Key", "s3cre"}})) == 401);
  CHECK(answer_of(options, request_with("POST", {{"Host", "h"}})) == 401);
}

TEST_CASE("pages of this machine may send where the server is open to them, and nowhere else") {
  access_options options;
  options.open_to_local_pages = [](const http_request& request) noexcept { return request.path == "/open"; };
  struct row {
    std::string_view path;
    std::string_view origin;
    unsigned status;
    std::string_view why;
  };
  for (const auto& [path, origin, status, why] : {
           row{"/open", "http://localhost:3000", 200, "somebody's application"},
           row{"/open", "https://127.0.0.1", 200, "by its address"},
           row{"/open", "http://[::1]:8080", 200, "in IPv6"},
           row{"/v1/traces", "http://localhost:3000", 403, "not open"},
           row{"/open", "https://evil.example", 403, "a page of the internet"},
           row{"/open", "http://localhost.evil.example", 403, "looks like this machine, is a name"},
           row{"/open", "http://localhost@evil.example", 403, "no origin that a browser writes"},
           row{"/open", "null", 403, "a sandboxed frame, of anybody"},
       }) {
    CAPTURE(why);
    auto request = request_with("POST", {{"Host", "127.0.0.1:4318"}, {"Origin", std::string{origin}}});
    request.path = path;
    CHECK(answer_of(options, request) == status);
  }
}

TEST_CASE("a server that other machines can reach needs a token") {
  CHECK(check_exposure({.listen_host = "127.0.0.1", .token = {}, .names = {}}).has_value());
  CHECK(check_exposure({.listen_host = "::1", .token = {}, .names = {}}).has_value());
  CHECK(check_exposure({.listen_host = "0.0.0.0", .token = "t", .names = {}}).has_value());
  for (const std::string host : {"0.0.0.0", "::", "192.0.2.7", "example.test"}) {
    CAPTURE(host);
    const auto exposed = check_exposure({.listen_host = host, .token = {}, .names = {}});
    REQUIRE_FALSE(exposed.has_value());
    CHECK(exposed.error().message.find(host) != std::string::npos);
  }
}
