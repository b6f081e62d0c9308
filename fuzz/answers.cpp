// What a server answers beside OTLP. The first byte chooses: the rest is a body as it arrives, or what answers are made of.
#include <waybill/wire/read_answers.hpp>

#include <waybill/base/utf8.hpp>

#include "claim.hpp"

#include <algorithm>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

bool are_same(const std::vector<queue_waits>& one, const std::vector<queue_waits>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](const auto& a, const auto& b) {
    return a.queue == b.queue && a.tasks == b.tasks && a.unknown == b.unknown && a.negative == b.negative &&
           a.p50 == b.p50 && a.p90 == b.p90 && a.p99 == b.p99 && a.longest == b.longest;
  });
}

bool are_same(const store_state& one, const store_state& other) {
  return one.slices == other.slices && one.bytes == other.bytes && one.problems == other.problems;
}

void check_traces(const std::vector<trace_id>& traces) {
  const auto back = read_answers::decode_traces(read_answers::encode_traces(traces));
  must(back && *back == traces, "traces that were written are read the same");
}

void check_waits(const std::vector<queue_waits>& queues) {
  const auto back = read_answers::decode_waits(read_answers::encode_waits(queues));
  must(back && are_same(*back, queues), "waits that were written are read the same");
}

void check_state(const store_state& state) {
  const auto back = read_answers::decode_state(read_answers::encode_state(state));
  must(back && are_same(*back, state), "a state that was written is read the same");
}

void check_arrived(const std::string& body) {
  const auto traces = read_answers::decode_traces(body);
  const auto waits = read_answers::decode_waits(body);
  const auto state = read_answers::decode_state(body);
  must(traces.has_value() == waits.has_value() && waits.has_value() == state.has_value(),
       "a body is a JSON object or it is none");
  const std::string sentence = read_answers::decode_error(body);
  if (traces) {
    must(16 * traces->size() <= body.size() && 2 * waits->size() <= body.size() &&
             2 * state->problems.size() <= body.size(),
         "no more comes out than lies in the body");
    check_traces(*traces);
    check_waits(*waits);
    check_state(*state);
  } else {
    must(traces.error().code == failure_code::malformed, "what is no JSON is malformed");
    must(body.starts_with(sentence) && sentence.size() <= 300,
         "a body without JSON stands for itself, up to a length");
    must(!is_valid_utf8(body) || is_valid_utf8(sentence), "no character is cut in two");
  }
}

std::uint64_t take_number(std::string_view& input) {
  std::uint64_t number = 0;
  for (unsigned size = take_byte(input) % 9; size > 0; --size) number = number << 8 | take_byte(input);
  return number;
}

void check_written(std::string_view input) {
  const auto parts = split(input, '/', 20);
  std::vector<std::string> texts;
  for (const auto part : parts) texts.push_back(to_valid_utf8(part));

  std::vector<trace_id> traces;
  std::vector<queue_waits> queues;
  store_state state{.slices = take_number(input), .bytes = take_number(input), .problems = texts};
  for (const auto& text : texts) {
    if (const auto trace = trace_id::from_bytes(input.substr(0, trace_id::size))) traces.push_back(*trace);
    const unsigned known = take_byte(input);
    const auto figure = [&](unsigned bit) {
      const auto nanos = static_cast<std::int64_t>(take_number(input));
      return (known & bit) != 0 ? std::optional{nanos} : std::nullopt;
    };
    queue_waits one{.queue = text};
    one.tasks = take_number(input);
    one.unknown = take_number(input);
    one.negative = take_number(input);
    one.p50 = figure(1);
    one.p90 = figure(2);
    one.p99 = figure(4);
    one.longest = figure(8);
    queues.push_back(std::move(one));
  }
  check_traces(traces);
  check_waits(queues);
  check_state(state);

  const std::string& sentence = texts.front();
  const std::string error = read_answers::encode_error(sentence, traces);
  must(sentence.empty() || read_answers::decode_error(error) == sentence, "an error says what it said");
  const auto candidates = read_answers::decode_traces(error);
  must(candidates && candidates->empty(), "an error is no list of traces");
  const std::string raw = read_answers::encode_error(parts.front());
  must(is_valid_utf8(raw) && read_answers::decode_state(raw).has_value(),
       "whatever an error says, it is JSON");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of(data, size);
  if ((take_byte(input) & 1) == 0) {
    check_arrived(std::string{input});
  } else {
    check_written(input);
  }
  return 0;
}
