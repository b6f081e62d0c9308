#include <waybill/tracing/overflow_memory.hpp>

#include <waybill/base/random.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace waybill::inline v0::overflow_memory {
namespace {

struct alignas(std::max_align_t) header {
  std::uint32_t size;
  std::uint32_t generation;  // of the fork in which it was counted
};

// Above: the fork generation; below: the bytes taken in it. What a parent had waiting is never given back in its child, so
// a child counts from nothing.
constinit std::atomic<std::uint64_t> taken{0};

std::uint32_t bytes_of(std::uint64_t counted) noexcept {
  return static_cast<std::uint32_t>(counted);
}
std::uint64_t nothing_in(std::uint32_t generation) noexcept {
  return std::uint64_t{generation} << 32;
}

}  // namespace

void* acquire(std::size_t size) noexcept {
  const std::size_t whole = size + sizeof(header);
  const std::uint32_t generation = fork_generation();
  std::uint64_t before = taken.load(std::memory_order_relaxed);
  std::uint64_t after = 0;
  do {
    const std::uint64_t now = before >> 32 == generation ? before : nothing_in(generation);
    if (whole > most_bytes - bytes_of(now)) return nullptr;
    after = now + whole;
  } while (!taken.compare_exchange_weak(before, after, std::memory_order_relaxed));
  void* const memory = std::malloc(whole);
  if (memory == nullptr) {
    taken.fetch_sub(whole, std::memory_order_relaxed);
    return nullptr;
  }
  return new (memory) header{static_cast<std::uint32_t>(whole), generation} + 1;
}

void release(void* memory) noexcept {
  auto* const begin = static_cast<header*>(memory) - 1;
  if (begin->generation == taken.load(std::memory_order_relaxed) >> 32)
    taken.fetch_sub(begin->size, std::memory_order_relaxed);
  std::free(begin);
}

std::size_t in_use() noexcept {
  const std::uint64_t counted = taken.load(std::memory_order_relaxed);
  return counted >> 32 == fork_generation() ? bytes_of(counted) : 0;
}

}  // namespace waybill::inline v0::overflow_memory
