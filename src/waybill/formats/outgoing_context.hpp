// What the formats write from: one span, its text, and the message's stamp.
#pragma once

#include <waybill/context/span_ids.hpp>
#include <waybill/formats/message_stamp.hpp>

#include <string_view>

namespace waybill::inline v0 {

struct outgoing_context {
  const span_ids& ids;  // with a span
  std::string_view tracestate = {};
  std::string_view baggage = {};
  message_stamp stamp = {};
};

}  // namespace waybill::inline v0
