// How much one record may hold. What is over a limit is dropped and counted in the record itself.
#pragma once

#include <cstddef>

namespace waybill::inline v0 {

// Names and defaults of the OpenTelemetry SDK specification; text is bounded here too, which there it is not.
struct span_limits {
  std::size_t attribute_count = 128;                 // OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT
  std::size_t event_count = 128;                     // OTEL_SPAN_EVENT_COUNT_LIMIT
  std::size_t link_count = 128;                      // OTEL_SPAN_LINK_COUNT_LIMIT
  std::size_t attribute_value_length = 4096;         // OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT; bytes of UTF-8
  std::size_t record_bytes = std::size_t{64} << 10;  // memory of one record in all
};

}  // namespace waybill::inline v0
