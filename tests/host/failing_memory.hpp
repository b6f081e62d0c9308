// Memory that runs out when a test says so: for operator new in the whole program, and for malloc where our own code calls it.
#pragma once

#include <cstddef>

namespace waybill_tests {

enum class shortage { once, from_then_on };

// The n-th allocation from now fails (0 is the next), on whichever thread; those of exempt threads do not count.
void run_out_of_memory(std::size_t after, shortage how) noexcept;
// Ends it. True if an allocation has failed.
bool memory_is_back() noexcept;

// This thread's allocations are the host's own, from here to the end of the block.
class hosts_own_memory {
 public:
  hosts_own_memory() noexcept;
  ~hosts_own_memory();
  hosts_own_memory(const hosts_own_memory&) = delete;
  hosts_own_memory& operator=(const hosts_own_memory&) = delete;

 private:
  bool before_;
};
void exempt_this_thread() noexcept;

}  // namespace waybill_tests
