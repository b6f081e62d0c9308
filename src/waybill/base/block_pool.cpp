#include <waybill/base/block_pool.hpp>

#include <cstdlib>
#include <new>

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
  give_shared(*this, count);
  while (first != nullptr) {
    idle_block* const next = first->next;
    std::free(first);
    first = next;
  }
  count = 0;
  usable = false;  // destructors of other thread_locals may still release blocks: those go to the allocator
}

template <std::size_t Size, std::size_t SharedLimit>
bool block_pool<Size, SharedLimit>::take_shared(thread_cache& cache) noexcept {
  if (shared_.held.test_and_set(std::memory_order_acquire)) return false;
  for (std::size_t i = 0; i < batch && shared_.first != nullptr; ++i) {
    idle_block* const block = shared_.first;
    shared_.first = block->next;
    --shared_.count;
    block->next = cache.first;
    cache.first = block;
    ++cache.count;
  }
  shared_.held.clear(std::memory_order_release);
  return cache.first != nullptr;
}

template <std::size_t Size, std::size_t SharedLimit>
void block_pool<Size, SharedLimit>::give_shared(thread_cache& cache, std::size_t how_many) noexcept {
  if (how_many == 0 || shared_.held.test_and_set(std::memory_order_acquire)) return;
  for (std::size_t i = 0; i < how_many && cache.first != nullptr && shared_.count < SharedLimit; ++i) {
    idle_block* const block = cache.first;
    cache.first = block->next;
    --cache.count;
    block->next = shared_.first;
    shared_.first = block;
    ++shared_.count;
  }
  shared_.held.clear(std::memory_order_release);
}

template <std::size_t Size, std::size_t SharedLimit>
void* block_pool<Size, SharedLimit>::acquire() noexcept {
  thread_cache& local = cache();
  if (local.usable && (local.first != nullptr || take_shared(local))) {
    idle_block* const block = local.first;
    local.first = block->next;
    --local.count;
    return block;
  }
  return std::malloc(Size);
}

template <std::size_t Size, std::size_t SharedLimit>
void block_pool<Size, SharedLimit>::release(void* block) noexcept {
  thread_cache& local = cache();
  if (local.usable && local.count >= 2 * batch) give_shared(local, batch);
  if (!local.usable || local.count >= 2 * batch) {
    std::free(block);
    return;
  }
  local.first = new (block) idle_block{local.first};
  ++local.count;
}

template class block_pool<1024, 1024>;
template class block_pool<128, 1024>;
template class block_pool<1024, 4096>;

}  // namespace waybill::inline v0
