#include <waybill/base/block_pool.hpp>

#include <cstdlib>
#include <new>
#include <utility>

namespace waybill::inline v0 {

template <std::size_t Size, std::size_t SharedLimit>
constinit typename block_pool<Size, SharedLimit>::shared_list block_pool<Size, SharedLimit>::shared_{};

template <std::size_t Size, std::size_t SharedLimit>
typename block_pool<Size, SharedLimit>::thread_cache& block_pool<Size, SharedLimit>::cache() noexcept {
  static constinit thread_local thread_cache local;
  return local;
}

template <std::size_t Size, std::size_t SharedLimit>
block_pool<Size, SharedLimit>::thread_cache::~thread_cache() {
  give_shared(std::exchange(first, nullptr), std::exchange(count, 0));
  give_shared(std::exchange(full, nullptr), batch_size);
  most = 0;  // destructors of other thread_locals may still release blocks: those go to the allocator
}

template <std::size_t Size, std::size_t SharedLimit>
typename block_pool<Size, SharedLimit>::idle_block* block_pool<Size, SharedLimit>::take_shared() noexcept {
  if (shared_.held.test_and_set(std::memory_order_acquire)) return nullptr;
  idle_block* const batch = shared_.first;
  if (batch != nullptr) {
    shared_.first = batch->next_batch;
    shared_.count -= batch->count;
  }
  shared_.held.clear(std::memory_order_release);
  return batch;
}

template <std::size_t Size, std::size_t SharedLimit>
void block_pool<Size, SharedLimit>::give_shared(idle_block* batch, std::size_t count) noexcept {
  if (batch == nullptr) return;
  if (!shared_.held.test_and_set(std::memory_order_acquire)) {
    const bool room = shared_.count + count <= SharedLimit;
    if (room) {
      batch->count = count;
      batch->next_batch = shared_.first;
      shared_.first = batch;
      shared_.count += count;
    }
    shared_.held.clear(std::memory_order_release);
    if (room) return;
  }
  while (batch != nullptr) std::free(std::exchange(batch, batch->next));
}

template <std::size_t Size, std::size_t SharedLimit>
void* block_pool<Size, SharedLimit>::acquire_elsewhere(thread_cache& cache) noexcept {
  if (cache.most == 0) return std::malloc(Size);
  idle_block* block = std::exchange(cache.full, nullptr);
  if (block != nullptr) {
    cache.count = batch_size;
  } else {
    block = take_shared();
    if (block == nullptr) return std::malloc(Size);
    cache.count = block->count;
  }
  cache.first = block->next;
  --cache.count;
  return block;
}

// Puts a full list aside. False when nothing may be kept on this thread any more.
template <std::size_t Size, std::size_t SharedLimit>
bool block_pool<Size, SharedLimit>::make_room(thread_cache& cache) noexcept {
  if (cache.most == 0) return false;
  give_shared(cache.full, batch_size);
  cache.full = std::exchange(cache.first, nullptr);
  cache.count = 0;
  return true;
}

template <std::size_t Size, std::size_t SharedLimit>
void* block_pool<Size, SharedLimit>::acquire() noexcept {
  thread_cache& local = cache();
  idle_block* const block = local.first;
  if (block == nullptr) [[unlikely]]
    return acquire_elsewhere(local);
  local.first = block->next;
  --local.count;
  return block;
}

template <std::size_t Size, std::size_t SharedLimit>
void block_pool<Size, SharedLimit>::release(void* block) noexcept {
  thread_cache& local = cache();
  if (local.count == local.most && !make_room(local)) [[unlikely]] {
    std::free(block);
    return;
  }
  auto* const idle = new (block) idle_block;
  idle->next = local.first;
  local.first = idle;
  ++local.count;
}

template class block_pool<1024, 1024>;
template class block_pool<128, 1024>;
template class block_pool<1024, 4096>;

}  // namespace waybill::inline v0
