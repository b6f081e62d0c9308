// A tracer provider of OpenTelemetry's API that keeps its spans: what an SDK is to the bridge. Runs on the stand-in and on the
// real API alike.
#pragma once

#include <waybill/bridges/opentelemetry/opentelemetry_api.hpp>
#include <waybill/context/trace_id.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace recording {

namespace api = ::opentelemetry;
using waybill::opentelemetry_bridge::to_ours;

struct to_text {
  template <class T>
  std::string operator()(const T& value) const {
    if constexpr (std::is_same_v<T, bool>) {
      return value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, double>) {
      return "double " + std::to_string(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return std::to_string(value);
    } else if constexpr (std::is_same_v<T, const char*>) {
      return value;
    } else if constexpr (std::is_same_v<T, api::nostd::string_view>) {
      return std::string{to_ours(value)};
    } else {
      std::string text = "[";
      for (const auto& one : value) text += (text.size() > 1 ? "," : "") + (*this)(one);
      return text + "]";
    }
  }
};

template <class T>
bool add_text(const api::common::AttributeValue& value, std::string& text) {
  const T* const held = api::nostd::get_if<T>(&value);
  if (held != nullptr) text = to_text{}(*held);
  return held != nullptr;
}
template <class... T>
std::string text_of_any(const api::common::AttributeValue& value) {
  std::string text = "a type that waybill has none of";
  (add_text<T>(value, text) || ...);
  return text;
}
inline std::string text_of(const api::common::AttributeValue& value) {
  using api::nostd::span;
  using api::nostd::string_view;
  return text_of_any<bool, std::int64_t, double, string_view, std::uint64_t, span<const bool>,
                     span<const std::int64_t>, span<const double>, span<const string_view>,
                     span<const std::uint8_t>>(value);
}

using attributes = std::map<std::string, std::string>;
inline attributes attributes_of(const api::common::KeyValueIterable& theirs) {
  attributes kept;
  theirs.ForEachKeyValue([&](api::nostd::string_view key, api::common::AttributeValue value) {
    kept[std::string{to_ours(key)}] = text_of(value);
    return true;
  });
  return kept;
}

template <class Id>
std::string hex(const Id& id) {
  std::array<std::uint8_t, Id::kSize> bytes;
  id.CopyBytesTo(bytes);
  std::string text;
  for (const auto byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

struct event {
  std::string name;
  attributes with;
};

struct record {
  std::string name;
  api::trace::SpanKind kind = api::trace::SpanKind::kInternal;
  api::trace::SpanContext context = api::trace::SpanContext::GetInvalid();
  api::trace::SpanContext parent = api::trace::SpanContext::GetInvalid();
  attributes with;
  std::vector<event> events;
  std::vector<std::string> links;  // span ids
  std::optional<std::string> error;
  std::int64_t start = 0;
  std::int64_t end_steady = 0;
  int ends = 0;

  std::string span_id() const { return hex(context.span_id()); }
  std::string trace_id() const { return hex(context.trace_id()); }
  std::string parent_id() const { return parent.IsValid() ? hex(parent.span_id()) : ""; }
};

struct recorded {
  std::mutex mutex;
  std::vector<std::shared_ptr<record>> spans;

  record span_named(std::string_view name) {
    const std::lock_guard lock{mutex};
    for (const auto& one : spans) {
      if (one->name == name) return *one;
    }
    return {};
  }
};

class span final : public api::trace::Span {
 public:
  span(std::shared_ptr<record> kept, std::shared_ptr<recorded> all)
      : kept_(std::move(kept)), all_(std::move(all)) {}

  void SetAttribute(api::nostd::string_view key, const api::common::AttributeValue& value) noexcept override {
    const std::lock_guard lock{all_->mutex};
    kept_->with[std::string{to_ours(key)}] = text_of(value);
  }
  void AddEvent(api::nostd::string_view name) noexcept override { add(name, {}); }
  void AddEvent(api::nostd::string_view name, api::common::SystemTimestamp) noexcept override {
    add(name, {});
  }
  void AddEvent(api::nostd::string_view name, api::common::SystemTimestamp,
                const api::common::KeyValueIterable& with) noexcept override {
    add(name, attributes_of(with));
  }
  void AddEvent(api::nostd::string_view name, const api::common::KeyValueIterable& with) noexcept override {
    add(name, attributes_of(with));
  }
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  void AddLink(const api::trace::SpanContext& target,
               const api::common::KeyValueIterable&) noexcept override {
    kept_->links.push_back(hex(target.span_id()));
  }
  void AddLinks(const api::trace::SpanContextKeyValueIterable&) noexcept override {}
#endif
  void SetStatus(api::trace::StatusCode code, api::nostd::string_view text) noexcept override {
    if (code == api::trace::StatusCode::kError) kept_->error = to_ours(text);
  }
  void UpdateName(api::nostd::string_view name) noexcept override {
    kept_->name = to_ours(name);
  }
  void End(const api::trace::EndSpanOptions& options) noexcept override {
    ++kept_->ends;
    kept_->end_steady = options.end_steady_time.time_since_epoch().count();
  }
  api::trace::SpanContext GetContext() const noexcept override {
    return kept_->context;
  }
  bool IsRecording() const noexcept override {
    return kept_->ends == 0;
  }

 private:
  void add(api::nostd::string_view name, attributes with) {
    kept_->events.push_back({std::string{to_ours(name)}, std::move(with)});
  }

  std::shared_ptr<record> kept_;
  std::shared_ptr<recorded> all_;
};

class tracer final : public api::trace::Tracer {
 public:
  explicit tracer(std::shared_ptr<recorded> all) : all_(std::move(all)) {}

  using api::trace::Tracer::StartSpan;
  api::nostd::shared_ptr<api::trace::Span> StartSpan(
      api::nostd::string_view name, const api::common::KeyValueIterable& with,
      const api::trace::SpanContextKeyValueIterable& links,
      const api::trace::StartSpanOptions& options) noexcept override {
    auto made = std::make_shared<record>();
    made->name = to_ours(name);
    made->kind = options.kind;
    made->with = attributes_of(with);
    made->start = options.start_system_time.time_since_epoch().count();
    links.ForEachKeyValue([&](api::trace::SpanContext target, const api::common::KeyValueIterable&) {
      made->links.push_back(hex(target.span_id()));
      return true;
    });
    made->parent = parent_of(options);
    const auto id = waybill::span_id::make();
    const bool root = !made->parent.IsValid();
    made->context = {root ? api::trace::TraceId{waybill::trace_id::make().bytes()} : made->parent.trace_id(),
                     api::trace::SpanId{id.bytes()},
                     api::trace::TraceFlags{root ? std::uint8_t{1} : made->parent.trace_flags().flags()},
                     false, root ? api::trace::TraceState::GetDefault() : made->parent.trace_state()};
    const std::lock_guard lock{all_->mutex};
    all_->spans.push_back(made);
    return api::nostd::shared_ptr<api::trace::Span>(new span{made, all_});
  }
#if OPENTELEMETRY_ABI_VERSION_NO == 1
  void ForceFlushWithMicroseconds(std::uint64_t) noexcept override {}
  void CloseWithMicroseconds(std::uint64_t) noexcept override {}
#endif

 private:
  // The order that the specification gives: an explicit context, one that says "a root", what is current.
  static api::trace::SpanContext parent_of(const api::trace::StartSpanOptions& options) {
    if (const auto* const given = api::nostd::get_if<api::trace::SpanContext>(&options.parent);
        given != nullptr && given->IsValid()) {
      return *given;
    }
    if (const auto* const given = api::nostd::get_if<api::context::Context>(&options.parent)) {
      if (const auto inside = api::trace::GetSpan(*given)->GetContext(); inside.IsValid()) return inside;
      if (api::trace::IsRootSpan(*given)) return api::trace::SpanContext::GetInvalid();
    }
    return api::trace::GetSpan(api::context::RuntimeContext::GetCurrent())->GetContext();
  }

  std::shared_ptr<recorded> all_;
};

class provider final : public api::trace::TracerProvider {
 public:
  explicit provider(std::shared_ptr<recorded> all) : all_(std::move(all)) {}
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  api::nostd::shared_ptr<api::trace::Tracer> GetTracer(
      api::nostd::string_view, api::nostd::string_view, api::nostd::string_view,
      const api::common::KeyValueIterable*) noexcept override {
    return api::nostd::shared_ptr<api::trace::Tracer>(new tracer{all_});
  }
#else
  api::nostd::shared_ptr<api::trace::Tracer> GetTracer(api::nostd::string_view, api::nostd::string_view,
                                                       api::nostd::string_view) noexcept override {
    return api::nostd::shared_ptr<api::trace::Tracer>(new tracer{all_});
  }
#endif

 private:
  std::shared_ptr<recorded> all_;
};

}  // namespace recording
