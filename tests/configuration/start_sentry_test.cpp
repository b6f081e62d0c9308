#include <waybill/carrier/metadata.hpp>
#include <waybill/http/server.hpp>
#include <waybill/start.hpp>
#include <waybill/tracing/process_sentry.hpp>
#include <waybill/waybill.hpp>
#include <waybill/wire/sentry_trace_header.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

// Keeps what it is sent, whatever the path.
class any_collector {
 public:
  any_collector() {
    auto made = http_server::start({}, [this](http_request&& request, http_responder respond) {
      {
        const std::lock_guard lock{mutex_};
        requests_.push_back(std::move(request));
      }
      respond({.status = 200, .headers = {}, .body = {}});
    });
    REQUIRE(made);
    server_ = std::move(*made);
  }
  std::string url(std::string_view user = {}) const {
    return "http://" + std::string{user} + "127.0.0.1:" + std::to_string(server_->port());
  }
  std::size_t count(std::string_view path) const {
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(
        std::ranges::count_if(requests_, [&](const http_request& one) { return one.path == path; }));
  }
  std::string first_with(std::string_view text) const {
    const std::lock_guard lock{mutex_};
    for (const auto& one : requests_) {
      if (one.body.find(text) != one.body.npos) return one.body;
    }
    return {};
  }

 private:
  mutable std::mutex mutex_;
  std::vector<http_request> requests_;
  std::unique_ptr<http_server> server_;
};

// The JSON behind "trace": in the first line.
std::string trace_header(const std::string& envelope) {
  const auto line = envelope.substr(0, envelope.find('\n'));
  const auto at = line.find(R"("trace":)");
  return at == line.npos ? std::string{} : line.substr(at + 8, line.size() - at - 9);
}

}  // namespace

TEST_CASE("with a DSN records go to Sentry, and what a message says of its trace both envelopes say") {
  const any_collector sentry;
  auto tracing = start({.service_name = "web", .sentry_dsn = sentry.url("key@") + "/1", .sample_ratio = 1.0});
  REQUIRE_MESSAGE(tracing, tracing.error().message);
  metadata message;
  trace_id trace = trace_id::make();
  {
    const auto request = start_span("POST /api/deploy", {.kind = span_kind::server});
    const auto publish = start_span("send deployment", {.kind = span_kind::producer});
    trace = publish.context()->ids().trace;
    inject_trace_context(message);
  }
  with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [](task&) {});
  CHECK(tracing->end());
  CHECK(sentry.count("/api/1/envelope/") == 4);  // the request, its wait, the task; and the events
  CHECK(sentry.count("/v1/traces") == 0);
  const auto by_web = trace_header(sentry.first_with(R"("transaction":"POST /api/deploy")"));
  const auto by_worker = trace_header(sentry.first_with(R"("transaction":"task:deployment/deploy")"));
  CHECK(by_web.find(R"("public_key":"key")") != by_web.npos);
  CHECK(by_web.find(R"("sample_rand":)") != by_web.npos);
  CHECK(by_web.find(R"("transaction":"POST /api/deploy")") != by_web.npos);
  CHECK(by_worker == by_web);
  CHECK(encode_sentry_trace_header(message["baggage"], trace) == by_web);
  use_no_sentry_head();
}

TEST_CASE("a collector that is named gets the records too") {
  const any_collector both;
  auto tracing =
      start({.service_name = "web", .export_to = both.url(), .sentry_dsn = both.url("key@") + "/1"});
  REQUIRE_MESSAGE(tracing, tracing.error().message);
  { const auto span = start_span("a span"); }
  CHECK(tracing->end());
  CHECK(both.count("/api/1/envelope/") == 1);
  CHECK(both.count("/v1/traces") == 1);
}

TEST_CASE("a DSN that is none starts nothing, and says so in a sentence") {
  const auto tracing = start({.service_name = "web", .sentry_dsn = "https://sentry.example/1"});
  REQUIRE(!tracing);
  CHECK(tracing.error().message.starts_with(
      "sentry_dsn cannot be used: the public key before the @ is missing"));
}
