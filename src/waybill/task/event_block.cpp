#include <waybill/task/event_block.hpp>

namespace waybill::inline v0 {

event_block* event_block::make(tracer& made_by, std::string_view event_name,
                               const std::optional<span_ids>& ids) noexcept {
  auto* const block = recording_block::make<event_block>(made_by);
  if (block == nullptr) return nullptr;
  block->record.event_name = event_name;
  if (ids) {
    block->record.trace = ids->trace;
    block->record.span = ids->span;
    block->record.flags = ids->decision == sampling_decision::sampled ? 1 : 0;
  }
  block->record.resource = &made_by.resource();
  block->record.scope = &made_by.scope();
  return block;
}

void event_block::set(std::string_view key, const attribute_value& value) noexcept {
  attributes.set(memory, limits, key, value);
}

void event_block::finish(unix_nanos when, std::int32_t severity, std::string_view body) noexcept {
  if (is_the_parents()) {
    release(this);
    return;
  }
  record.time = when;
  record.observed = when;
  record.severity = severity;
  record.severity_text = severity >= 17 ? "ERROR" : severity >= 13 ? "WARN" : "INFO";
  if (const auto text = memory.copy(body, 512); text.data() != nullptr) record.body = text;
  record.attributes = attributes.view();
  record.dropped_attributes = attributes.dropped();
  logs = {&record, 1};
  owner->submit(this);
}

}  // namespace waybill::inline v0
