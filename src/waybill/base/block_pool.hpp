// Memory blocks of one size, recycled: a cache per thread in front of a shared one. Never blocks, never throws.
//
// Blocks may be released on another thread than the one that acquired them (an exporter's, as a rule). They change hands
// in batches, a whole one at a time. The shared list is
// only ever tried, not waited for; when it is held elsewhere the allocator answers instead. So a fork in the middle, or a
// thread killed while it held the list, costs speed and nothing else.
#pragma once

#include <atomic>
#include <cstddef>

namespace waybill::inline v0 {

// Size: bytes a block, at least three pointers. SharedLimit: idle blocks kept for all threads; more go back to the allocator.
template <std::size_t Size, std::size_t SharedLimit>
class block_pool {
 public:
  static constexpr std::size_t block_size = Size;

  // Aligned for any type. Null when there is no memory.
  static void* acquire() noexcept;
  static void release(void* block) noexcept;

 private:
  struct idle_block {
    idle_block* next;        // in its batch
    idle_block* next_batch;  // of the first block alone: in the shared list
    std::size_t count;       // of the first block alone: how many the batch has
  };
  static_assert(Size >= sizeof(idle_block));
  static constexpr std::size_t batch_size = 16;

  // Destroyed with its thread: what it still holds goes to the shared list, so that the next thread adopts it.
  struct thread_cache {
    idle_block* first = nullptr;  // blocks are taken from here, and put here
    std::size_t count = 0;
    idle_block* full = nullptr;     // one batch more, or none
    std::size_t most = batch_size;  // in the first list; 0 once the thread has ended
    constexpr thread_cache() noexcept = default;
    ~thread_cache();
  };

  struct shared_list {
    std::atomic_flag held;
    idle_block* first = nullptr;
    std::size_t count = 0;  // of blocks
  };

  static idle_block* take_shared() noexcept;  // a batch, or null
  static void give_shared(idle_block* batch, std::size_t count) noexcept;
  static void* acquire_elsewhere(thread_cache& cache) noexcept;
  static bool make_room(thread_cache& cache) noexcept;

  static thread_cache& cache() noexcept;
  static shared_list shared_;
};

using context_blocks = block_pool<1024, 1024>;  // a trace's text, when it becomes current or is captured
using node_blocks = block_pool<128, 1024>;      // one per active span
using record_blocks = block_pool<1024, 4096>;   // one per span that is recorded

extern template class block_pool<1024, 1024>;
extern template class block_pool<128, 1024>;
extern template class block_pool<1024, 4096>;

}  // namespace waybill::inline v0
