// Field numbers of OTLP's protobuf messages (opentelemetry-proto 1.x), shared by encoder and decoder.
#pragma once

#include <cstdint>

namespace waybill::inline v0::otlp_fields {

using field = std::uint32_t;

namespace request {  // ExportTraceServiceRequest, ExportLogsServiceRequest: resource_spans or resource_logs
inline constexpr field resources = 1;
}
namespace resource_records {  // ResourceSpans, ResourceLogs: the same numbers
inline constexpr field resource = 1, scopes = 2, schema_url = 3;
}
namespace scope_records {  // ScopeSpans, ScopeLogs
inline constexpr field scope = 1, records = 2, schema_url = 3;
}
namespace resource {
inline constexpr field attributes = 1, dropped_attributes = 2, entity_refs = 3;
}
namespace entity_ref {
inline constexpr field schema_url = 1, type = 2, id_keys = 3, description_keys = 4;
}
namespace scope {
inline constexpr field name = 1, version = 2, attributes = 3, dropped_attributes = 4;
}
namespace span {
inline constexpr field trace_id = 1, span_id = 2, trace_state = 3, parent_span_id = 4, name = 5, kind = 6,
                       start = 7, end = 8, attributes = 9, dropped_attributes = 10, events = 11,
                       dropped_events = 12, links = 13, dropped_links = 14, status = 15, flags = 16;
}
namespace event {
inline constexpr field time = 1, name = 2, attributes = 3, dropped_attributes = 4;
}
namespace link {
inline constexpr field trace_id = 1, span_id = 2, trace_state = 3, attributes = 4, dropped_attributes = 5,
                       flags = 6;
}
namespace status {
inline constexpr field message = 2, code = 3;
}
namespace log {
inline constexpr field time = 1, severity_number = 2, severity_text = 3, body = 5, attributes = 6,
                       dropped_attributes = 7, flags = 8, trace_id = 9, span_id = 10, observed_time = 11,
                       event_name = 12;
}
namespace key_value {
inline constexpr field key = 1, value = 2;
}
namespace any_value {
inline constexpr field string = 1, boolean = 2, integer = 3, number = 4, array = 5, group = 6, bytes = 7;
}
namespace values {  // ArrayValue, KeyValueList
inline constexpr field values = 1;
}
namespace response {  // Export*ServiceResponse and its partial_success
inline constexpr field partial_success = 1, rejected = 1, error_message = 2;
}
namespace rpc_status {  // google.rpc.Status, the body of an error
inline constexpr field code = 1, message = 2, details = 3;
inline constexpr field type_url = 1, value = 2;  // of a detail: google.protobuf.Any
inline constexpr field retry_delay = 1;          // google.rpc.RetryInfo
inline constexpr field seconds = 1;              // google.protobuf.Duration
}  // namespace rpc_status

}  // namespace waybill::inline v0::otlp_fields
