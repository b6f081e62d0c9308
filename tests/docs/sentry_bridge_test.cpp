// docs/other-sdks.md shows what stands here.
#include <waybill/bridges/sentry_native/sentry_native_backend.hpp>
#include <waybill/tracing/combined_backend.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

std::string worked_in;

void handle_request() {
  worked_in = waybill::inject_trace_context().at("sentry-trace").substr(0, 32);
}

void run(const waybill::metadata& message) {
  static waybill::sentry_native_backend backend{
      {.public_key = "1a2b3c", .release = "worker@1.4", .environment = "production", .sample_rate = 0.25}};
  waybill::register_backend(&backend);

  waybill::with_task_logging(message, "deployment", "deploy", [] {
    auto span = waybill::start_span("k8s.apply: deployment", {.op = "k8s"});
    handle_request();
  });

  // A transaction of your own: sentry-native cannot be asked what is current, so it is said.
  auto* request = sentry_transaction_start(sentry_transaction_context_new("POST /api/deploy", "http.server"),
                                           sentry_value_new_null());
  {
    const auto entered = backend.enter(request);
    handle_request();
  }
  sentry_transaction_finish(request);
}

void run_both(waybill::tracing_backend& opentelemetry, waybill::tracing_backend& sentry) {
  static waybill::combined_backend both{opentelemetry, sentry};
  waybill::register_backend(&both);
}

}  // namespace

TEST_CASE("the paper's bridge to Sentry, and both at once") {
  run({{"sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"}});
  CHECK(worked_in.size() == 32);
  CHECK(worked_in != "4bf92f3577b34da6a3ce929d0e0e4736");
  waybill::sentry_native_backend one, other;
  run_both(one, other);
  CHECK(waybill::registered_backend() != nullptr);
  waybill::register_backend(nullptr);
}
