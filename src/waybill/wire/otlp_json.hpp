// OTLP as JSON, both ways (opentelemetry-proto, "JSON Protobuf Encoding"): ids are hex, 64-bit integers are
// text.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/wire/decoded_records.hpp>
#include <waybill/wire/export_answer.hpp>

#include <string>
#include <string_view>

namespace waybill::inline v0::otlp_json {

// Reads one object, an array of them, or many that each begin on a line of their own (JSON lines). Each may hold
// resourceSpans, resourceLogs or both, also inside what the query APIs of Jaeger (v3) and Tempo put around them. Lenient where
// others differ: ids in any case or in base64, enums by name, integers as numbers or text, null or a wrong type where a value
// is missing, unknown keys, the names that spans had before OTLP 1.0 (batches, instrumentationLibrarySpans). Spans without a valid id are left out and counted. Text
// without escapes is a view into the body. failure_code::malformed: not JSON, nothing was kept; too_large:
// over a limit.
result<decoded_records> decode(std::string body, const decode_limits& limits = {});

// Appends {"resourceSpans":[…],"resourceLogs":[…]}, on one line.
void encode(const span_batch& batch, std::string& out);

// Export*ServiceResponse and google.rpc.Status.
std::string encode_export_answer(otlp_signal signal, const export_answer& answer);
std::string encode_error(rpc_code code, std::string_view message);

}  // namespace waybill::inline v0::otlp_json
