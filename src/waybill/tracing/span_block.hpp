// The block of one span that is being recorded: becomes a span_record in place when it ends, without a copy.
#pragma once

#include <waybill/context/trace_context.hpp>
#include <waybill/tracing/recording_block.hpp>

#include <cstdint>

namespace waybill::inline v0 {

struct span_block : recording_block {
  span_block(tracer& made_by, const trace_id& trace, const span_id& span) noexcept
      : recording_block(made_by, sizeof(span_block)), record{.trace = trace, .span = span} {}

  ~span_block() {
    if (text_ != nullptr) text_->release();
  }
  span_block(const span_block&) = delete;
  span_block& operator=(const span_block&) = delete;

  // The rest of the record is the caller's to fill in. Null when there is no place or no memory; that is counted.
  static span_block* make(tracer& made_by, const trace_id& trace, const span_id& span, std::string_view name,
                          std::string_view tracestate = {}) noexcept;

  void add_event(unix_nanos time, std::string_view name,
                 std::initializer_list<attribute> attributes) noexcept;
  void add_link(const span_ids& target, std::string_view tracestate,
                std::initializer_list<attribute> attributes) noexcept;
  void set_status(status_code code, std::string_view message) noexcept;
  // Puts the context's baggage into the record, without a copy, if the tracer wants that.
  void carry_baggage_of(const trace_context& context) noexcept;

  // Gives the block to the tracer's sink. A block that was open when the process forked is the parent's to export.
  void finish(unix_nanos end) noexcept;

  steady_nanos steady_start = 0;
  span_record record;
  bounded_array<span_event> events;
  bounded_array<span_link> links;

 private:
  context_text* text_ = nullptr;  // what the record's baggage is a view into

  std::span<const attribute> copy_all(std::initializer_list<attribute> from, std::uint32_t& dropped) noexcept;
};

}  // namespace waybill::inline v0
