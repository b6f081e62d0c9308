// A trace context in the words that the tests compare with what other SDKs say of it.
#pragma once

#include <waybill/base/json_writer.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/span_ids.hpp>

#include <string>
#include <string_view>

namespace peers {

inline void tell_ids(waybill::json_writer& json, const waybill::span_ids& ids) {
  json.key("trace_id").text(ids.trace.to_hex());
  json.key("span_id").text(ids.span ? ids.span->to_hex() : std::string{});
  json.key("sampled");
  if (ids.decision == waybill::sampling_decision::deferred) {
    json.null();
  } else {
    json.boolean(ids.decision == waybill::sampling_decision::sampled);
  }
}

// Decoded, as an object.
inline void write_baggage(waybill::json_writer& json, std::string_view text) {
  json.begin_object();
  for (waybill::baggage_members members{text}; members.next();) {
    if (members.valid()) json.key(members.key()).text(*waybill::baggage_value(text, members.key()));
  }
  json.end_object();
}

inline void tell_baggage(waybill::json_writer& json, std::string_view text) {
  json.key("baggage");
  write_baggage(json, text);
}

}  // namespace peers
