// Records compared across the encodings: as sorted lines of text, in which every not-a-number is the same one.
#pragma once

#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include "../tests/conformance/describe_records.hpp"
#include "claim.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace waybill_fuzz {

using lines = std::vector<std::string>;

// JSON has one word for all of them.
inline std::string with_one_nan(const std::string& line) {
  constexpr std::string_view mark = "number:";
  std::string same;
  std::size_t copied = 0;
  for (auto at = line.find(mark); at != line.npos; at = line.find(mark, at + 1)) {
    std::uint64_t bits = 0;
    const char* const digits = line.data() + at + mark.size();
    const auto end = std::from_chars(digits, line.data() + line.size(), bits).ptr;
    if (!std::isnan(std::bit_cast<double>(bits))) continue;
    same.append(line, copied, at - copied).append("not a number");
    copied = static_cast<std::size_t>(end - line.data());
  }
  return same.append(line, copied, line.npos);
}

inline lines described(const waybill::span_batch& batch) {
  lines all = waybill::testing::describe(batch);
  for (auto& line : all) line = with_one_nan(line);
  std::sort(all.begin(), all.end());
  return all;
}

inline lines decoded(waybill::result<waybill::decoded_records>&& decoded, const char* claim) {
  must(decoded.has_value(), claim);
  must(decoded->report.rejected_spans == 0 && decoded->report.rejected_logs == 0, claim);
  return described(decoded->records);
}

// Whatever was decoded goes through both encodings, and comes back as it was.
inline void check_round_trips(const waybill::span_batch& batch) {
  using namespace waybill;
  const lines expected = described(batch);

  std::string traces;
  std::string logs;
  otlp_protobuf::encode_traces(batch, traces);
  otlp_protobuf::encode_logs(batch, logs);
  lines from_protobuf =
      decoded(otlp_protobuf::decode_traces(traces), "spans that were written as protobuf are read");
  for (auto& line :
       decoded(otlp_protobuf::decode_logs(logs), "logs that were written as protobuf are read")) {
    from_protobuf.push_back(std::move(line));
  }
  std::sort(from_protobuf.begin(), from_protobuf.end());
  must(from_protobuf == expected, "records that were written as protobuf read back the same");

  std::string json;
  otlp_json::encode(batch, json);
  must(json.find('\n') == json.npos, "JSON is written on one line");
  must(decoded(otlp_json::decode(json), "records that were written as JSON are read") == expected,
       "records that were written as JSON read back the same");
}

// With less memory a body is refused, or is the same.
inline void check_limits(waybill::result<waybill::decoded_records>&& less, const lines& expected) {
  if (less) return must(described(less->records) == expected, "a limit changes nothing below it");
  must(less.error().code == waybill::failure_code::too_large, "a limit is told as one");
}

}  // namespace waybill_fuzz
