// The block of one log record that is being written: a task's start, or its wide event.
#pragma once

#include <waybill/record/span_batch.hpp>
#include <waybill/tracing/attribute_list.hpp>
#include <waybill/tracing/tracer.hpp>

namespace waybill::inline v0 {

struct event_block : record_block {
  // Null when there is no place or no memory; that is counted. ids: empty outside any trace.
  static event_block* make(tracer& owner, std::string_view event_name,
                           const std::optional<span_ids>& ids) noexcept;

  void set(std::string_view key, const attribute_value& value) noexcept;

  // Gives the block to the tracer's sink, once.
  void finish(unix_nanos when, std::int32_t severity, std::string_view body) noexcept;

  // Gives the block back without a record.
  void release_unused() noexcept { release(this); }

  tracer* owner;
  std::uint32_t generation;
  span_limits limits;
  log_record record;
  bounded_memory memory;
  attribute_list attributes;

 private:
  event_block(tracer& made_by, std::size_t own_size) noexcept;
};

}  // namespace waybill::inline v0
