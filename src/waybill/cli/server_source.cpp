#include <waybill/cli/server_source.hpp>

#include <waybill/http/client.hpp>
#include <waybill/http/url.hpp>
#include <waybill/wire/otlp_json.hpp>

namespace waybill::inline v0::cli {
namespace {

// The ids in the answer to a listing: {"traces":["<32 hex digits>", …]}.
std::vector<trace_id> ids_in(std::string_view json) {
  std::vector<trace_id> ids;
  for (auto quote = json.find('"'); quote != std::string_view::npos; quote = json.find('"', quote + 1)) {
    if (json.size() < quote + 34 || json[quote + 33] != '"') continue;
    if (const auto id = trace_id::from_hex(json.substr(quote + 1, 32))) ids.push_back(*id);
  }
  return ids;
}

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

  result<std::vector<trace_id>> newest(std::size_t limit) override {
    const auto answer = get("/api/traces?limit=" + std::to_string(limit));
    if (!answer) return answer.error();
    return ids_in(*answer);
  }

  result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) override {
    const auto answer = get(
        std::string{"/api/traces?prefix="}.append(prefix).append("&limit=").append(std::to_string(limit)));
    if (!answer) return answer.error();
    return ids_in(*answer);
  }

  result<span_batch> story(const trace_id& trace) override {
    auto answer = get("/api/traces/" + trace.to_hex() + "?related=1");
    if (!answer) return answer.error();
    auto decoded = otlp_json::decode(std::move(*answer));
    if (!decoded)
      return failure{decoded.error().code, base_ + " sent what is no OTLP JSON: " + decoded.error().message};
    return std::move(decoded->records);
  }

 private:
  result<std::string> get(const std::string& path) {
    call_.url = base_ + path;
    auto answer = client_->send(call_);
    if (!answer) return answer.error();
    if (answer->status == 200) return std::move(answer->body);
    while (answer->body.ends_with('\n')) answer->body.pop_back();
    return failure{failure_code::refused, base_ + path + " answered " + std::to_string(answer->status) +
                                              ": " + answer->body.substr(0, 300)};
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
