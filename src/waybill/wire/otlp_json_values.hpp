// The parts of OTLP in JSON that spans and log records share: text, values, attributes.
//
// Private to this room. Values are simdjson's on-demand ones: each is read once, in the order in which they come. Throw
// simdjson_error and over_memory_limit, which are caught where the decoder was entered.
#pragma once

#include <waybill/wire/json_values.hpp>
#include <waybill/wire/record_builder.hpp>

#include <span>
#include <string_view>

namespace waybill::inline v0::otlp_json {

// Without escapes a view into the body; with them a copy, because the parser's buffer is used again.
std::string_view read_text(json_value& from, record_builder& to);

// An AnyValue. Lists and groups inside each other beyond to.max_depth become absent.
attribute_value read_value(json_value& from, record_builder& to, unsigned depth = 0);

std::span<const attribute> read_attributes(json_value& from, record_builder& to);

}  // namespace waybill::inline v0::otlp_json
