// An explained trace as JSON: the documented, stable shape of `waybill show --json`.
#pragma once

#include <waybill/analysis/explained_trace.hpp>
#include <waybill/analysis/trace_summary.hpp>

#include <string>

namespace waybill::inline v0 {

// One object. Times are integers, nanoseconds since 1970; ids are lower-case hex; what is not known is null.
// Members may be added, never renamed or removed.
std::string to_json(const explained_trace& trace);

std::string to_json(const trace_summary& summary);

}  // namespace waybill::inline v0
