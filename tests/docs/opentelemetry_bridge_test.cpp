// docs/other-sdks.md shows what stands here.
#include <waybill/bridges/opentelemetry/opentelemetry_backend.hpp>
#include <waybill/bridges/opentelemetry/waybill_propagator.hpp>
#include <waybill/waybill.hpp>

#include <opentelemetry/context/propagation/global_propagator.h>

#include <doctest/doctest.h>

#include <string>

namespace {

std::string worked_in;

void deploy() {
  worked_in = waybill::inject_trace_context().at("traceparent").substr(3, 32);
}

void run(const waybill::metadata& message) {
  static waybill::opentelemetry_backend backend;
  waybill::register_backend(&backend);

  // From here on nothing knows of OpenTelemetry, and everything is in its traces.
  waybill::with_task_logging(message, "deployment", "deploy", [] {
    auto span = waybill::start_span("k8s.apply: deployment");
    deploy();
  });
}

void send_through_opentelemetry() {
  using namespace opentelemetry::context::propagation;
  GlobalTextMapPropagator::SetGlobalPropagator(
      opentelemetry::nostd::shared_ptr<TextMapPropagator>(new waybill::waybill_propagator));
}

}  // namespace

TEST_CASE("the paper's bridge to OpenTelemetry") {
  run({{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}});
  waybill::register_backend(nullptr);
  CHECK(worked_in == "4bf92f3577b34da6a3ce929d0e0e4736");
  send_through_opentelemetry();
  CHECK(opentelemetry::context::propagation::GlobalTextMapPropagator::GetGlobalPropagator() != nullptr);
}
