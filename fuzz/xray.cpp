// AWS X-Ray's header: all of the input.
#include <waybill/formats/xray.hpp>

#include "sender_choice.hpp"
#include "w3c_grammar.hpp"

using namespace waybill;
using namespace waybill_fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value = text_of(data, size);
  const auto said = read_xray(value);
  if (said) {
    must(said->trace.has_value(), "what is read has a root");
    must(!said->debug, "X-Ray knows no debug");
    std::string lower{value};
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const std::string hex = said->trace->to_hex();
    must(lower.find("-" + hex.substr(8)) != lower.npos, "the root stands in the header");
    std::string_view first = std::string_view{hex}.substr(0, 8);
    while (first.size() > 1 && first.front() == '0') first.remove_prefix(1);
    must(lower.find(std::string{first} + "-" + hex.substr(8)) != lower.npos, "with what it begins with");
    if (said->span) must(lower.find(said->span->to_hex()) != lower.npos, "so does the parent");
  }
  if (said && said->span) {
    const span_ids ids{.trace = *said->trace, .span = said->span, .decision = said->decision};
    char room[max_xray_size];
    const std::string written{write_xray(ids, room)};
    must(read_xray(written) == said, "a header that was written reads back the same");
    must(read_xray(" ; x=y;" + written + "; Lineage=1:a;") == said,
         "unknown fields and white space do not matter");
    must(!read_xray(written + ";Parent=" + said->span->to_hex()), "a second parent is one too many");
  }
  static const propagator formats = *propagator::from_names("xray");
  check_hop({{"X-Amzn-Trace-Id", std::string{value}}}, formats);
  return 0;
}
