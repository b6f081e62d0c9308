// What a header of the formats that are not on by default says: a sender, or only part of one. And what these have in common.
#pragma once

#include <waybill/context/span_ids.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

class received_headers;
struct received_context;

// Without a span nobody can be the parent, but a decision can be kept to ("b3: 0"), and a trace be begun ("Root=…" alone, as
// load balancers of AWS write it).
struct partial_sender {
  std::optional<trace_id> trace = {};
  std::optional<span_id> span = {};
  sampling_decision decision = sampling_decision::deferred;
  bool debug = false;

  friend bool operator==(const partial_sender&, const partial_sender&) = default;
  bool says_nothing() const noexcept {
    return !trace && !span && decision == sampling_decision::deferred && !debug;
  }
};

// Whole ones are senders of that format; of the others, the first counts where nobody names a sender.
void note_sender(const partial_sender& said, std::size_t format, received_context& received) noexcept;

// The value of a header without white space around it. Empty when it is absent, and, which is noted, when it is there with
// different values.
std::optional<std::string_view> only_value(const received_headers& headers, int slot,
                                           received_context& received) noexcept;

// Up to 2 * Size digits in any case; missing ones are zeros on the left. Empty when there are none, or all are zero.
template <std::size_t Size>
std::optional<random_id<Size>> read_padded_id(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > 2 * Size) return std::nullopt;
  char padded[2 * Size];
  const std::size_t missing = sizeof padded - digits.size();
  for (std::size_t i = 0; i < missing; ++i) padded[i] = '0';
  digits.copy(padded + missing, digits.size());
  return random_id<Size>::from_hex({padded, sizeof padded}, hex_case::any);
}

}  // namespace waybill::inline v0
