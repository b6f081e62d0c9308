// Datadog's headers: the lines are x-datadog-trace-id, -parent-id, -sampling-priority and -tags.
#include <waybill/formats/datadog.hpp>

#include "sender_choice.hpp"
#include "w3c_grammar.hpp"

#include <optional>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

// A decimal number of 64 bits in plain words.
std::optional<std::uint64_t> plain_number(std::string_view text) {
  if (text.empty() || !all_of(text, is_digit)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (~std::uint64_t{0} - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

std::uint64_t low_half(const trace_id& trace) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < 16; ++i) number = number << 8 | trace.bytes()[i];
  return number;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = split(text_of(data, size), '\n', 4);
  const auto line = [&](std::size_t i) { return i < lines.size() ? trim(lines[i]) : std::string_view{}; };
  static constexpr std::string_view names[] = {"x-datadog-trace-id", "X-Datadog-Parent-Id",
                                               "x-datadog-sampling-priority", "x-datadog-tags"};
  header_list headers;
  for (std::size_t i = 0; i < lines.size(); ++i) headers.emplace_back(names[i], lines[i]);
  static const propagator formats = *propagator::from_names("datadog");

  const auto trace = plain_number(line(0));
  const auto span = plain_number(line(1));
  const extracted found = extract(headers, formats);
  must(found.ids().has_value() == (trace && span && *trace != 0 && *span != 0),
       "the sender is named exactly when both numbers are");
  if (found.ids()) must(low_half(found.ids()->trace) == *trace, "the trace is the one that the number says");
  if (const auto high = read_datadog_trace_high(line(3)); found.ids() && high) {
    std::uint64_t read = 0;
    for (std::size_t i = 0; i < 8; ++i) read = read << 8 | found.ids()->trace.bytes()[i];
    must(read == *high, "its high half is the tag's");
  }
  check_hop(headers, formats);
  return 0;
}
