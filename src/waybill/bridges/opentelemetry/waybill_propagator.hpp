// waybill as a TextMapPropagator of OpenTelemetry, for applications that send their context that way:
//
//   GlobalTextMapPropagator::SetGlobalPropagator(
//       opentelemetry::nostd::shared_ptr<TextMapPropagator>(new waybill::waybill_propagator));
//
// Reads and writes the headers of this process's formats (OTEL_PROPAGATORS), waybill's own among them. Baggage and tracestate
// go on as they came, not as OpenTelemetry would write them. A carrier that lists its keys is read whatever their case;
// another is asked for lower-case names.
#pragma once

#include <waybill/bridges/opentelemetry/context_conversion.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/tracing/process_propagator.hpp>
#include <waybill/tracing/read_message.hpp>

#include <optional>
#include <string_view>

namespace waybill::inline v0 {

namespace opentelemetry_bridge {

// Their carrier as one of ours. It has no way to remove a header; an empty value would not be absent to everybody.
class text_map {
 public:
  explicit text_map(api::context::propagation::TextMapCarrier& carrier) noexcept : carrier_(carrier) {}
  std::optional<std::string_view> get(std::string_view name) const noexcept {
    const std::string_view value = to_ours(carrier_.Get(to_theirs(name)));
    return value.empty() ? std::nullopt : std::optional{value};  // theirs for "absent"
  }
  void set(std::string_view name, std::string_view value) noexcept {
    carrier_.Set(to_theirs(name), to_theirs(value));
  }
  void remove(std::string_view) noexcept {}

 private:
  api::context::propagation::TextMapCarrier& carrier_;
};

inline void read_headers(const api::context::propagation::TextMapCarrier& carrier,
                         received_headers& headers) noexcept {
  carrier.Keys([&](api::nostd::string_view key) {
    const auto value = carrier.Get(key);  // theirs to keep
    if (!value.empty()) headers.offer(to_ours(key), to_ours(value));
    return true;
  });
  for (int slot = 0; slot < known_headers.size(); ++slot) {
    if (headers.present().has(slot)) continue;
    const auto value = carrier.Get(to_theirs(known_headers[slot].text()));
    if (!value.empty()) headers.add(slot, to_ours(value));
  }
}

}  // namespace opentelemetry_bridge

class waybill_propagator final : public ::opentelemetry::context::propagation::TextMapPropagator {
 public:
  // A context without a span writes nothing.
  void Inject(::opentelemetry::context::propagation::TextMapCarrier& carrier,
              const ::opentelemetry::context::Context& context) noexcept override {
    const auto ours = opentelemetry_bridge::to_trace_context(context);
    if (!ours) return;
    opentelemetry_bridge::text_map to{carrier};
    inject(*ours, to, {.formats = process_propagator()});
  }

  // Without usable headers, context as it is; but for baggage, which may come alone.
  ::opentelemetry::context::Context Extract(
      const ::opentelemetry::context::propagation::TextMapCarrier& carrier,
      ::opentelemetry::context::Context& context) noexcept override {
    namespace baggage = ::opentelemetry::baggage;
    received_headers headers{known_headers};
    opentelemetry_bridge::read_headers(carrier, headers);
    const trace_context received = read_message(headers, true).to_context();
    ::opentelemetry::context::Context entered = context;
    contained([&] {
      if (received.ids().span) {
        entered = opentelemetry_bridge::with_attached(context, received, {});
      } else if (!received.baggage().empty()) {
        entered = baggage::SetBaggage(
            context, baggage::Baggage::FromHeader(opentelemetry_bridge::to_theirs(received.baggage())));
      }
    });
    return entered;
  }

  bool Fields(::opentelemetry::nostd::function_ref<bool(::opentelemetry::nostd::string_view)> visit)
      const noexcept override {
    bool go_on = true;
    process_propagator().headers().for_each([&](int slot) {
      if (go_on) go_on = visit(opentelemetry_bridge::to_theirs(known_headers[slot].text()));
    });
    return go_on;
  }
};

}  // namespace waybill::inline v0
