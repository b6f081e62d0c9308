#include <waybill/wire/read_answers.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/base/utf8.hpp>

#include <simdjson.h>

#include <utility>

namespace waybill::inline v0::read_answers {
namespace {

using object = simdjson::dom::object;

// Answers are small: read whole, then looked into.
class document {
 public:
  explicit document(std::string&& text) : text_(std::move(text)) {
    simdjson::dom::element root;
    is_object_ = parser_.parse(text_).get(root) == simdjson::SUCCESS &&
                 root.get_object().get(top_) == simdjson::SUCCESS;
  }
  bool is_object() const noexcept { return is_object_; }
  const object& top() const noexcept { return top_; }

 private:
  std::string text_;
  simdjson::dom::parser parser_;
  object top_;
  bool is_object_ = false;
};

const failure no_json{failure_code::malformed,
                      "the answer is no JSON object: it is not waybill serve that answers there"};

std::string text_of(const object& from, std::string_view key) {
  std::string_view text;
  return from[key].get_string().get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

std::uint64_t count_of(const object& from, std::string_view key) {
  std::uint64_t count = 0;
  return from[key].get_uint64().get(count) == simdjson::SUCCESS ? count : 0;
}

std::optional<std::int64_t> duration_of(const object& from, std::string_view key) {
  std::int64_t nanos = 0;
  if (from[key].get_int64().get(nanos) != simdjson::SUCCESS) return std::nullopt;
  return nanos;
}

template <class Visit>  // Visit(simdjson::dom::element)
void each_of(const object& from, std::string_view key, Visit visit) {
  simdjson::dom::array list;
  if (from[key].get_array().get(list) != simdjson::SUCCESS) return;
  for (const simdjson::dom::element one : list) visit(one);
}

void put_traces(json_writer& to, std::string_view key, std::span<const trace_id> traces) {
  to.key(key).begin_array();
  for (const auto& one : traces) to.text(one.to_hex());
  to.end_array();
}

}  // namespace

std::string encode_traces(std::span<const trace_id> traces) {
  std::string body;
  json_writer to{body};
  to.begin_object();
  put_traces(to, "traces", traces);
  to.end_object();
  return body;
}

std::string encode_waits(std::span<const queue_waits> queues) {
  std::string body;
  json_writer to{body};
  to.begin_object().key("queues").begin_array();
  for (const auto& one : queues) {
    to.begin_object();
    to.key("queue").text(one.queue);
    to.key("tasks").unsigned_integer(one.tasks);
    to.key("unknown").unsigned_integer(one.unknown);
    to.key("negative").unsigned_integer(one.negative);
    const std::pair<std::string_view, const std::optional<std::int64_t>&> figures[] = {
        {"p50_ns", one.p50}, {"p90_ns", one.p90}, {"p99_ns", one.p99}, {"longest_ns", one.longest}};
    for (const auto& [key, figure] : figures) {
      to.key(key);
      figure ? to.integer(*figure) : to.null();
    }
    to.end_object();
  }
  to.end_array().end_object();
  return body;
}

std::string encode_state(const store_state& state) {
  std::string body;
  json_writer to{body};
  to.begin_object();
  to.key("slices").unsigned_integer(state.slices);
  to.key("bytes").unsigned_integer(state.bytes);
  to.key("problems").begin_array();
  for (const auto& one : state.problems) to.text(one);
  to.end_array().end_object();
  return body;
}

std::string encode_error(std::string_view sentence, std::span<const trace_id> candidates) {
  std::string body;
  json_writer to{body};
  to.begin_object().key("error").text(sentence);
  if (!candidates.empty()) put_traces(to, "candidates", candidates);
  to.end_object();
  return body;
}

result<std::vector<trace_id>> decode_traces(std::string answer) {
  const document read{std::move(answer)};
  if (!read.is_object()) return no_json;
  std::vector<trace_id> traces;
  each_of(read.top(), "traces", [&](simdjson::dom::element one) {
    std::string_view hex;
    if (one.get_string().get(hex) != simdjson::SUCCESS) return;
    if (const auto id = trace_id::from_hex(hex)) traces.push_back(*id);
  });
  return traces;
}

result<std::vector<queue_waits>> decode_waits(std::string answer) {
  const document read{std::move(answer)};
  if (!read.is_object()) return no_json;
  std::vector<queue_waits> queues;
  each_of(read.top(), "queues", [&](simdjson::dom::element one) {
    object from;
    if (one.get_object().get(from) != simdjson::SUCCESS) return;
    queues.push_back({.queue = text_of(from, "queue"),
                      .tasks = count_of(from, "tasks"),
                      .unknown = count_of(from, "unknown"),
                      .negative = count_of(from, "negative"),
                      .p50 = duration_of(from, "p50_ns"),
                      .p90 = duration_of(from, "p90_ns"),
                      .p99 = duration_of(from, "p99_ns"),
                      .longest = duration_of(from, "longest_ns")});
  });
  return queues;
}

result<store_state> decode_state(std::string answer) {
  const document read{std::move(answer)};
  if (!read.is_object()) return no_json;
  store_state state;
  state.slices = count_of(read.top(), "slices");
  state.bytes = count_of(read.top(), "bytes");
  each_of(read.top(), "problems", [&](simdjson::dom::element one) {
    std::string_view sentence;
    if (one.get_string().get(sentence) == simdjson::SUCCESS) state.problems.emplace_back(sentence);
  });
  return state;
}

std::string decode_error(std::string answer) {
  const document read{std::string{answer}};
  if (read.is_object()) {
    if (auto sentence = text_of(read.top(), "error"); !sentence.empty()) return sentence;
  }
  while (answer.ends_with('\n')) answer.pop_back();
  return std::string{utf8_prefix(answer, 300)};
}

}  // namespace waybill::inline v0::read_answers
