// Makes spans and hands finished ones to a sink. One per process as a rule: waybill::start makes it the default.
#pragma once

#include <waybill/base/rate_cap.hpp>
#include <waybill/record/span_sink.hpp>
#include <waybill/tracing/sampler.hpp>
#include <waybill/tracing/span_limits.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

struct tracer_options {
  std::vector<std::pair<std::string, std::string>> resource =
      {};  // service.name and the like: what this process is
  // Called in a child after a fork, once, before its first record: makes resource the child's. May throw.
  std::function<void(std::vector<std::pair<std::string, std::string>>& resource)> describe_child = {};
  sampler sampling = sampler{1.0};
  // Spans a second that are recorded because a message's sender says so; beyond it they are not sampled. Empty: all.
  std::optional<std::uint32_t> max_forced_sampling = {};
  span_limits limits = {};
  std::size_t records_in_flight =
      4096;                // started or waiting to leave, a kilobyte each at least; more are dropped, counted
  bool wait_spans = true;  // export the time in the queue as a span of its own, for other tools' views
  bool baggage_in_records = false;  // span records have their context's baggage, for Sentry's exporter
  std::unique_ptr<span_sink> sink = {};
};

// Never destroyed once made: a span may end after everything else has, in a static's destructor or on a detached thread.
// Thread-safe.
class tracer {
 public:
  static tracer& make(tracer_options options);

  const waybill::resource& resource() const noexcept {
    return described_.load(std::memory_order_acquire)->as_resource;
  }
  const instrumentation_scope& scope() const noexcept { return scope_; }
  const span_limits& limits() const noexcept { return options_.limits; }
  const sampler& sampling() const noexcept { return options_.sampling; }
  // Whether a span is recorded that a sender in another process wants recorded; counted where not.
  bool allows_forced_sampling() noexcept {
    if (!forced_ || forced_->let_through(steady_now())) return true;
    sampling_capped_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  std::uint64_t sampling_capped() const noexcept { return sampling_capped_.load(std::memory_order_relaxed); }
  // Its ratio as decimal text.
  std::string_view sample_rate() const noexcept { return sample_rate_; }
  bool wait_spans() const noexcept { return options_.wait_spans; }
  bool baggage_in_records() const noexcept { return options_.baggage_in_records; }
  span_sink& sink() const noexcept { return *options_.sink; }

  // Records that found no room or came after close(), and those that the sink has dropped.
  std::uint64_t dropped() const noexcept {
    return dropped_.load(std::memory_order_relaxed) + options_.sink->dropped();
  }

  // From now on nothing new is recorded: spans are counted no-ops, contexts still travel.
  void close() noexcept { closed_.store(true, std::memory_order_release); }
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  // For records: a place under the bound (false: none left, counted), its return, and the way out.
  bool take_place() noexcept;
  void return_place(std::uint32_t generation) noexcept;
  void submit(record_block* finished) noexcept;
  void count_dropped() noexcept { dropped_.fetch_add(1, std::memory_order_relaxed); }

 private:
  explicit tracer(tracer_options options);
  void begin_child(std::uint64_t places_of_parent, std::uint32_t generation) noexcept;

  // Never destroyed: records of before a fork refer to it.
  struct process_description {
    explicit process_description(std::vector<std::pair<std::string, std::string>> resource);
    std::vector<std::pair<std::string, std::string>> text;
    std::vector<attribute> attributes;
    waybill::resource as_resource;
  };

  tracer_options options_;
  process_description of_parent_;
  std::atomic<const process_description*> described_{&of_parent_};
  instrumentation_scope scope_;
  std::string sample_rate_;
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> places_;  // above: the fork generation; below: records in flight in it
  std::atomic<std::uint64_t> dropped_{0};
  std::optional<rate_cap> forced_;
  std::atomic<std::uint64_t> sampling_capped_{0};
};

// What spans use that name no tracer; null before start and after its session ended.
tracer* default_tracer() noexcept;
void set_default_tracer(tracer* made) noexcept;

}  // namespace waybill::inline v0
