// OTLP as protobuf, both ways: export requests of spans and of log records, and the answers to them.
//
// Decoding copies nothing: records are views into the body, which the batch owns. Text that is not UTF-8 is
// the exception; a copy with U+FFFD stands for it. Unknown fields and known fields of a wrong type are
// skipped, as protobuf asks.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/wire/decoded_records.hpp>
#include <waybill/wire/export_answer.hpp>

#include <string>
#include <string_view>

namespace waybill::inline v0::otlp_protobuf {

// ExportTraceServiceRequest (the same bytes as TracesData). A span without a valid trace and span id is left
// out and counted. failure_code::malformed: not protobuf, nothing was kept; too_large: over a limit.
result<decoded_records> decode_traces(std::string body, const decode_limits& limits = {});

// ExportLogsServiceRequest. Ids are optional here; an invalid one is dropped, the record stays.
result<decoded_records> decode_logs(std::string body, const decode_limits& limits = {});

// Append an export request of the batch's spans, or of its log records. Sizes first, then one forward write:
// no allocation a record. May throw std::bad_alloc, like any growing string.
void encode_traces(const span_batch& batch, std::string& out);
void encode_logs(const span_batch& batch, std::string& out);

// Export*ServiceResponse: one message for all signals on the wire. failure_code::malformed when it is not
// one.
std::string encode_export_answer(const export_answer& answer);
result<export_answer> decode_export_answer(std::string_view body);

// google.rpc.Status, the body of every HTTP error of OTLP. With seconds: with a google.rpc.RetryInfo among its details,
// which is how gRPC says Retry-After.
std::string encode_error(rpc_code code, std::string_view message, unsigned retry_after_seconds = 0);

}  // namespace waybill::inline v0::otlp_protobuf
