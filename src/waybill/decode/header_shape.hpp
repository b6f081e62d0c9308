// Which header a value without a name is, by what it looks like.
#pragma once

#include <string_view>

namespace waybill::inline v0::decode {

// The header that value has the shape of, right or wrong; empty when it has none.
std::string_view header_by_shape(std::string_view value);

// The first value in text that can be nothing else than a traceparent or a sentry-trace, whatever stands around it; empty when
// there is none.
struct named_value {
  std::string_view name;
  std::string_view value;
};
named_value find_trace_value(std::string_view text);

}  // namespace waybill::inline v0::decode
