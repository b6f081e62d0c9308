// Reading a message's headers: the low-level twin of extract_trace_context, with everything given and nothing ambient.
#pragma once

#include <waybill/carrier/carrier.hpp>
#include <waybill/propagation/extracted.hpp>
#include <waybill/propagation/propagator.hpp>

namespace waybill::inline v0 {

// One pass over the carrier, or one look-up a header where it can only be looked up. Never fails, never allocates, never
// blocks: what is absent, malformed or contradictory is told in the result. Thread-safe as far as reading the carrier is.
template <carrier_reader C>
[[nodiscard]] extracted extract(const C& carrier, const propagator& formats = default_formats) noexcept {
  received_headers headers{formats.names()};
  const bool read = read_headers(carrier, headers);
  return extracted{headers, formats, read};
}

}  // namespace waybill::inline v0
