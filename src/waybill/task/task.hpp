// One run of a task: its span, its wide event, and what is known of the message's time in the queue.
#pragma once

#include <waybill/propagation/trust.hpp>
#include <waybill/record/message_info.hpp>
#include <waybill/record/queue_timing.hpp>
#include <waybill/task/wide_event.hpp>
#include <waybill/tracing/detached_span.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

struct applied_task_settings;
class extracted;
class received_headers;

// {.kind = "deployment", .action = "deploy"}: the span is task:deployment/deploy.
struct task_name {
  std::string_view kind;
  std::string_view action;
};

// What is left open is decided by WAYBILL_POLICY (start_options::policy), and without a rule there: trust::follow, and one
// message's task is a child of the sender's span.
struct task_options {
  relation_rule relation = {};
  std::optional<trust> trusted = {};  // how far this source's headers are believed
  tracer* made_by = nullptr;          // null: the default tracer
};

enum class task_outcome : unsigned char { ok, error, cancelled };

// Made by with_task_logging and start_task. event is thread-safe; the rest belongs to one thread at a time.
class task {
 public:
  task() noexcept = default;
  ~task() { finish(); }
  task(const task&) = delete;
  task& operator=(const task&) = delete;

  wide_event event;

  // What inject writes inside this task, and where its children hang.
  const trace_context& context() const noexcept { return *context_; }
  const queue_timing& timing() const noexcept { return timing_; }

  // An attribute of the span alone; most things belong into event.
  void set(std::string_view key, const attribute_value& value) noexcept { span_.set(key, value); }

  // Says how it ends, for whoever reports errors without exceptions. The last word counts.
  void fail(std::string_view type, std::string_view message) noexcept;
  void fail_with(const std::exception& error) noexcept;

  // One that records nothing and never ends, in a trace of its own: for when there is no memory for another. Thread-safe.
  static task& unrecorded() noexcept;

  // The rest is for with_task_logging and start_task.
  // Null: there is no memory, which is counted.
  static task* make(const task_options& options) noexcept;
  void begin(task_name name, const message_info& message, const received_headers& headers, bool carrier_read,
             const task_options& options) noexcept;
  // The same for several messages that are worked on together. common: what they have in common; add_message follows for each.
  void begin_batch(task_name name, const message_info& common, std::size_t size,
                   const task_options& options) noexcept;
  void add_message(task_name name, const message_info& message, const extracted& headers,
                   const task_options& options) noexcept;
  void add_event(std::string_view event_name, std::initializer_list<attribute> attributes) noexcept {
    span_.add_event(event_name, attributes);
  }
  void finish_batch(std::size_t failed, std::string_view message) noexcept;  // some messages have failed
  bool has_begun() const noexcept { return context_.has_value(); }
  bool wants_metadata() const noexcept;
  void offer_metadata(std::string_view key, std::string_view value) noexcept;  // between begin and announce
  void announce() noexcept;                                                    // the start record leaves
  void
  fail_with_unknown() noexcept;  // inside a catch (...): another type, or a thread that is being cancelled
  void finish() noexcept;        // the span ends, the event leaves; once
  std::int64_t clock_offset() const noexcept { return span_.clock_offset(); }

 private:
  void begin(task_name name, const message_info& message, const extracted& headers,
             const task_options& options) noexcept;
  void export_wait_span(const trace_context& sender, std::string_view queue,
                        const queue_timing& timing) noexcept;

  std::optional<trace_context> context_;
  detached_span span_;
  queue_timing timing_;
  event_block* start_record_ = nullptr;
  event_block* event_block_ = nullptr;  // owned by event; written here before and after the user does
  const applied_task_settings* settings_ = nullptr;
  tracer* tracer_ = nullptr;
  std::string_view name_ = "";  // in memory of the event's block
  unix_nanos started_ = 0;
  steady_nanos steady_start_ = 0;
  std::size_t drawn_waits_ = 0;  // of a batch
  task_outcome outcome_ = task_outcome::ok;
  bool finished_ = false;
};

}  // namespace waybill::inline v0
