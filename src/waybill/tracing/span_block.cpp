#include <waybill/tracing/span_block.hpp>

namespace waybill::inline v0 {

span_block* span_block::make(tracer& made_by, const trace_id& trace, const span_id& span,
                             std::string_view name, std::string_view tracestate) noexcept {
  auto* const block = recording_block::make<span_block>(made_by, trace, span);
  if (block == nullptr) return nullptr;
  block->record.name = block->memory.copy(name, 256);
  if (!tracestate.empty()) block->record.tracestate = block->memory.copy(tracestate, 512);
  block->record.resource = &made_by.resource();
  block->record.scope = &made_by.scope();
  return block;
}

std::span<const attribute> span_block::copy_all(std::initializer_list<attribute> from,
                                                std::uint32_t& dropped) noexcept {
  attribute_list copied;
  copied.set(memory, owner->limits(), from);
  dropped = copied.dropped();
  return copied.view();
}

void span_block::add_event(unix_nanos time, std::string_view name,
                           std::initializer_list<attribute> from) noexcept {
  span_event event{.time = time, .name = memory.copy(name, 256)};
  event.attributes = copy_all(from, event.dropped_attributes);
  if (event.name.data() == nullptr || !events.push(memory, event, owner->limits().event_count)) {
    ++record.dropped_events;
  }
}

void span_block::add_link(const span_ids& target, std::string_view tracestate,
                          std::initializer_list<attribute> from) noexcept {
  if (!target.span) {
    ++record.dropped_links;
    return;
  }
  span_link link{.trace = target.trace, .span = *target.span, .tracestate = memory.copy(tracestate, 512)};
  link.attributes = copy_all(from, link.dropped_attributes);
  link.flags = (target.decision == sampling_decision::sampled ? 1U : 0U) | (target.random ? 2U : 0U) |
               0x100U | (target.remote ? 0x200U : 0U);
  if (!links.push(memory, link, owner->limits().link_count)) ++record.dropped_links;
}

void span_block::set_status(status_code code, std::string_view message) noexcept {
  record.status = code;
  record.status_message = memory.copy(message, 1024);
}

void span_block::carry_baggage_of(const trace_context& context) noexcept {
  if (!owner->baggage_in_records() || text_ != nullptr) return;
  text_ = context.shared_text();
  record.baggage = context.baggage();
}

void span_block::finish(unix_nanos end) noexcept {
  if (is_the_parents()) {
    release(this);
    return;
  }
  record.end = end;
  record.attributes = attributes.view();
  record.dropped_attributes = attributes.dropped();
  record.events = {events.data(), events.size()};
  record.links = {links.data(), links.size()};
  spans = {&record, 1};
  owner->submit(this);
}

}  // namespace waybill::inline v0
