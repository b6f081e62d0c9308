// A span of OpenTelemetry's tracer under waybill's functions.
#pragma once

#include <waybill/bridges/opentelemetry/attribute_conversion.hpp>
#include <waybill/bridges/opentelemetry/context_conversion.hpp>
#include <waybill/tracing/live_spans.hpp>
#include <waybill/tracing/tracing_backend.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0::opentelemetry_bridge {

using span_pointer = attached_span::span_pointer;

class opentelemetry_span final : public backend_span {
 public:
  opentelemetry_span(span_pointer span, const trace_context& context,
                     live_spans<span_pointer>& alive) noexcept
      : span_(std::move(span)), context_(context), alive_(alive) {
    alive_.add(context_.ids(), span_);
  }
  ~opentelemetry_span() override { end(); }

  trace_context context() const noexcept override { return context_; }

  void set(std::string_view key, const attribute_value& value) noexcept override {
    contained([&] {
      for_each_theirs(key, value, [&](api::nostd::string_view name, auto theirs) {
        span_->SetAttribute(name, api::common::AttributeValue{theirs});
        return true;
      });
    });
  }

  void fail(std::string_view type, std::string_view message) noexcept override {
    span_->SetStatus(api::trace::StatusCode::kError, to_theirs(message));
    set("error.type", type);
  }

  void add_event(std::string_view name, std::span<const attribute> attributes) noexcept override {
    const api::common::SystemTimestamp now{std::chrono::nanoseconds{wall_now()}};
    span_->AddEvent(to_theirs(name), now, attribute_view{attributes});
  }

  // The first ABI knows links only when a span starts (span_options::link): later ones become events.
  void add_link(const trace_context& other, std::span<const attribute> attributes) noexcept override {
    if (!other.ids().span) return;
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
    span_->AddLink(to_span_context(other, true), attribute_view{attributes});
#else
    contained([&] {
      const std::string trace = other.ids().trace.to_hex();
      const std::string span = other.ids().span->to_hex();
      std::vector<attribute> all{{"trace_id", trace}, {"span_id", span}};
      all.insert(all.end(), attributes.begin(), attributes.end());
      add_event("waybill.link", all);
    });
#endif
  }

  void end() noexcept override {
    if (!std::exchange(open_, false)) return;
    alive_.remove(context_.ids());
    span_->End();
  }

  void end_at(unix_nanos when) noexcept override {
    if (!std::exchange(open_, false)) return;
    alive_.remove(context_.ids());
    api::trace::EndSpanOptions options;
    options.end_steady_time =
        api::common::SteadyTimestamp{std::chrono::nanoseconds{steady_now() - (wall_now() - when)}};
    span_->End(options);
  }

 private:
  span_pointer span_;
  trace_context context_;
  live_spans<span_pointer>& alive_;
  bool open_ = true;
};

// One link, or none, without attributes.
class link_view final : public api::trace::SpanContextKeyValueIterable {
 public:
  explicit link_view(const trace_context* target) noexcept : target_(target) {}

  bool ForEachKeyValue(
      api::nostd::function_ref<bool(api::trace::SpanContext, const api::common::KeyValueIterable&)> visit)
      const noexcept override {
    return size() == 0 || visit(to_span_context(*target_, true), attribute_view{{}});
  }
  std::size_t size() const noexcept override { return target_ != nullptr && target_->ids().span ? 1 : 0; }

 private:
  const trace_context* target_;
};

inline api::trace::SpanKind to_theirs(span_kind kind) noexcept {
  switch (kind) {
    case span_kind::server:
      return api::trace::SpanKind::kServer;
    case span_kind::client:
      return api::trace::SpanKind::kClient;
    case span_kind::producer:
      return api::trace::SpanKind::kProducer;
    case span_kind::consumer:
      return api::trace::SpanKind::kConsumer;
    case span_kind::unspecified:
    case span_kind::internal:
      break;
  }
  return api::trace::SpanKind::kInternal;
}

// Null when no SDK is behind the API: then a tracer gives spans without ids.
inline std::unique_ptr<backend_span> start_span(std::string_view name, const span_options& options,
                                                live_spans<span_pointer>& alive) {
  api::trace::StartSpanOptions theirs;
  theirs.kind = to_theirs(options.kind);
  if (options.start != 0) {
    const std::chrono::nanoseconds start{options.start};
    theirs.start_system_time = api::common::SystemTimestamp{start};
    theirs.start_steady_time =
        api::common::SteadyTimestamp{std::chrono::nanoseconds{steady_now() - (wall_now() - options.start)}};
  }
  const api::baggage::Baggage* const no_baggage = nullptr;
  given_text given;
  if (options.parent != nullptr && options.parent->ids().span) {
    const auto parent = to_span_context(*options.parent, options.parent->ids().remote);
    given = {options.parent, parent.trace_state().get(), no_baggage};
    theirs.parent = parent;
  } else {
    theirs.parent = api::context::Context{api::trace::kIsRootSpanKey, true};
  }
  const auto tracer = api::trace::Provider::GetTracerProvider()->GetTracer("waybill");
  const attribute_view none{{}};
  span_pointer span = tracer->StartSpan(to_theirs(name), none, link_view{options.link}, theirs);
  if (span == nullptr) return nullptr;
  const auto started = span->GetContext();
  auto ids = to_ids(started);
  if (!ids || (options.parent != nullptr && ids->span == options.parent->ids().span)) return nullptr;
  ids->remote = false;
  const trace_context context = to_trace_context(*ids, started, given, no_baggage);
  return std::make_unique<opentelemetry_span>(std::move(span), context, alive);
}

}  // namespace waybill::inline v0::opentelemetry_bridge
