// One record as one flat line of JSON, for eyes and log tools: jq, a file tailer, whatever reads "one object
// a line".
//
// {"time":"2026-08-01T12:00:38.412345Z","event":"waybill.task","task":"deployment/deploy",…,"service":"worker","trace_id":…}
// Attributes stand at the top level under their own keys, groups as objects. time, event, span, service, host and the ids
// are always ours (an attribute of that name becomes "attributes.time"); of severity, message and the like the attribute
// is preferred.
#pragma once

#include <waybill/record/span_record.hpp>

#include <string>

namespace waybill::inline v0::event_json {

// Append the line and its end. May throw std::bad_alloc, like any growing string.
void encode(const log_record& log, std::string& out);
void encode(const span_record& span, std::string& out);

}  // namespace waybill::inline v0::event_json
