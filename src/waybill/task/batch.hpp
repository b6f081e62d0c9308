// Several messages that are worked on together: one span and one event, and of every message its own link and its own wait.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/task/task.hpp>

#include <cstddef>
#include <exception>
#include <string_view>

namespace waybill::inline v0 {

// Made by with_batch_logging. event and fail are as of a task; the rest belongs to one thread at a time.
class batch {
 public:
  using context_of_message = function_ref<trace_context(std::size_t)>;

  // contexts is asked by context(), and must live as long as this.
  explicit batch(context_of_message contexts) noexcept : event(whole_.event), contexts_(contexts) {}
  ~batch() { finish(); }
  batch(const batch&) = delete;
  batch& operator=(const batch&) = delete;

  wide_event& event;

  std::size_t size() const noexcept { return size_; }

  // The sender of message i, as it stands in its headers: for run_in, or to send something on for this message alone.
  // A context of a trace of its own where its headers say nothing, and where i is none.
  trace_context context(std::size_t i) const noexcept;

  // The span of the whole batch.
  const trace_context& context() const noexcept { return whole_.context(); }
  void set(std::string_view key, const attribute_value& value) noexcept { whole_.set(key, value); }

  // Message i could not be worked on; the others may have been. The batch counts as failed then, and its event says how many.
  void fail(std::size_t i, std::string_view type, std::string_view message) noexcept;
  // The batch as a whole.
  void fail(std::string_view type, std::string_view message) noexcept { whole_.fail(type, message); }

  // The rest is for with_batch_logging. common: what all messages have in common, no times.
  void begin(task_name name, const message_info& common, std::size_t size,
             const task_options& options) noexcept;
  bool has_begun() const noexcept { return whole_.has_begun(); }
  void add(task_name name, const message_info& message, const received_headers& headers, bool carrier_read,
           const task_options& options) noexcept;
  void announce() noexcept { whole_.announce(); }
  void fail_with(const std::exception& error) noexcept { whole_.fail_with(error); }
  void fail_with_unknown() noexcept { whole_.fail_with_unknown(); }
  void finish() noexcept;
  std::int64_t clock_offset() const noexcept { return whole_.clock_offset(); }

 private:
  task whole_;
  context_of_message contexts_;
  std::size_t size_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace waybill::inline v0
