// The block of one log record that is being written: a task's start, or its wide event.
#pragma once

#include <waybill/tracing/recording_block.hpp>

namespace waybill::inline v0 {

struct event_block : recording_block {
  explicit event_block(tracer& made_by) noexcept
      : recording_block(made_by, sizeof(event_block)), limits(made_by.limits()) {
    limits.attribute_count += 32;  // room for the reserved fields, whatever the user has set
  }

  // Null when there is no place or no memory; that is counted. ids: empty outside any trace.
  static event_block* make(tracer& made_by, std::string_view event_name,
                           const std::optional<span_ids>& ids) noexcept;

  void set(std::string_view key, const attribute_value& value) noexcept;

  // Gives the block to the tracer's sink, once.
  void finish(unix_nanos when, std::int32_t severity, std::string_view body) noexcept;

  // Gives the block back without a record.
  void release_unused() noexcept { release(this); }

  span_limits limits;
  log_record record;
};

}  // namespace waybill::inline v0
