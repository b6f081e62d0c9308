#include <waybill/task/batch.hpp>

#include <waybill/carrier/contained.hpp>
#include <waybill/record/event_names.hpp>
#include <waybill/tracing/read_message.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace waybill::inline v0 {

void batch::begin(task_name name, const message_info& common, std::size_t size,
                  const task_options& options) noexcept {
  size_ = size;
  whole_.begin_batch(name, common, size, options);
}

void batch::add(task_name name, const message_info& message, const received_headers& headers,
                bool carrier_read, const task_options& options) noexcept {
  whole_.add_message(name, message, read_message(headers, carrier_read), options);
}

trace_context batch::context(std::size_t i) const noexcept {
  std::optional<trace_context> found;
  if (i < size_) contained([&] { found = contexts_(i); });
  return found ? *found : trace_context{span_ids{.trace = trace_id::make(), .random = true}};
}

void batch::fail(std::size_t i, std::string_view type, std::string_view message) noexcept {
  if (i >= size_) return;
  ++failed_;
  whole_.add_event(event_names::message_failed, {{event_names::message_index, static_cast<std::int64_t>(i)},
                                                 {event_names::error_type, type},
                                                 {event_names::error_message, message}});
}

void batch::finish() noexcept {
  if (failed_ != 0) {
    char text[96];
    const int size = std::snprintf(text, sizeof text, "%zu of %zu messages failed", failed_, size_);
    whole_.finish_batch(failed_, {text, static_cast<std::size_t>(std::max(size, 0))});
    failed_ = 0;
  }
  whole_.finish();
}

}  // namespace waybill::inline v0
