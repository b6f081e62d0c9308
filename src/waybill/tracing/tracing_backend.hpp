// The seam that makes "any tracing SDK" true: two functions, and two more that are optional.
//
// With no backend registered, waybill's own tracer is the only one and its context the only current. With one registered,
// waybill continues from the backend's current context, and runs tasks under it.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/base/function_ref.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/record/attribute.hpp>
#include <waybill/tracing/span_options.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// A span of the backend's own, made by its start_span. Ended by end() or its destructor, whichever is first; not shared
// between threads.
class backend_span {
 public:
  virtual ~backend_span() = default;
  virtual trace_context context() const noexcept = 0;
  virtual void set(std::string_view key, const attribute_value& value) noexcept = 0;
  virtual void fail(std::string_view type, std::string_view message) noexcept = 0;
  virtual void end() noexcept = 0;

  // What an SDK does not know is left out.
  virtual void end_at(unix_nanos when) noexcept {
    (void)when;
    end();
  }
  virtual void add_event(std::string_view name, std::span<const attribute> attributes) noexcept {
    (void)name, (void)attributes;
  }
  virtual void add_link(const trace_context& other, std::span<const attribute> attributes) noexcept {
    (void)other, (void)attributes;
  }
};

// Keeps a context current in the SDK for as long as it lives.
class backend_scope {
 public:
  virtual ~backend_scope() = default;
};

// Called from any thread, at any time after registration.
class tracing_backend {
 public:
  virtual ~tracing_backend() = default;

  // What is current in the SDK on this thread; empty when nothing is.
  virtual std::optional<trace_context> current() noexcept = 0;

  // Runs body with context current in the SDK, and puts back what was. Lets body's exceptions through.
  virtual void run_under(const trace_context& context, function_ref<void()> body) = 0;

  // Starts a span of the SDK. options.parent is what to be a child of; null: a new trace. Null: it cannot; the span is then
  // waybill's own.
  virtual std::unique_ptr<backend_span> start_span(std::string_view name,
                                                   const span_options& options) noexcept {
    (void)name, (void)options;
    return nullptr;
  }

  // Whether a span of the past, started and ended with its times given, is one like others in the SDK. Waits are drawn as such
  // then; else by waybill's own tracer, if it was started.
  virtual bool takes_past_spans() const noexcept { return false; }

  // Makes context, which has a span, current until the scope is destroyed: for the block of code of an active_span. Null: it
  // cannot; the SDK's own spans in that block are then children of what was current in it. The scope should be destroyed on
  // the same thread; on another one, it must do no harm.
  virtual std::unique_ptr<backend_scope> enter(const trace_context& context) noexcept {
    (void)context;
    return nullptr;
  }
};

// Registers a backend for the whole process; null unregisters. The backend must outlive every use: unregister it when no
// thread is inside waybill any more.
void register_backend(tracing_backend* backend) noexcept;
tracing_backend* registered_backend() noexcept;

}  // namespace waybill::inline v0
