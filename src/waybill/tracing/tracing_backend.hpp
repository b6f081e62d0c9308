// The seam that makes "any tracing SDK" true: two functions, and a third that is optional.
//
// With no backend registered, waybill's own tracer is the only one and its context the only current. With one registered,
// waybill continues from the backend's current context, and runs tasks under it.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/record/span_record.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// A span of the backend's own, made by its third function. Ended by end() or its destructor, whichever is first; not
// shared between threads.
class backend_span {
 public:
  virtual ~backend_span() = default;
  virtual trace_context context() const noexcept = 0;
  virtual void set(std::string_view key, const attribute_value& value) noexcept = 0;
  virtual void fail(std::string_view type, std::string_view message) noexcept = 0;
  virtual void end() noexcept = 0;
};

// Called from any thread, at any time after registration.
class tracing_backend {
 public:
  virtual ~tracing_backend() = default;

  // What is current in the SDK on this thread; empty when nothing is.
  virtual std::optional<trace_context> current() noexcept = 0;

  // Runs body with context current in the SDK, and puts back what was. Lets body's exceptions through.
  virtual void run_under(const trace_context& context, function_ref<void()> body) = 0;

  // Starts a span of the SDK as a child of parent (empty: a new trace). Null: it cannot; the span is then waybill's own.
  virtual std::unique_ptr<backend_span> start_span(std::string_view name, span_kind kind,
                                                   const std::optional<trace_context>& parent) noexcept {
    (void)name, (void)kind, (void)parent;
    return nullptr;
  }
};

// Registers a backend for the whole process; null unregisters. The backend must outlive every use: unregister it when no
// thread is inside waybill any more.
void register_backend(tracing_backend* backend) noexcept;
tracing_backend* registered_backend() noexcept;

}  // namespace waybill::inline v0
