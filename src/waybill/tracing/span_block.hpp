// The block of one span that is being recorded: becomes a span_record in place when it ends, without a copy.
#pragma once

#include <waybill/record/span_batch.hpp>
#include <waybill/tracing/attribute_list.hpp>
#include <waybill/tracing/tracer.hpp>

#include <cstdint>

namespace waybill::inline v0 {

struct span_block : record_block {
  // Null when there is no place or no memory; that is counted.
  static span_block* make(tracer& owner, const span_record& begun, std::string_view name) noexcept;

  void add_event(unix_nanos time, std::string_view name,
                 std::initializer_list<attribute> attributes) noexcept;
  void add_link(const span_ids& target, std::string_view tracestate,
                std::initializer_list<attribute> attributes) noexcept;
  void set_status(status_code code, std::string_view message) noexcept;

  // Gives the block to the tracer's sink. A block that was open when the process forked is the parent's to export.
  void finish(unix_nanos end) noexcept;

  tracer* owner;
  std::uint32_t generation;
  steady_nanos steady_start = 0;
  span_record record;
  bounded_memory memory;
  attribute_list attributes;
  bounded_array<span_event> events;
  bounded_array<span_link> links;

 private:
  span_block(tracer& made_by, const span_record& begun, std::size_t own_size) noexcept;
  std::span<const attribute> copy_all(std::initializer_list<attribute> from, std::uint32_t& dropped) noexcept;
};

}  // namespace waybill::inline v0
