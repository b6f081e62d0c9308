// How far the trace headers of one source are believed. Whoever can put a message into a queue can put headers into it.
#pragma once

#include <waybill/propagation/relation.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

enum class trust : std::uint8_t {
  follow,  // "continue" in configuration, which C++ keeps for itself
  link,    // a link to the sender at most
  ignore,  // as if there had been no headers
};

// From configuration: continue, link or ignore.
std::optional<trust> trust_from_name(std::string_view name) noexcept;

// The relation that is left of the wanted one.
constexpr relation within_trust(relation wanted, trust level) noexcept {
  if (level == trust::ignore) return relation::fresh;
  return level == trust::link && wanted == relation::parent ? relation::link : wanted;
}

}  // namespace waybill::inline v0
