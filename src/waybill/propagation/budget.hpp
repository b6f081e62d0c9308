// How much room a carrier has left for all of our headers together, and what goes first when that is too little.
#pragma once

#include <cstdint>

namespace waybill::inline v0 {

// Some queues discard a message with too many attributes: theirs and ours count together, so the adapter says what is left.
struct carrier_budget {
  static constexpr std::uint32_t unlimited = UINT32_MAX;

  std::uint32_t headers = unlimited;
  std::uint32_t bytes = unlimited;  // of names and values
  // The queue stamps every message itself, so that our stamp is the least of a loss.
  bool queue_stamps = false;
};

}  // namespace waybill::inline v0
