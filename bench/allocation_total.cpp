#include "allocation_total.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>

// glibc's own, under the names that stay when a program defines malloc itself.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

constinit std::atomic<std::uint64_t> count{0};
constinit std::atomic<std::uint64_t> bytes{0};

void note(std::size_t size) noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(size, std::memory_order_relaxed);
}

}  // namespace

waybill::bench::allocation_total waybill::bench::allocations_so_far() noexcept {
  return {count.load(std::memory_order_relaxed), bytes.load(std::memory_order_relaxed)};
}

// All threads count, for an exporter's allocations are part of what a span costs. free stays glibc's.
extern "C" {

void* malloc(std::size_t size) {
  note(size);
  return __libc_malloc(size);
}
void* calloc(std::size_t elements, std::size_t size) {
  note(elements * size);
  return __libc_calloc(elements, size);
}
void* realloc(void* memory, std::size_t size) {
  note(size);
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  note(size);
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

}  // extern "C"
