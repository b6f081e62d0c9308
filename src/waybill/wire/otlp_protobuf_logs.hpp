// A log record of an OTLP request in protobuf. Private to this room.
#pragma once

#include <waybill/wire/otlp_protobuf_values.hpp>

namespace waybill::inline v0::otlp_protobuf {

// Adds it to the records of `to`, also when its ids had to be left out.
void read_log(pbf_reader from, record_builder& to, const resource* sender,
              const instrumentation_scope* scope);

}  // namespace waybill::inline v0::otlp_protobuf
