// The one structured event of a task: everything worth knowing about this run, in one record, written once at its end.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/base/light_mutex.hpp>
#include <waybill/record/attribute.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace waybill::inline v0 {

struct event_block;
class redaction;
class tracer;

// Thread-safe. Text is copied, the last value of a key wins, the fields that waybill fills in stay as they are, secrets are redacted by key; what is over the tracer's limits
// is dropped and counted. After the task has ended nothing is taken any more: that is counted, and told on stderr once a
// process.
class wide_event {
 public:
  wide_event() noexcept = default;
  ~wide_event();
  wide_event(const wide_event&) = delete;
  wide_event& operator=(const wide_event&) = delete;

  void set(std::string_view key, const attribute_value& value) noexcept;
  void set(std::initializer_list<attribute> fields) noexcept;

  // Adds to a whole number; a key that is not there yet starts at 0.
  void count(std::string_view key, std::int64_t by = 1) noexcept;

  // Adds the time from here to the timer's destruction to <key>_ms. The event must outlive the timer.
  class [[nodiscard]] timer {
   public:
    timer(wide_event& event, std::string_view key) noexcept
        : event_(event), key_(key), began_(steady_now()) {}
    ~timer() { event_.add_milliseconds(key_, steady_now() - began_); }
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;

   private:
    wide_event& event_;
    std::string_view key_;
    steady_nanos began_;
  };
  timer time(std::string_view key) noexcept { return {*this, key}; }

  // How many sets came after the end of their task, in this process so far.
  static std::uint64_t set_too_late() noexcept;

 private:
  friend class task;
  void open(event_block* block, const redaction* secrets) noexcept;
  event_block* close() noexcept;  // null when there is none, or it was closed before
  void set_reserved(std::string_view key, const attribute_value& value) noexcept;
  void set_locked(std::string_view key, const attribute_value& value) noexcept;
  void add_milliseconds(std::string_view key, std::int64_t nanoseconds) noexcept;
  void refuse() noexcept;

  light_mutex mutex_;
  event_block* block_ = nullptr;
  const redaction* secrets_ = nullptr;
  std::size_t reserved_ = 0;  // the first fields of the block are waybill's
  bool ended_ = false;
};

}  // namespace waybill::inline v0
