// Whether a trace of Sentry's is continued: not into another organisation, whose data it would mix with ours.
#pragma once

#include <waybill/propagation/extracted.hpp>

#include <string_view>

namespace waybill::inline v0 {

// Organisations that are known and differ: never. One is known and the other not: unless strict (Sentry, trace propagation,
// "strictTraceContinuation"). An empty id is none.
constexpr bool continues_sentry_trace(std::string_view theirs, std::string_view ours, bool strict) noexcept {
  if (theirs.empty() || ours.empty()) return !strict || theirs.empty() == ours.empty();
  return theirs == ours;
}

// Refuses what came from one of Sentry's SDKs of another organisation; a trace of its own then begins.
inline void hold_to_organisation(extracted& headers, std::string_view ours, bool strict) noexcept {
  if (headers.from_sentry() && !continues_sentry_trace(headers.sentry_org_id(), ours, strict))
    headers.refuse(rejection::sentry_org_elsewhere);
}

}  // namespace waybill::inline v0
