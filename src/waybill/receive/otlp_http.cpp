#include <waybill/receive/otlp_http.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/receive/content_encoding.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include <optional>

namespace waybill::inline v0 {
namespace {

enum class body_format : std::uint8_t { protobuf, json };

std::optional<otlp_signal> signal_of(std::string_view path) noexcept {
  if (path == "/v1/traces") return otlp_signal::traces;
  if (path == "/v1/logs") return otlp_signal::logs;
  if (path == "/v1/metrics") return otlp_signal::metrics;
  return std::nullopt;
}

std::optional<body_format> format_of(const http_headers& headers) noexcept {
  std::string_view type = headers.find("Content-Type").value_or("");
  type = trim_ows(type.substr(0, type.find(';')));
  if (ascii_iequals(type, "application/x-protobuf") || ascii_iequals(type, "application/protobuf")) {
    return body_format::protobuf;
  }
  if (ascii_iequals(type, "application/json")) return body_format::json;
  return std::nullopt;
}

http_response answer(unsigned status, body_format format, std::string&& body) {
  http_response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.add("Content-Type",
                       format == body_format::protobuf ? "application/x-protobuf" : "application/json");
  return response;
}

http_response success(otlp_signal signal, body_format format, const export_answer& told) {
  return answer(200, format,
                format == body_format::protobuf ? otlp_protobuf::encode_export_answer(told)
                                                : otlp_json::encode_export_answer(signal, told));
}

http_response error(unsigned status, body_format format, rpc_code code, std::string_view sentence) {
  return answer(status, format,
                format == body_format::protobuf ? otlp_protobuf::encode_error(code, sentence)
                                                : otlp_json::encode_error(code, sentence));
}

http_response refusal(body_format format, const failure& why) {
  switch (why.code) {
    case failure_code::too_large:
      return error(413, format, rpc_code::resource_exhausted, why.message);
    case failure_code::busy: {
      http_response response = error(429, format, rpc_code::resource_exhausted, why.message);
      response.headers.add("Retry-After", "1");
      return response;
    }
    case failure_code::malformed:
    case failure_code::invalid_argument:
      return error(400, format, rpc_code::invalid_argument, why.message);
    default: {  // the store's own trouble: the sender keeps its records until that is over
      http_response response = error(503, format, rpc_code::unavailable, why.message);
      response.headers.add("Retry-After", "10");
      return response;
    }
  }
}

result<decoded_records> decode(otlp_signal signal, body_format format, std::string&& body,
                               const decode_limits& limits) {
  if (format == body_format::json) return otlp_json::decode(std::move(body), limits);
  if (signal == otlp_signal::traces) return otlp_protobuf::decode_traces(std::move(body), limits);
  return otlp_protobuf::decode_logs(std::move(body), limits);
}

}  // namespace

bool is_otlp_path(std::string_view path) noexcept {
  return signal_of(path).has_value();
}

void receive_otlp(http_request&& request, const http_responder& respond, span_store& store,
                  const intake_limits& limits) {
  const otlp_signal signal = signal_of(request.path).value_or(otlp_signal::traces);
  const auto given_format = format_of(request.headers);
  const body_format format = given_format.value_or(body_format::json);
  if (request.method != "POST") {
    http_response response =
        error(405, format, rpc_code::unimplemented,
              request.path + " takes POST requests of OTLP exporters, not " + request.method + ".");
    response.headers.add("Allow", "POST");
    return respond(std::move(response));
  }
  if (!given_format) {
    return respond(
        error(415, format, rpc_code::invalid_argument,
              "The Content-Type has to be application/x-protobuf or application/json. Set the exporter's "
              "protocol to http/protobuf or http/json."));
  }
  const auto encoding = read_content_encoding(request.headers);
  if (!encoding) {
    http_response response = error(
        415, format, rpc_code::invalid_argument,
        "The Content-Encoding has to be gzip, deflate, br, zstd or none. Set the exporter's compression so.");
    response.headers.add("Accept-Encoding", known_encodings);
    return respond(std::move(response));
  }
  if (signal == otlp_signal::metrics) return respond(success(signal, format, metrics_are_not_kept()));

  take_in(
      {.bytes = std::move(request.body),
       .encoding = *encoding,
       .parser_factor = format == body_format::json ? std::size_t{2} : 0,  // its index and strings
       .memory = std::move(request.memory)},
      [&](std::string&& plain, const decode_limits& allowed) {
        return decode(signal, format, std::move(plain), allowed);
      },
      store, limits,
      [respond, signal, format](const result<export_answer>& taken) {
        respond(taken ? success(signal, format, *taken) : refusal(format, taken.error()));
      });
}

}  // namespace waybill::inline v0
