#pragma once

#include <opentelemetry/common/attributes.h>
#include <opentelemetry/context/context.h>
#include <opentelemetry/trace/span_context.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {

constexpr char kSpanKey[] = "active_span";
constexpr char kIsRootSpanKey[] = "is_root_span";

enum class SpanKind { kInternal, kServer, kClient, kProducer, kConsumer };
enum class StatusCode { kUnset, kOk, kError };

struct EndSpanOptions {
  common::SteadyTimestamp end_steady_time;
};

struct StartSpanOptions {
  common::SystemTimestamp start_system_time;
  common::SteadyTimestamp start_steady_time;
  nostd::variant<SpanContext, context::Context> parent = context::Context{};
  SpanKind kind = SpanKind::kInternal;
};

class SpanContextKeyValueIterable {
 public:
  virtual ~SpanContextKeyValueIterable() = default;
  virtual bool ForEachKeyValue(
      nostd::function_ref<bool(SpanContext, const common::KeyValueIterable&)> visit) const noexcept = 0;
  virtual std::size_t size() const noexcept = 0;
};

class Span {
 public:
  Span() = default;
  virtual ~Span() = default;
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  virtual void SetAttribute(nostd::string_view key, const common::AttributeValue& value) noexcept = 0;
  virtual void AddEvent(nostd::string_view name) noexcept = 0;
  virtual void AddEvent(nostd::string_view name, common::SystemTimestamp when) noexcept = 0;
  virtual void AddEvent(nostd::string_view name, common::SystemTimestamp when,
                        const common::KeyValueIterable& attributes) noexcept = 0;
  virtual void AddEvent(nostd::string_view name, const common::KeyValueIterable& attributes) noexcept = 0;
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  virtual void AddLink(const SpanContext& target, const common::KeyValueIterable& attributes) noexcept = 0;
  virtual void AddLinks(const SpanContextKeyValueIterable& links) noexcept = 0;
#endif
  virtual void SetStatus(StatusCode code, nostd::string_view description = "") noexcept = 0;
  virtual void UpdateName(nostd::string_view name) noexcept = 0;
  virtual void End(const EndSpanOptions& options = {}) noexcept = 0;
  virtual SpanContext GetContext() const noexcept = 0;
  virtual bool IsRecording() const noexcept = 0;
};

// Carries a context and does nothing.
class DefaultSpan : public Span {
 public:
  DefaultSpan(SpanContext context) noexcept : context_(std::move(context)) {}
  void SetAttribute(nostd::string_view, const common::AttributeValue&) noexcept override {}
  void AddEvent(nostd::string_view) noexcept override {}
  void AddEvent(nostd::string_view, common::SystemTimestamp) noexcept override {}
  void AddEvent(nostd::string_view, common::SystemTimestamp,
                const common::KeyValueIterable&) noexcept override {}
  void AddEvent(nostd::string_view, const common::KeyValueIterable&) noexcept override {}
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  void AddLink(const SpanContext&, const common::KeyValueIterable&) noexcept override {}
  void AddLinks(const SpanContextKeyValueIterable&) noexcept override {}
#endif
  void SetStatus(StatusCode, nostd::string_view) noexcept override {}
  void UpdateName(nostd::string_view) noexcept override {}
  void End(const EndSpanOptions&) noexcept override {}
  SpanContext GetContext() const noexcept override {
    return context_;
  }
  bool IsRecording() const noexcept override {
    return false;
  }

 private:
  SpanContext context_;
};

}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
