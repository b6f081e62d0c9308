// A span of an OTLP request in protobuf. Private to this room.
#pragma once

#include <waybill/wire/otlp_protobuf_values.hpp>

namespace waybill::inline v0::otlp_protobuf {

// Adds it to the records of `to`, or counts it there as rejected.
void read_span(pbf_reader from, record_builder& to, const resource* sender,
               const instrumentation_scope* scope);

}  // namespace waybill::inline v0::otlp_protobuf
