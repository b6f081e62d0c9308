#include <waybill/receive/read_api.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/base/json_writer.hpp>
#include <waybill/record/story.hpp>
#include <waybill/wire/otlp_json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace waybill::inline v0 {
namespace {

constexpr std::string_view root = "/api/traces";
constexpr std::size_t most_traces = 1000;    // of a list
constexpr std::size_t most_candidates = 10;  // of an ambiguous beginning

http_response json_response(unsigned status, std::string&& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

http_response error(unsigned status, std::string_view sentence, std::span<const trace_id> candidates = {}) {
  std::string body;
  json_writer to{body};
  to.begin_object().key("error").text(sentence);
  if (!candidates.empty()) {
    to.key("candidates").begin_array();
    for (const auto& one : candidates) to.text(one.to_hex());
    to.end_array();
  }
  to.end_object();
  return json_response(status, std::move(body));
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

http_response list_traces(std::string_view query, const trace_reader& reader) {
  trace_query wanted;
  if (const auto limit = parameter(query, "limit")) {
    const auto [end, wrong] = std::from_chars(limit->data(), limit->data() + limit->size(), wanted.limit);
    if (wrong != std::errc{} || end != limit->data() + limit->size()) {
      return error(400, "The limit has to be a number from 0 to " + std::to_string(most_traces) + ".");
    }
    wanted.limit = std::min(wanted.limit, most_traces);
  }
  const auto prefix = parameter(query, "prefix");
  const auto traces = prefix ? reader.find(*prefix, wanted.limit) : reader.newest(wanted);
  if (!traces) return error(traces.error());
  std::string body;
  json_writer to{body};
  to.begin_object().key("traces").begin_array();
  for (const auto& trace : *traces) to.text(trace.to_hex());
  to.end_array().end_object();
  return json_response(200, std::move(body));
}

http_response show_trace(std::string_view beginning, std::string_view query, const trace_reader& reader) {
  std::string prefix{beginning};
  for (char& c : prefix) c = ascii_lower(c);
  const auto found = reader.find(prefix, most_candidates);
  if (!found) return error(found.error());
  if (found->empty()) return error(404, "There is no trace whose id begins with " + prefix + ".");
  if (found->size() > 1) {
    return error(409, "Several traces have ids that begin with " + prefix + ". Give more digits.", *found);
  }
  const auto related = parameter(query, "related");
  const auto records = related && *related != "0" ? read_story(reader, found->front()) : reader.read(*found);
  if (!records) return error(records.error());
  std::string body;
  otlp_json::encode(*records, body);
  return json_response(200, std::move(body));
}

}  // namespace

bool is_read_path(std::string_view path) noexcept {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

http_response answer_read(const http_request& request, const trace_reader& reader) {
  if (request.method != "GET" && request.method != "HEAD") {
    http_response response = error(405, "This address can only be read, with GET.");
    response.headers.add("Allow", "GET, HEAD");
    return response;
  }
  std::string_view beginning =
      std::string_view{request.path}.substr(std::min(request.path.size(), root.size()));
  if (!beginning.empty()) beginning.remove_prefix(1);
  return beginning.empty() ? list_traces(request.query, reader)
                           : show_trace(beginning, request.query, reader);
}

}  // namespace waybill::inline v0
