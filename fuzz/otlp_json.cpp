// OTLP as JSON, one object or one a line, and the lines of events that are made of it.
#include <waybill/wire/otlp_json.hpp>

#include <waybill/base/utf8.hpp>
#include <waybill/carrier/json_object_members.hpp>
#include <waybill/wire/event_json.hpp>

#include "records.hpp"

using namespace waybill;
using namespace waybill_fuzz;

namespace {

void check_event_line(const std::string& line) {
  must(line.ends_with('\n') && line.find('\n') == line.size() - 1, "an event is one line");
  must(is_valid_utf8(line), "an event is valid UTF-8");
  json_object_members members{line};
  while (members.next()) continue;
  must(members.problem() == nullptr, "an event is a JSON object");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = text_of(data, size);
  const decode_limits limits{.memory = std::size_t{16} << 20};
  const auto records = otlp_json::decode(std::string{body}, limits);
  const auto again = otlp_json::decode(std::string{body}, limits);
  must(records.has_value() == again.has_value(), "decoding twice is decoding once");
  if (!records) {
    const auto code = records.error().code;
    must(code == failure_code::malformed || code == failure_code::too_large,
         "a body is refused for what is wrong with it");
    must(records.error().message.find('\n') == std::string::npos, "what is wrong with it is one line");
    return 0;
  }
  const lines expected = described(records->records);
  must(described(again->records) == expected, "decoding twice gives the same records");
  const auto rejected = records->report.rejected_spans + records->report.rejected_logs;
  must(rejected == 0 || !records->report.first_problem.empty(), "what was left out is told");
  check_limits(otlp_json::decode(std::string{body}, {.memory = 4096}), expected);
  check_round_trips(records->records);

  std::string line;
  records->records.for_each_span([&](const span_record& span) {
    line.clear();
    event_json::encode(span, line);
    check_event_line(line);
  });
  records->records.for_each_log([&](const log_record& log) {
    line.clear();
    event_json::encode(log, line);
    check_event_line(line);
  });
  return 0;
}
