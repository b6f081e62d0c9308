// Jaeger's uber-trace-id: all of the input.
#include <waybill/formats/jaeger.hpp>

#include "sender_choice.hpp"
#include "w3c_grammar.hpp"

#include <algorithm>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

bool is_hex(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         all_of(text, [](char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F'); });
}
bool is_byte(std::string_view text) {
  const std::size_t zeros = std::min(text.find_first_not_of('0'), text.size());
  return is_hex(text, text.size()) && text.size() - zeros <= 2;
}
bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value = text_of(data, size);
  const auto ids = read_uber_trace_id(value);
  if (value.find('%') == std::string_view::npos) {
    const auto parts = split(trim(value), ':');
    const bool good = parts.size() == 4 && is_hex(parts[0], 32) && is_hex(parts[1], 16) &&
                      is_byte(parts[3]) && !is_zero(parts[0]) && !is_zero(parts[1]) &&
                      trim(value).size() <= 75;
    must(ids.has_value() == good, "uber-trace-id is read exactly when the grammar allows it");
  }
  if (ids) {
    char room[max_uber_trace_id_size];
    must(read_uber_trace_id(write_uber_trace_id(*ids, room)) == ids,
         "an uber-trace-id that was written reads back the same");
  }
  static const propagator formats = *propagator::from_names("jaeger");
  check_hop({{"Uber-Trace-Id", std::string{value}}}, formats);
  return 0;
}
