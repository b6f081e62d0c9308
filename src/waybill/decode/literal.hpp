// Values as programs print them: Python's repr and pprint, Node's console.log, Ruby's inspect, PHP's var_export and var_dump, and JSON itself.
#pragma once

#include <waybill/decode/plain_value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0::decode {

struct literal {
  plain_value value;     // a group
  std::size_t size = 0;  // of the text that it was read from
  std::size_t cut = 0;   // of a <Buffer … 5 more bytes> in it: how many bytes the text lacks
};

// The literal at the beginning of text, which is a bracket. Empty when it does not end, is nested too
// deeply, or has nothing in it. Nothing is evaluated: of a call, its arguments are read. work is what may still be looked
// at, in characters, and is counted down.
std::optional<literal> read_literal(std::string_view text, std::size_t& work);

}  // namespace waybill::inline v0::decode
