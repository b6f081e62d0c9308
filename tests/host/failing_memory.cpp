#include "failing_memory.hpp"

#include <atomic>
#include <cstdlib>
#include <limits>
#include <new>
#include <utility>

extern "C" void* __real_malloc(std::size_t size);
extern "C" void* __wrap_malloc(std::size_t size);

namespace waybill_tests {
namespace {

constexpr long never = std::numeric_limits<long>::max();
constinit std::atomic<long> left{never};  // allocations that still succeed
constinit std::atomic<bool> goes_on{false};
constinit std::atomic<bool> failed{false};
constinit thread_local bool exempt = false;

bool is_denied() noexcept {
  if (exempt || left.load(std::memory_order_relaxed) == never) return false;
  const long before = left.fetch_sub(1, std::memory_order_relaxed);
  if (before > 0 || (before < 0 && !goes_on)) return false;
  failed = true;
  return true;
}

void* obtain(std::size_t size) noexcept {
  return is_denied() ? nullptr : __real_malloc(size == 0 ? 1 : size);
}

void* obtain_or_throw(std::size_t size) {
  if (void* const memory = obtain(size)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void run_out_of_memory(std::size_t after, shortage how) noexcept {
  failed = false;
  goes_on = how == shortage::from_then_on;
  left = static_cast<long>(after);
}

bool memory_is_back() noexcept {
  left = never;
  return failed;
}

hosts_own_memory::hosts_own_memory() noexcept : before_(std::exchange(exempt, true)) {}
hosts_own_memory::~hosts_own_memory() {
  exempt = before_;
}
void exempt_this_thread() noexcept {
  exempt = true;
}

}  // namespace waybill_tests

// The linker sends malloc here (--wrap), in what is linked statically: our code, and not the libraries of the system.
extern "C" void* __wrap_malloc(std::size_t size) {
  return waybill_tests::obtain(size);
}

void* operator new(std::size_t size) {
  return waybill_tests::obtain_or_throw(size);
}
void* operator new[](std::size_t size) {
  return waybill_tests::obtain_or_throw(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return waybill_tests::obtain(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
