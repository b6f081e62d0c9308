#include <waybill/carrier/metadata.hpp>
#include <waybill/http/server.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

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

 private:
  mutable std::mutex mutex_;
  std::vector<http_request> requests_;
  std::unique_ptr<http_server> server_;
};

}  // namespace

TEST_CASE("with a DSN records go to Sentry, and to no collector that nobody has named") {
  const any_collector sentry;
  auto tracing = start({.service_name = "web", .sentry_dsn = sentry.url("key@") + "/1", .sample_ratio = 1.0});
  REQUIRE_MESSAGE(tracing, tracing.error().message);
  metadata message;
  {
    const auto request = start_span("POST /api/deploy", {.kind = span_kind::server});
    const auto publish = start_span("send deployment", {.kind = span_kind::producer});
    inject_trace_context(message);
  }
  with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [](task&) {});
  CHECK(tracing->end());
  CHECK(sentry.count("/api/1/envelope/") == 4);  // the request, its wait, the task; and the events
  CHECK(sentry.count("/v1/traces") == 0);
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
