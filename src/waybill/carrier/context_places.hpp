// Where each queue and each tracing SDK keeps its context in a message, and under which other names: one table for readers.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// Before the text in a pickle that a system is known by, in place of members.
inline constexpr std::string_view pickled_by = "#";

// A system's message, as far as a tool can get hold of it as JSON: what it is known by, and where headers lie in it.
struct context_place {
  std::string_view system;
  std::string_view known_by;  // members that are all there; "a.b" lies in a, "0" is the first of a list
  std::string_view
      place;  // where headers lie, in the same words; "*" is every member, empty the message itself
  std::string_view written_by;
};

// Messages that more is known of come first.
std::span<const context_place> context_places() noexcept;

// The header that a key of a message stands for, in lower case: "googclient_traceparent", "ce_traceparent", "Diagnostic-Id",
// "sentry__dash__trace" and "sentry_trace_parent_data" are other names for headers that are known. Else the key.
std::string header_of_key(std::string_view key);

}  // namespace waybill::inline v0
