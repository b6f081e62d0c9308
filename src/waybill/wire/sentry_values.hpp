// Attribute values of Sentry's JSON: plain ones of transactions, typed ones of span v2 and logs. Private to this room.
//
// Values are simdjson's on-demand ones: each is read once, in the order in which they come. Throw simdjson_error and
// over_memory_limit, which are caught where the decoder was entered.
#pragma once

#include <waybill/wire/json_text.hpp>

#include <optional>

namespace waybill::inline v0::sentry_envelope {

// As it stands: an object becomes a group, as OTLP has them too, so that nothing has to be put into words. Integers
// beyond 64 bits become numbers. null, and what lies deeper than to.max_depth, becomes absent.
attribute_value read_value(json_value& from, record_builder& to, unsigned depth = 0);

// {"type":"integer","value":1}; what is no such object is taken as it stands.
attribute_value read_typed_value(json_value& from, record_builder& to);

// A number or text.
std::optional<unix_nanos> read_time(json_value& from, record_builder& to);

// Absent, or a text without a character.
bool is_nothing(const attribute_value& value) noexcept;

// Pushes an attribute, unless the value says nothing or the key is there already, from `bottom` on.
void add_missing(record_builder& to, std::size_t bottom, std::string_view key, const attribute_value& value);

}  // namespace waybill::inline v0::sentry_envelope
