// For the program whose instructions are counted: counting allocations takes some of its own.
#include "allocation_total.hpp"

waybill::bench::allocation_total waybill::bench::allocations_so_far() noexcept {
  return {};
}
