// What became of the headers that inject was to write.
#pragma once

#include <waybill/formats/known_headers.hpp>

#include <string_view>

namespace waybill::inline v0 {

// Headers by their slots in known_headers.
struct injection {
  header_set written = {};
  header_set over_budget = {};       // left out because there was no room
  header_set failed = {};            // the carrier would not take it
  bool members_over_budget = false;  // of baggage or tracestate some members were left out
  bool no_span = false;              // nothing was written: the context has no span that could be the parent

  bool wrote(std::string_view header) const noexcept {
    const int slot = known_headers.find(header);
    return slot >= 0 && written.has(slot);
  }
};

}  // namespace waybill::inline v0
