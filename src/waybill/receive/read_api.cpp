#include <waybill/receive/read_api.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/record/story.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/read_answers.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <variant>

namespace waybill::inline v0 {
namespace {

constexpr std::string_view traces_path = "/api/traces";
constexpr std::string_view waits_path = "/api/waits";
constexpr std::string_view store_path = "/api/store";
constexpr std::size_t most_traces = 10'000;  // of a list
constexpr std::size_t most_candidates = 10;  // of an ambiguous beginning

http_response json_response(unsigned status, std::string&& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

http_response error(unsigned status, std::string_view sentence, std::span<const trace_id> candidates = {}) {
  return json_response(status, read_answers::encode_error(sentence, candidates));
}

http_response error(const failure& why) {
  return error(why.code == failure_code::busy ? 503 : 500, why.message);
}

// The value of a query's parameter; "" when it stands there without one. Our values need no percent-decoding.
std::optional<std::string_view> parameter(std::string_view query, std::string_view name) noexcept {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    const std::size_t equals = one.find('=');
    if (one.substr(0, equals) == name) {
      return equals == std::string_view::npos ? std::string_view{} : one.substr(equals + 1);
    }
  }
  return std::nullopt;
}

// False where the parameter is there and no number; `into` stays where it is not there.
template <class Number>
bool read_number(std::string_view query, std::string_view name, Number& into) noexcept {
  const auto text = parameter(query, name);
  if (!text) return true;
  const auto [end, wrong] = std::from_chars(text->data(), text->data() + text->size(), into);
  return wrong == std::errc{} && end == text->data() + text->size();
}

http_response list_traces(std::string_view query, const trace_reader& reader) {
  trace_query wanted;
  if (!read_number(query, "limit", wanted.limit)) {
    return error(400, "The limit has to be a number from 0 to " + std::to_string(most_traces) + ".");
  }
  if (!read_number(query, "since", wanted.stored_since)) {
    return error(400, "since has to be a time in nanoseconds since 1970.");
  }
  wanted.limit = std::min(wanted.limit, most_traces);
  const auto prefix = parameter(query, "prefix");
  const auto traces = prefix ? reader.find(*prefix, wanted.limit) : reader.newest(wanted);
  if (!traces) return error(traces.error());
  return json_response(200, read_answers::encode_traces(*traces));
}

http_response tell_waits(std::string_view query, const trace_reader& reader) {
  wait_query wanted;
  if (!read_number(query, "since", wanted.from) || !read_number(query, "until", wanted.to)) {
    return error(400, "since and until have to be times in nanoseconds since 1970.");
  }
  const auto waits = reader.waits(wanted);
  if (!waits) return error(waits.error());
  return json_response(200, read_answers::encode_waits(*waits));
}

// The trace that is meant, or the answer that says why there is none.
std::variant<trace_id, http_response> resolve(std::string_view beginning, const trace_reader& reader) {
  std::string prefix{beginning};
  for (char& c : prefix) c = ascii_lower(c);
  if (const auto whole = trace_id::from_hex(prefix)) return *whole;
  const auto found = reader.find(prefix, most_candidates);
  if (!found) return error(found.error());
  if (found->empty()) return error(404, "There is no trace whose id begins with " + prefix + ".");
  if (found->size() == 1) return found->front();
  return error(409, "Several traces have ids that begin with " + prefix + ". Give more digits.", *found);
}

http_response show_trace(std::string_view beginning, std::string_view query, const trace_reader& reader) {
  const auto meant = resolve(beginning, reader);
  if (const auto* const answer = std::get_if<http_response>(&meant)) return *answer;
  const trace_id trace = std::get<trace_id>(meant);
  const auto related = parameter(query, "related");
  const auto records =
      related && *related != "0" ? read_story(reader, trace) : reader.read(std::span{&trace, 1});
  if (!records) return error(records.error());
  if (records->span_count() + records->log_count() == 0) {
    return error(404, "There is no trace " + trace.to_hex() + ".");
  }
  std::string body;
  otlp_json::encode(*records, body);
  return json_response(200, std::move(body));
}

}  // namespace

bool is_read_path(std::string_view path) noexcept {
  return path == traces_path || path == waits_path || path == store_path ||
         (path.starts_with(traces_path) && path[traces_path.size()] == '/');
}

http_response answer_read(const http_request& request, const trace_reader& reader) {
  if (request.method != "GET" && request.method != "HEAD") {
    http_response response = error(405, "This address can only be read, with GET.");
    response.headers.add("Allow", "GET, HEAD");
    return response;
  }
  if (request.path == waits_path) return tell_waits(request.query, reader);
  if (request.path == store_path) return json_response(200, read_answers::encode_state(reader.state()));
  std::string_view beginning =
      std::string_view{request.path}.substr(std::min(request.path.size(), traces_path.size()));
  if (!beginning.empty()) beginning.remove_prefix(1);
  return beginning.empty() ? list_traces(request.query, reader)
                           : show_trace(beginning, request.query, reader);
}

}  // namespace waybill::inline v0
