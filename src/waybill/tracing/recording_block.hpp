// What spans and events that are still open have in common: a place under the tracer's bound, a pooled kilobyte, attributes.
#pragma once

#include <waybill/base/block_pool.hpp>
#include <waybill/base/random.hpp>
#include <waybill/record/span_batch.hpp>
#include <waybill/tracing/attribute_list.hpp>
#include <waybill/tracing/tracer.hpp>

#include <cstdint>
#include <new>

namespace waybill::inline v0 {

// The record is made in place and leaves in place. What is behind the block's own members in its kilobyte is its memory.
struct recording_block : record_block {
  tracer* owner;
  std::uint32_t generation;  // of the fork it was begun in
  bounded_memory memory;
  attribute_list attributes;

  // A block that was open when the process forked is the parent's to export.
  bool is_the_parents() const noexcept { return generation != fork_generation(); }

  // Null when there is no place or no memory; that is counted.
  template <class Block, class... Begun>
  static Block* make(tracer& made_by, const Begun&... begun) noexcept {
    static_assert(sizeof(Block) <= record_blocks::block_size / 2,
                  "half of the block is for attributes and text");
    if (!made_by.take_place()) return nullptr;
    void* const raw = record_blocks::acquire();
    if (raw == nullptr) {
      made_by.return_place(fork_generation());
      made_by.count_dropped();
      return nullptr;
    }
    auto* const block = new (raw) Block(made_by, begun...);
    block->release = [](record_block* base) noexcept {
      auto* const self = static_cast<Block*>(base);
      tracer* const place_of = self->owner;
      const std::uint32_t begun_in = self->generation;
      self->~Block();
      record_blocks::release(self);
      place_of->return_place(begun_in);
    };
    return block;
  }

 protected:
  recording_block(tracer& made_by, std::size_t own_size) noexcept
      : owner(&made_by),
        generation(fork_generation()),
        memory(reinterpret_cast<char*>(this) + own_size, record_blocks::block_size - own_size,
               made_by.limits().record_bytes),
        attributes(memory, made_by.limits()) {}
};

}  // namespace waybill::inline v0
