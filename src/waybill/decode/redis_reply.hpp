// What redis-cli shows: numbered lines with quoted strings, or of a hash a line for each field and value.
#pragma once

#include <waybill/decode/plain_value.hpp>

#include <optional>
#include <string_view>

namespace waybill::inline v0::decode {

// Of text as a terminal shows it ("1) \"name\"", "1# \"name\" => …"). The prompt may stand before it. Empty when
// the first lines are no such thing. Fields and
// values in turn (HGETALL, the entries of a stream) become members with keys.
std::optional<plain_value> read_redis_reply(std::string_view text);

// Of text as it comes through a pipe: a field's name and its value in turn, a line each, at least two of them.
std::optional<plain_value> read_alternating_lines(std::string_view text);

}  // namespace waybill::inline v0::decode
