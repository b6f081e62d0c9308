// A span of OTLP in JSON. Private to this room.
#pragma once

#include <waybill/wire/otlp_json_values.hpp>

namespace waybill::inline v0::otlp_json {

// Adds it to the records of `to`, or counts it there as rejected.
void read_span(json_value& from, record_builder& to, const resource* sender,
               const instrumentation_scope* scope);

}  // namespace waybill::inline v0::otlp_json
