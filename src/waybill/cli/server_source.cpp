#include <waybill/cli/server_source.hpp>

#include <waybill/http/client.hpp>
#include <waybill/http/url.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/read_answers.hpp>

namespace waybill::inline v0::cli {
namespace {

class server_source final : public trace_source {
 public:
  server_source(std::unique_ptr<http_client> client, std::string base, const std::string& token)
      : client_(std::move(client)), base_(std::move(base)) {
    while (base_.ends_with('/')) base_.pop_back();
    if (!token.empty()) call_.headers.set("Authorization", "Bearer " + token);
  }

  result<void> check() {
    call_.connect_limit = std::chrono::milliseconds{1'000};
    const auto answer = get("/health");
    call_.connect_limit = std::chrono::milliseconds{5'000};
    if (!answer) return answer.error();
    return {};
  }

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
    call_.url = base_ + path;
    auto answer = client_->send(call_);
    if (!answer) return answer.error();
    if (answer->status == 200) return std::move(answer->body);
    const std::string sentence = read_answers::decode_error(std::move(answer->body));
    if (answer->status == 404 && !sentence.empty()) return failure{failure_code::not_found, sentence};
    return failure{failure_code::refused,
                   base_ + path + " answered " + std::to_string(answer->status) + ": " + sentence};
  }

  template <class Decode>
  auto get(const std::string& path, Decode decode) -> decltype(decode(std::string{})) {
    auto answer = get(path);
    if (!answer) return answer.error();
    auto decoded = decode(std::move(*answer));
    if (!decoded) return failure{decoded.error().code, base_ + path + ": " + decoded.error().message};
    return decoded;
  }

  result<span_batch> records(const std::string& path) {
    auto answer = get(path);
    if (!answer) return answer.error();
    auto decoded = otlp_json::decode(std::move(*answer));
    if (!decoded)
      return failure{decoded.error().code, base_ + " sent what is no OTLP JSON: " + decoded.error().message};
    return std::move(decoded->records);
  }

  std::unique_ptr<http_client> client_;
  std::string base_;
  http_call call_;
};

}  // namespace

result<std::unique_ptr<trace_source>> open_server_source(const std::string& url, const std::string& token) {
  const auto parsed = parse_http_url(url);
  if (!parsed) return failure{parsed.error().code, "--from " + url + ": " + parsed.error().message};
  auto client = curl_client::make({.body_limit = std::size_t{1} << 30});
  if (!client) return client.error();
  auto source = std::make_unique<server_source>(std::move(*client), url, token);
  if (auto answers = source->check(); !answers) return answers.error();
  return std::unique_ptr<trace_source>{std::move(source)};
}

}  // namespace waybill::inline v0::cli
