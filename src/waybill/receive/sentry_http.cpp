#include <waybill/receive/sentry_http.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/http/access.hpp>
#include <waybill/receive/content_encoding.hpp>
#include <waybill/receive/sentry_auth.hpp>
#include <waybill/wire/sentry_decode.hpp>

#include <memory>
#include <string>
#include <utility>

namespace waybill::inline v0 {
namespace {

// What an answer tells beside the records.
struct envelope_facts {
  std::string event_id;
  std::size_t other_items = 0;
  unsigned refused_with = 0;  // a status that the failure's code has no word for
};

http_response json(unsigned status, std::string&& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

bool is_from_local_page(const http_request& request) noexcept {
  const auto origin = request.headers.find("Origin");
  return origin && is_local_origin(*origin);
}

// Pages of this machine may send, and read what became of it. Others were refused before.
http_responder open_to_origin(const http_request& request, const http_responder& answer) {
  if (!is_from_local_page(request)) return answer;
  return http_responder{
      [answer, origin = std::string{*request.headers.find("Origin")}](http_response&& response) {
        response.headers.add("Access-Control-Allow-Origin", origin);
        response.headers.add("Access-Control-Expose-Headers", "X-Sentry-Rate-Limits, Retry-After");
        response.headers.add("Vary", "Origin");
        answer(std::move(response));
      }};
}

http_response preflight_answer() {
  return {.status = 204,
          .headers = {{"Access-Control-Allow-Methods", "POST"},
                      {"Access-Control-Allow-Headers",
                       "X-Sentry-Auth, Authorization, Content-Type, Content-Encoding"},
                      {"Access-Control-Max-Age", "3600"}},
          .body = {}};
}

http_response success(const envelope_facts& facts, const export_answer& told) {
  std::string body;
  json_writer to{body};
  to.begin_object();
  if (!facts.event_id.empty()) to.key("id").text(facts.event_id);
  if (told.rejected != 0) to.key("rejected").unsigned_integer(told.rejected);
  if (facts.other_items != 0) to.key("not_kept").unsigned_integer(facts.other_items);
  if (!told.message.empty()) to.key("detail").text(told.message);
  to.end_object();
  return json(200, std::move(body));
}

http_response error(unsigned status, std::string_view sentence) {
  std::string body;
  json_writer to{body};
  to.begin_object().key("detail").text(sentence).end_object();
  return json(status, std::move(body));
}

// Sentry's SDKs read the second header first. No category: all of them.
http_response error_for_a_while(unsigned status, std::string_view sentence, std::string_view seconds) {
  http_response response = error(status, sentence);
  response.headers.add("Retry-After", seconds);
  response.headers.add("X-Sentry-Rate-Limits", std::string{seconds} + "::organization");
  return response;
}

http_response refusal(const envelope_facts& facts, const failure& why) {
  if (facts.refused_with != 0) return error(facts.refused_with, why.message);
  switch (why.code) {
    case failure_code::too_large:
      return error(413, why.message);
    case failure_code::malformed:
    case failure_code::invalid_argument:
      return error(400, why.message);
    case failure_code::busy:
      return error_for_a_while(429, why.message, "1");
    default:
      return error_for_a_while(503, why.message, "10");
  }
}

result<void> let_in(const http_request& request, std::string_view project, std::string_view dsn,
                    envelope_facts& facts) {
  auto allowed = check_sentry_key(request, project, dsn);
  if (!allowed) facts.refused_with = allowed.error().code == failure_code::refused ? 403 : 401;
  return allowed;
}

// One error. Old SDKs send theirs so, and the rest in envelopes.
result<decoded_records> keep_nothing(std::string_view event, const http_request& request,
                                     std::string_view project, envelope_facts& facts) {
  if (const auto allowed = let_in(request, project, {}, facts); !allowed) return allowed.error();
  if (auto told = sentry_envelope::identify(event)) facts.event_id = std::move(told->event_id);
  facts.other_items = 1;
  return decoded_records{};
}

result<decoded_records> decode(std::string&& plain, const http_request& request, std::string_view project,
                               const decode_limits& allowed, envelope_facts& facts) {
  auto told = sentry_envelope::identify(plain);
  if (!told) return told.error();
  if (const auto allowed_in = let_in(request, project, told->dsn, facts); !allowed_in)
    return allowed_in.error();
  auto decoded = sentry_envelope::decode(std::move(plain), project, allowed);
  if (!decoded) return decoded.error();
  facts.event_id = std::move(told->event_id);
  facts.other_items = decoded->other_items;
  return std::move(decoded->decoded);
}

}  // namespace

bool is_sentry_path(std::string_view path) noexcept {
  const auto address = read_sentry_address(path);
  return address && address->endpoint != sentry_endpoint::otlp;
}

void receive_sentry(http_request&& request, const http_responder& answer, span_store& store,
                    const intake_limits& limits) {
  const auto to = read_sentry_address(request.path);
  if (!to) return answer(error(404, "Sentry's envelopes go to /api/<project>/envelope/."));
  const http_responder respond = open_to_origin(request, answer);
  if (request.method == "OPTIONS" && is_from_local_page(request)) return respond(preflight_answer());
  if (request.method != "POST") {
    http_response response =
        error(405, request.path + " takes POST requests of Sentry's SDKs, not " + request.method + ".");
    response.headers.add("Allow", "POST");
    return respond(std::move(response));
  }
  const auto encoding = read_content_encoding(request.headers);
  if (!encoding) {
    http_response response = error(415,
                                   "The Content-Encoding has to be gzip, deflate, br, zstd or none. Set the "
                                   "SDK's transport compression so.");
    response.headers.add("Accept-Encoding", known_encodings);
    return respond(std::move(response));
  }

  const auto facts = std::make_shared<envelope_facts>();
  take_in(
      {.bytes = std::move(request.body),
       .encoding = *encoding,
       .parser_factor = 2,  // simdjson's index and strings
       .memory = std::move(request.memory)},
      [&](std::string&& plain, const decode_limits& allowed) {
        return to->endpoint == sentry_endpoint::store
                   ? keep_nothing(plain, request, to->project, *facts)
                   : decode(std::move(plain), request, to->project, allowed, *facts);
      },
      store, limits,
      [respond, facts](const result<export_answer>& taken) {
        respond(taken ? success(*facts, *taken) : refusal(*facts, taken.error()));
      });
}

}  // namespace waybill::inline v0
