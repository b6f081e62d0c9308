// The parts of OTLP in JSON that spans and log records share: values and attributes.
//
// Private to this room. Values are simdjson's on-demand ones: each is read once, in the order in which they come. Throw
// simdjson_error and over_memory_limit, which are caught where the decoder was entered.
#pragma once

#include <waybill/wire/json_text.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0::otlp_json {

// An AnyValue. Lists and groups inside each other beyond to.max_depth become absent.
attribute_value read_value(json_value& from, record_builder& to, unsigned depth = 0);

std::span<const attribute> read_attributes(json_value& from, record_builder& to);

// Ids are hex (OTLP) or padded base64, which is what protobuf's own JSON makes of them, and so Tempo.
std::optional<trace_id> read_trace_id(std::string_view text);
std::optional<span_id> read_span_id(std::string_view text);
bool is_zero_span_id(std::string_view text);  // or none at all: how a root says that it has no parent

// Likewise numbers of an enum, or their names. A name that is not known is 0.
std::int64_t read_span_kind(json_value& from, record_builder& to);
std::int64_t read_status_code(json_value& from, record_builder& to);
std::int64_t read_severity(json_value& from, record_builder& to);

}  // namespace waybill::inline v0::otlp_json
