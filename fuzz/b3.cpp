// B3, single and multi. The first line is b3, the further ones are x-b3-traceid, -spanid, -sampled and -flags.
#include <waybill/formats/b3.hpp>

#include "sender_choice.hpp"
#include "w3c_grammar.hpp"

using namespace waybill;
using namespace waybill_fuzz;

namespace {

bool is_any_hex_id(std::string_view text, std::size_t digits) {
  std::string lower{text};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + ('a' - 'A'));
  }
  return is_lower_hex_id(lower, digits);
}

bool is_parent(std::string_view text) {
  return is_any_hex_id(text, 16) || text == "0000000000000000";
}

bool is_decision(std::string_view text) {
  return text == "0" || text == "1" || text == "d";
}

// The grammar in plain words.
bool is_b3(std::string_view value) {
  value = trim(value);
  if (is_decision(value)) return true;
  const auto parts = split(value, '-');
  if (parts.size() < 2 || parts.size() > 4) return false;
  if (!is_any_hex_id(parts[0], 32) && !is_any_hex_id(parts[0], 16)) return false;
  if (!is_any_hex_id(parts[1], 16)) return false;
  if (parts.size() == 3 && is_parent(parts[2])) return true;
  return (parts.size() < 3 || is_decision(parts[2])) && (parts.size() < 4 || is_parent(parts[3]));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = split(text_of(data, size), '\n', 8);
  const auto said = read_b3(lines[0]);
  must(said.has_value() == is_b3(lines[0]), "b3 is read exactly when the grammar allows it");
  if (said && said->span) {
    const span_ids ids{
        .trace = *said->trace, .span = said->span, .decision = said->decision, .debug = said->debug};
    char room[max_b3_size];
    const std::string_view written = write_b3(ids, room);
    must(read_b3(written) == said, "b3 that was written reads back the same, debug included");
  }
  static constexpr std::string_view names[] = {"B3",           "X-B3-TraceId", "x-b3-spanid",
                                               "X-B3-Sampled", "x-b3-flags",   "x-b3-parentspanid"};
  header_list headers;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].empty()) headers.emplace_back(names[i % std::size(names)], lines[i]);
  }
  static const propagator single = *propagator::from_names("b3");
  static const propagator several = *propagator::from_names("b3multi");
  check_hop(headers, single);
  check_hop(headers, several);
  must(extract(headers, single).ids() == extract(headers, several).ids(), "both formats read alike");
  return 0;
}
