// What this process has taken from the allocator so far: malloc and its kin, and with them operator new.
#pragma once

#include <cstdint>

namespace waybill::bench {

struct allocation_total {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;  // as asked for
};
allocation_total allocations_so_far() noexcept;

}  // namespace waybill::bench
