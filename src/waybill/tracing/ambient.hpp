// What is current on this thread, whoever made it so: waybill, or the SDK behind a registered tracing_backend.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/context/current.hpp>
#include <waybill/context/trace_context.hpp>

#include <cstdint>
#include <optional>

namespace waybill::inline v0 {

struct ambient_context {
  std::optional<trace_context> context;
  std::int64_t clock_offset = 0;  // of the local root it belongs to, 0 when unknown
};

// When both have one, the inner one counts: the SDK's if it has changed since waybill's was entered, else waybill's.
ambient_context find_ambient() noexcept;

// The same without a copy where it can be had: for as long as nothing else becomes current on this thread.
class ambient_view {
 public:
  ambient_view() noexcept;
  ambient_view(const ambient_view&) = delete;
  ambient_view& operator=(const ambient_view&) = delete;

  const trace_context* context() const noexcept { return context_; }  // null: none
  std::int64_t clock_offset() const noexcept { return clock_offset_; }

 private:
  std::optional<trace_context> theirs_;
  const trace_context* context_ = nullptr;
  std::int64_t clock_offset_ = 0;
};

// The ids a log line should carry; empty outside any trace.
std::optional<span_ids> current_ids() noexcept;

// enter_context, with what the backend says is current noted beside it.
context_node* enter_ambient(const trace_context& context, std::int64_t clock_offset) noexcept;

// Whether the SDK of a tracing_backend has to be told of what becomes current.
bool has_backend() noexcept;
// Runs body with context current in that SDK, and lets its exceptions through. Without a backend, just runs it.
void run_under_backend(const trace_context& context, function_ref<void()> body);

}  // namespace waybill::inline v0
