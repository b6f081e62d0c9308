// Finished records together with the memory they are views into: what both seams, span_sink and span_store, take.
//
// A batch is a chain of record_blocks. On the host side a block is one span from the tracer's pool; on the server side it
// is a whole decoded request. Moving a batch moves two pointers; no record is copied on its way.
#pragma once

#include <waybill/record/span_record.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace waybill::inline v0 {

// Memory that owns records. Whoever makes one says how it is given back.
struct record_block {
  record_block* next = nullptr;
  std::span<const span_record> spans;
  std::span<const log_record> logs;
  std::size_t bytes = 0;  // of memory it holds, about: what bounds a queue of batches; 0 where nobody counts
  void (*release)(record_block*) noexcept = nullptr;
};

// Owns its blocks; releases them when destroyed. Not for concurrent use; may move between threads.
class span_batch {
 public:
  span_batch() noexcept = default;
  explicit span_batch(record_block* chain) noexcept
      : first_(chain), last_(chain) {  // takes over a whole chain
    while (last_ != nullptr && last_->next != nullptr) last_ = last_->next;
  }
  span_batch(span_batch&& other) noexcept;
  span_batch& operator=(span_batch&& other) noexcept;
  ~span_batch() {
    if (first_ != nullptr) release_all();
  }

  bool empty() const noexcept { return first_ == nullptr; }
  std::size_t span_count() const noexcept;
  std::size_t log_count() const noexcept;
  std::size_t bytes() const noexcept;

  void append(span_batch&& other) noexcept;  // O(1); other is empty afterwards
  record_block* take_chain() noexcept {      // gives the blocks up
    last_ = nullptr;
    return std::exchange(first_, nullptr);
  }

  template <class Visit>  // Visit(const span_record&)
  void for_each_span(Visit&& visit) const {
    for (const record_block* block = first_; block != nullptr; block = block->next) {
      for (const auto& one : block->spans) visit(one);
    }
  }
  template <class Visit>  // Visit(const log_record&)
  void for_each_log(Visit&& visit) const {
    for (const record_block* block = first_; block != nullptr; block = block->next) {
      for (const auto& one : block->logs) visit(one);
    }
  }

 private:
  void release_all() noexcept;

  record_block* first_ = nullptr;
  record_block* last_ = nullptr;
};

}  // namespace waybill::inline v0
