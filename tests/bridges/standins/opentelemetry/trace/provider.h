#pragma once

#include <opentelemetry/trace/tracer.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {

class TracerProvider {
 public:
  virtual ~TracerProvider() = default;
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  virtual nostd::shared_ptr<Tracer> GetTracer(nostd::string_view name, nostd::string_view version,
                                              nostd::string_view schema_url,
                                              const common::KeyValueIterable* attributes) noexcept = 0;
  nostd::shared_ptr<Tracer> GetTracer(nostd::string_view name, nostd::string_view version = "",
                                      nostd::string_view schema_url = "") {
    return GetTracer(name, version, schema_url, nullptr);
  }
#else
  virtual nostd::shared_ptr<Tracer> GetTracer(nostd::string_view name, nostd::string_view version = "",
                                              nostd::string_view schema_url = "") noexcept = 0;
#endif
};

// Spans without ids.
class NoopTracer final : public Tracer {
 public:
  nostd::shared_ptr<Span> StartSpan(nostd::string_view, const common::KeyValueIterable&,
                                    const SpanContextKeyValueIterable&,
                                    const StartSpanOptions&) noexcept override {
    return nostd::shared_ptr<Span>(new DefaultSpan(SpanContext::GetInvalid()));
  }
#if OPENTELEMETRY_ABI_VERSION_NO == 1
  void ForceFlushWithMicroseconds(std::uint64_t) noexcept override {}
  void CloseWithMicroseconds(std::uint64_t) noexcept override {}
#endif
};

class NoopTracerProvider final : public TracerProvider {
 public:
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  nostd::shared_ptr<Tracer> GetTracer(nostd::string_view, nostd::string_view, nostd::string_view,
                                      const common::KeyValueIterable*) noexcept override {
    return nostd::shared_ptr<Tracer>(new NoopTracer);
  }
#else
  nostd::shared_ptr<Tracer> GetTracer(nostd::string_view, nostd::string_view,
                                      nostd::string_view) noexcept override {
    return nostd::shared_ptr<Tracer>(new NoopTracer);
  }
#endif
};

class Provider {
 public:
  static nostd::shared_ptr<TracerProvider> GetTracerProvider() noexcept { return Held(); }
  static void SetTracerProvider(const nostd::shared_ptr<TracerProvider>& provider) noexcept {
    Held() = provider ? provider : nostd::shared_ptr<TracerProvider>(new NoopTracerProvider);
  }

 private:
  static nostd::shared_ptr<TracerProvider>& Held() noexcept {
    static nostd::shared_ptr<TracerProvider> held(new NoopTracerProvider);
    return held;
  }
};

}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
