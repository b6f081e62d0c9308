// The one line that says where the time of a trace went.
#pragma once

#include <waybill/analysis/explained_trace.hpp>

#include <string>

namespace waybill::inline v0 {

// Reads everything but the verdict of the trace. Its figures add up to the duration, each rounded to the same
// step. `38.7 s: 30.2 s (78 %) queued on "deployment", behind report:monthly on worker-2; 8.5 s (22 %) work.`
std::string write_verdict(const explained_trace& trace);

}  // namespace waybill::inline v0
