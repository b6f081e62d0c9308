// Jaeger's JSON: what its query API answers and its page downloads, {"data":[{"traceID","spans","processes"}]}, or one
// such trace by itself, or an array of them. Read as the collector's translator to OTLP reads it.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/wire/decoded_records.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0::jaeger_json {

// Lenient as otlp_json::decode. Ids are 1 to 32 and 1 to 16 hex digits, times whole microseconds. The tags span.kind,
// error, otel.status_code, otel.status_description, otel.scope.name and .version (or otel.library.…) and w3c.tracestate
// become the fields that they stand for; all others stay attributes of their type. A log is an event, named by its field
// event. The first reference CHILD_OF in the trace is the parent, else the first FOLLOWS_FROM; all others are links,
// whose attribute opentracing.ref_type says which they were.
// failure_code::malformed: not this JSON; not_found: the API's own words that there is no such trace; refused: its
// words about something else; too_large: over a limit.
result<decoded_records> decode(std::string body, const decode_limits& limits = {});

// {"data":["one","two"]}: what /api/services answers.
result<std::vector<std::string>> decode_names(std::string body);

// Whether a text is rather this than OTLP: by the first key of its object.
bool looks_like(std::string_view text) noexcept;

}  // namespace waybill::inline v0::jaeger_json
