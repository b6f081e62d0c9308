// OTLP as protobuf. The first byte says what the rest is: a request with spans, one with logs, or a collector's answer.
#include <waybill/wire/otlp_protobuf.hpp>

#include <waybill/base/utf8.hpp>

#include "records.hpp"

using namespace waybill;
using namespace waybill_fuzz;

namespace {

void check_answer(std::string_view body) {
  const auto answer = otlp_protobuf::decode_export_answer(body);
  if (!answer) return;
  must(is_valid_utf8(answer->message), "a collector's sentence is valid UTF-8");
  const auto again = otlp_protobuf::decode_export_answer(otlp_protobuf::encode_export_answer(*answer));
  must(again && again->rejected == answer->rejected && again->message == answer->message,
       "an answer that was written reads back the same");
}

template <class Decode>
void check_request(std::string_view body, Decode decode) {
  const auto records = decode(std::string{body}, decode_limits{.memory = std::size_t{16} << 20});
  const auto again = decode(std::string{body}, decode_limits{.memory = std::size_t{16} << 20});
  must(records.has_value() == again.has_value(), "decoding twice is decoding once");
  if (!records) {
    const auto code = records.error().code;
    must(code == failure_code::malformed || code == failure_code::too_large,
         "a body is refused for what is wrong with it");
    return;
  }
  const lines expected = described(records->records);
  must(described(again->records) == expected, "decoding twice gives the same records");
  const auto rejected = records->report.rejected_spans + records->report.rejected_logs;
  must(rejected == 0 || !records->report.first_problem.empty(), "what was left out is told");
  for (const auto& line : expected)
    must(is_valid_utf8(line) || line.find("bytes:") != line.npos, "text is valid UTF-8");
  check_limits(decode(std::string{body}, decode_limits{.memory = 4096}), expected);
  check_round_trips(records->records);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of(data, size);
  switch (take_byte(input) % 4) {
    case 0:
      check_request(input, otlp_protobuf::decode_logs);
      break;
    case 1:
      check_answer(input);
      break;
    default:
      check_request(input, otlp_protobuf::decode_traces);
  }
  return 0;
}
