// A span that is nobody's current: it can be moved, kept in an object, and ended on another thread.
//
// For a span of a block of code, active_span (start_span) is the one to use. Not for concurrent use.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/record/attribute.hpp>
#include <waybill/tracing/span_options.hpp>

#include <exception>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

class tracer;
class backend_span;
struct span_block;

class detached_span {
 public:
  // A span that records nothing; context() is empty.
  detached_span() noexcept = default;
  detached_span(detached_span&& other) noexcept;
  detached_span& operator=(detached_span&& other) noexcept;
  ~detached_span() { end(); }

  // True while what is set on it will leave: sampled, not ended, and there was room for its record.
  bool recording() const noexcept { return block_ != nullptr || backend_ != nullptr; }

  // True for a span of a backend's, and not of waybill's own tracer.
  bool is_backends() const noexcept { return backend_ != nullptr; }

  // What inject writes for this span, sampled or not; empty when waybill was not started and nothing came in.
  const std::optional<trace_context>& context() const noexcept { return context_; }

  // After end() all of these are no-ops. Keys up to 255 bytes; text is cut to the tracer's limits; the last value wins.
  void set(std::string_view key, const attribute_value& value) noexcept;
  void set(std::initializer_list<attribute> attributes) noexcept;
  void add_event(std::string_view name, std::initializer_list<attribute> attributes = {}) noexcept;
  void add_link(const trace_context& other, std::initializer_list<attribute> attributes = {}) noexcept;

  // Marks the span as failed. type: a stable word for what went wrong (error.type), such as an exception's class.
  void fail(std::string_view type, std::string_view message) noexcept;
  void fail(std::string_view message) noexcept { fail("error", message); }
  void fail_with(const std::exception& error) noexcept;

  bool failed() const noexcept { return failed_; }

  // Not sampled though the sender wanted it, for there were too many (tracer_options::max_forced_sampling).
  bool sampling_capped() const noexcept { return capped_; }

  // Once; the destructor does it too.
  void end() noexcept;
  void end_at(unix_nanos when) noexcept;

  // Wall minus steady clock as this span's local root read them, ns; 0 when nobody did.
  std::int64_t clock_offset() const noexcept { return clock_offset_; }

 private:
  void set_any(std::string_view key, const attribute_value& value) noexcept;
  void end_backend_span() noexcept;

  friend detached_span start_detached_span(tracer* made_by, std::string_view name,
                                           const span_options& options) noexcept;

  std::optional<trace_context> context_;
  span_block* block_ = nullptr;
  backend_span* backend_ = nullptr;  // owned
  std::int64_t clock_offset_ = 0;
  bool failed_ = false;
  bool capped_ = false;
};

// Starts a span now. made_by null: nothing is recorded, and what is current is passed on unchanged.
[[nodiscard]] detached_span start_detached_span(tracer* made_by, std::string_view name,
                                                const span_options& options = {}) noexcept;
[[nodiscard]] detached_span start_detached_span(std::string_view name,
                                                const span_options& options = {}) noexcept;

}  // namespace waybill::inline v0
