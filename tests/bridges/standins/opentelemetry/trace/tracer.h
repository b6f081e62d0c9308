#pragma once

#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/trace/context.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {

// Makes a span current for as long as it lives. Does not end it.
class Scope {
 public:
  explicit Scope(const nostd::shared_ptr<Span>& span) noexcept {
    auto around = context::RuntimeContext::GetCurrent();
    token_ = context::RuntimeContext::Attach(SetSpan(around, span));
  }

 private:
  nostd::unique_ptr<context::Token> token_;
};

class Tracer {
 public:
  virtual ~Tracer() = default;
  virtual nostd::shared_ptr<Span> StartSpan(nostd::string_view name,
                                            const common::KeyValueIterable& attributes,
                                            const SpanContextKeyValueIterable& links,
                                            const StartSpanOptions& options = {}) noexcept = 0;
  nostd::shared_ptr<Span> StartSpan(nostd::string_view name, const StartSpanOptions& options = {}) noexcept {
    return StartSpan(name, NoAttributes{}, NoLinks{}, options);
  }
#if OPENTELEMETRY_ABI_VERSION_NO == 1
  virtual void ForceFlushWithMicroseconds(std::uint64_t timeout) noexcept = 0;
  virtual void CloseWithMicroseconds(std::uint64_t timeout) noexcept = 0;
#endif

 private:
  struct NoAttributes final : common::KeyValueIterable {
    bool ForEachKeyValue(
        nostd::function_ref<bool(nostd::string_view, common::AttributeValue)>) const noexcept override {
      return true;
    }
    std::size_t size() const noexcept override { return 0; }
  };
  struct NoLinks final : SpanContextKeyValueIterable {
    bool ForEachKeyValue(
        nostd::function_ref<bool(SpanContext, const common::KeyValueIterable&)>) const noexcept override {
      return true;
    }
    std::size_t size() const noexcept override { return 0; }
  };
};

}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
