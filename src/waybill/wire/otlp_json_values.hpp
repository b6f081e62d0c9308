// The parts of OTLP in JSON that spans and log records share: values and attributes.
//
// Private to this room. Values are simdjson's on-demand ones: each is read once, in the order in which they come. Throw
// simdjson_error and over_memory_limit, which are caught where the decoder was entered.
#pragma once

#include <waybill/wire/json_text.hpp>

#include <span>
#include <string_view>

namespace waybill::inline v0::otlp_json {

// An AnyValue. Lists and groups inside each other beyond to.max_depth become absent.
attribute_value read_value(json_value& from, record_builder& to, unsigned depth = 0);

std::span<const attribute> read_attributes(json_value& from, record_builder& to);

}  // namespace waybill::inline v0::otlp_json
