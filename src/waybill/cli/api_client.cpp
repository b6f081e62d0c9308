#include <waybill/cli/api_client.hpp>

#include <waybill/http/url.hpp>

namespace waybill::inline v0::cli {

result<api_client> api_client::make(std::string base, const std::string& token) {
  const auto parsed = parse_http_url(base);
  if (!parsed) return failure{parsed.error().code, "--from " + base + ": " + parsed.error().message};
  auto client = curl_client::make({.body_limit = std::size_t{1} << 30});
  if (!client) return client.error();
  while (base.ends_with('/')) base.pop_back();
  api_client made{std::move(*client), std::move(base)};
  if (!token.empty()) made.call_.headers.set("Authorization", "Bearer " + token);
  made.call_.connect_limit = std::chrono::milliseconds{1'000};
  return made;
}

result<http_response> api_client::ask(const std::string& path, const std::string& accept) {
  call_.url = base_ + path;
  call_.headers.remove("Accept");
  if (!accept.empty()) call_.headers.set("Accept", accept);
  auto answer = client_->send(call_);
  call_.connect_limit = std::chrono::milliseconds{5'000};  // once somebody has answered
  return answer;
}

}  // namespace waybill::inline v0::cli
