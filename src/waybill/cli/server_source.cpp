#include <waybill/cli/server_source.hpp>

#include <waybill/cli/api_client.hpp>
#include <waybill/cli/other_server_source.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/read_answers.hpp>

namespace waybill::inline v0::cli {
namespace {

class server_source final : public trace_source {
 public:
  explicit server_source(api_client&& api) noexcept : api_(std::move(api)) {}

  result<std::vector<trace_id>> newest(const trace_query& query) override {
    std::string path = "/api/traces?limit=" + std::to_string(query.limit);
    if (query.stored_since > 0) path += "&since=" + std::to_string(query.stored_since);
    return get(path, read_answers::decode_traces);
  }

  result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) override {
    std::string path{"/api/traces?prefix="};
    path.append(prefix).append("&limit=").append(std::to_string(limit));
    return get(path, read_answers::decode_traces);
  }

  result<span_batch> story(const trace_id& trace) override {
    return records("/api/traces/" + trace.to_hex() + "?related=1");
  }

  result<span_batch> read(const trace_id& trace) override { return records("/api/traces/" + trace.to_hex()); }

  result<std::vector<queue_waits>> waits(const wait_query& query) override {
    std::string path{"/api/waits"};
    if (query.from > 0) path += "?since=" + std::to_string(query.from);
    return get(path, read_answers::decode_waits);
  }

  result<store_state> state() override { return get("/api/store", read_answers::decode_state); }

 private:
  result<std::string> get(const std::string& path) {
    auto answer = api_.ask(path);
    if (!answer) return answer.error();
    if (answer->status == 200) return std::move(answer->body);
    const std::string sentence = read_answers::decode_error(std::move(answer->body));
    if (answer->status == 404 && !sentence.empty()) return failure{failure_code::not_found, sentence};
    return failure{failure_code::refused,
                   api_.base() + path + " answered " + std::to_string(answer->status) + ": " + sentence};
  }

  template <class Decode>
  auto get(const std::string& path, Decode decode) -> decltype(decode(std::string{})) {
    auto answer = get(path);
    if (!answer) return answer.error();
    auto decoded = decode(std::move(*answer));
    if (!decoded) return failure{decoded.error().code, api_.base() + path + ": " + decoded.error().message};
    return decoded;
  }

  result<span_batch> records(const std::string& path) {
    auto answer = get(path);
    if (!answer) return answer.error();
    auto decoded = otlp_json::decode(std::move(*answer));
    if (!decoded)
      return failure{decoded.error().code,
                     api_.base() + " sent what is no OTLP JSON: " + decoded.error().message};
    return std::move(decoded->records);
  }

  api_client api_;
};

}  // namespace

result<std::unique_ptr<trace_source>> open_server_source(const std::string& url, const std::string& token) {
  constexpr std::string_view jaeger = "jaeger+";
  constexpr std::string_view tempo = "tempo+";
  const std::size_t named = url.starts_with(jaeger)  ? jaeger.size()
                            : url.starts_with(tempo) ? tempo.size()
                                                     : 0;
  auto api = api_client::make(url.substr(named), token);
  if (!api) return api.error();
  if (url.starts_with(jaeger)) return jaeger_source(std::move(*api));
  if (url.starts_with(tempo)) return tempo_source(std::move(*api));

  auto health = api->ask("/health");
  if (!health) return health.error();
  if (health->status == 200 && health->body.starts_with("ok")) {
    return std::unique_ptr<trace_source>{std::make_unique<server_source>(std::move(*api))};
  }
  if (is_jaeger(*api)) return jaeger_source(std::move(*api));
  if (is_tempo(*api)) return tempo_source(std::move(*api));
  if (health->status != 200) {
    const std::string sentence = read_answers::decode_error(std::move(health->body));
    if (!sentence.empty()) {
      return failure{failure_code::refused,
                     api->base() + "/health answered " + std::to_string(health->status) + ": " + sentence};
    }
  }
  return failure{failure_code::refused,
                 api->base() +
                     " is no waybill serve, no Jaeger and no Tempo; if it is one of the "
                     "latter behind something, say jaeger+http://… or tempo+http://…"};
}

}  // namespace waybill::inline v0::cli
