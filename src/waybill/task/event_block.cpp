#include <waybill/task/event_block.hpp>

#include <waybill/base/block_pool.hpp>
#include <waybill/base/random.hpp>

#include <new>

namespace waybill::inline v0 {

event_block::event_block(tracer& made_by, std::size_t own_size) noexcept
    : owner(&made_by),
      generation(fork_generation()),
      limits(made_by.limits()),
      memory(reinterpret_cast<char*>(this) + own_size, record_blocks::block_size - own_size,
             made_by.limits().record_bytes) {
  limits.attribute_count += 32;  // room for the reserved fields, whatever the user has set
}

event_block* event_block::make(tracer& owner, std::string_view event_name,
                               const std::optional<span_ids>& ids) noexcept {
  if (!owner.take_place()) return nullptr;
  void* const raw = record_blocks::acquire();
  if (raw == nullptr) {
    owner.return_place(fork_generation());
    owner.count_dropped();
    return nullptr;
  }
  static_assert(sizeof(event_block) <= record_blocks::block_size / 2);
  auto* const block = new (raw) event_block(owner, sizeof(event_block));
  block->record.event_name = event_name;
  if (ids) {
    block->record.trace = ids->trace;
    block->record.span = ids->span;
    block->record.flags = ids->decision == sampling_decision::sampled ? 1 : 0;
  }
  block->record.resource = &owner.resource();
  block->record.scope = &owner.scope();
  block->release = [](record_block* base) noexcept {
    auto* const self = static_cast<event_block*>(base);
    tracer* const made_by = self->owner;
    const std::uint32_t made_in = self->generation;
    self->~event_block();
    record_blocks::release(self);
    made_by->return_place(made_in);
  };
  return block;
}

void event_block::set(std::string_view key, const attribute_value& value) noexcept {
  attributes.set(memory, limits, key, value);
}

void event_block::finish(unix_nanos when, std::int32_t severity, std::string_view body) noexcept {
  if (generation != fork_generation()) {
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
