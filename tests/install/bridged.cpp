// A project that has OpenTelemetry and links the bridge: what OpenTelemetry says is current goes into the message.
#include <waybill/bridges/opentelemetry/opentelemetry_backend.hpp>
#include <waybill/waybill.hpp>

#include <iostream>

int main() {
  waybill::opentelemetry_backend backend;
  waybill::register_backend(&backend);
  const waybill::metadata received{
      {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
  const auto current = [] {
    return opentelemetry::trace::GetSpan(opentelemetry::context::RuntimeContext::GetCurrent())->GetContext();
  };
  waybill::extract_trace_context(received, [&] {
    if (!current().IsRemote()) return;
    for (const auto& [name, value] : waybill::inject_trace_context()) {
      if (name == "traceparent") std::cout << name << ": " << value << '\n';
    }
  });
  return current().IsValid() ? 1 : 0;
}
