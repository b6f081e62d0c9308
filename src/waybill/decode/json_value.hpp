// Values of a message's JSON, however its system wraps them.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0::decode {

// Whether text begins like an object or a list.
bool looks_like_json(std::string_view text);

// The member at "a.b.0", if there is one; of lists, only the first.
std::optional<simdjson::dom::element> member_at(simdjson::dom::element from, std::string_view path);

// Text of a value: a string, a number, a list of one, bytes as numbers, {"StringValue": …}, bytes in base64.
std::optional<std::string> text_of(simdjson::dom::element value);

// Whether a list's item is one header: ["name", value], {"name": …}, {"key": …}, {"traceparent": …}.
bool is_header_item(simdjson::dom::element item);

}  // namespace waybill::inline v0::decode
