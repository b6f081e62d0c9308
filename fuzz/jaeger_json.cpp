// What Jaeger's and Tempo's query APIs answer, and that what is read of it can be written as OTLP.
#include <waybill/wire/jaeger_json.hpp>
#include <waybill/wire/tempo_search.hpp>

#include "records.hpp"

using namespace waybill;
using namespace waybill_fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = text_of(data, size);
  (void)jaeger_json::looks_like(body);
  if (const auto names = jaeger_json::decode_names(std::string{body})) {
    for (const auto& name : *names) must(!name.empty(), "a name has letters");
  }
  if (const auto found = decode_tempo_search(std::string{body})) {
    must(found->size() <= size, "nothing is found that is not there");
  }
  const decode_limits limits{.memory = std::size_t{16} << 20};
  const auto records = jaeger_json::decode(std::string{body}, limits);
  if (!records) {
    const auto code = records.error().code;
    must(code == failure_code::malformed || code == failure_code::too_large ||
             code == failure_code::not_found || code == failure_code::refused,
         "a body is refused for what is wrong with it, or for what Jaeger says");
    return 0;
  }
  const lines expected = described(records->records);
  must(described(jaeger_json::decode(std::string{body}, limits)->records) == expected,
       "decoding twice gives the same records");
  must(records->report.rejected_spans == 0 || !records->report.first_problem.empty(),
       "what was left out is told");
  records->records.for_each_span([](const span_record& span) {
    must(span.end >= span.start, "a duration is not negative");
    for (const auto& link : span.links) must(link.attributes.size() == 1, "a link says what it was");
  });
  check_limits(jaeger_json::decode(std::string{body}, {.memory = 4096}), expected);
  check_round_trips(records->records);
  return 0;
}
