// What a span is to the others: whose side of a call or of a queue it stands on.
#pragma once

#include <cstdint>

namespace waybill::inline v0 {

enum class span_kind : std::uint8_t {  // OTLP's numbers
  unspecified,
  internal,
  server,
  client,
  producer,
  consumer
};

}  // namespace waybill::inline v0
