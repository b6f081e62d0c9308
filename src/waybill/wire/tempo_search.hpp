// What Tempo's /api/search answers: {"traces":[{"traceID":"2f3e…","startTimeUnixNano":"…"}]}.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/context/trace_id.hpp>

#include <string>
#include <vector>

namespace waybill::inline v0 {

// The newest first. Ids may lack the zeros on the left. failure_code::malformed: not this JSON.
result<std::vector<trace_id>> decode_tempo_search(std::string body);

}  // namespace waybill::inline v0
