#include <waybill/http/access.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/http/address.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

// Takes the same time wherever the first difference is. The length of the token is not a secret.
bool same_secret(std::string_view given, std::string_view expected) noexcept {
  if (given.size() != expected.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (given[i] ^ expected[i]));
  }
  return difference == 0;
}

bool carries_token(const http_headers& headers, std::string_view token) noexcept {
  return headers.count("Authorization") == 1 && bears_token(*headers.find("Authorization"), token);
}

bool changes_something(std::string_view method) noexcept {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

// A page's origin is the server's own if its host and port are what the browser wrote into Host. The scheme
// is left out: behind a proxy that ends TLS it is https, and only that proxy knows.
bool is_own_origin(std::string_view origin, std::string_view host) noexcept {
  const auto separator = origin.find("://");
  return separator != origin.npos && ascii_iequals(origin.substr(separator + 3), host);
}

}  // namespace

result<void> check_exposure(const access_options& options) {
  if (is_loopback_host(options.listen_host) || !options.token.empty()) return {};
  return failure{
      failure_code::invalid_argument,
      "Listening on " + options.listen_host +
          " lets other machines in, which needs a token; give one with --token, or listen on 127.0.0.1."};
}

bool bears_token(std::string_view authorization, std::string_view token) noexcept {
  constexpr std::string_view scheme = "Bearer ";
  return ascii_iequals(authorization.substr(0, scheme.size()), scheme) &&
         same_secret(trim_ows(authorization.substr(scheme.size())), token);
}

bool is_local_origin(std::string_view origin) noexcept {
  const auto separator = origin.find("://");
  if (separator == origin.npos) return false;
  try {
    const auto address = parse_host_port(origin.substr(separator + 3), 0);
    return address && is_loopback_host(address->host);
  } catch (...) {
    return false;  // no memory for a name
  }
}

bool access_guard::may_come_from(std::string_view origin, std::string_view host,
                                 const http_request& request) const noexcept {
  if (is_own_origin(origin, host)) return true;
  return options_.open_to_local_pages != nullptr && options_.open_to_local_pages(request) &&
         is_local_origin(origin);
}

bool access_guard::knows_host(std::string_view host) const noexcept {
  if (is_loopback_host(host) || is_wildcard_host(options_.listen_host)) return true;
  if (ascii_iequals(host, options_.listen_host)) return true;
  return std::any_of(options_.names.begin(), options_.names.end(),
                     [&](const std::string& name) { return ascii_iequals(name, host); });
}

bool access_guard::carries_further_token(const http_request& request) const noexcept {
  if (options_.further_token == nullptr) return false;
  const auto given = options_.further_token(request);
  return given && same_secret(*given, options_.token);
}

std::optional<http_response> access_guard::refuse(const http_request& request) const {
  const auto host = request.headers.find("Host");
  if (!host || request.headers.count("Host") != 1) {
    return text_response(400, "A request needs exactly one Host header.");
  }
  const auto address = parse_host_port(*host, 0);
  if (!address) return text_response(400, "The Host header cannot be read.");
  if (!knows_host(address->host)) {
    return text_response(403, "This server does not go by the name \"" + address->host +
                                  "\"; use the address it listens on, or localhost.");
  }
  if (const auto origin = request.headers.find("Origin");
      origin && changes_something(request.method) && !may_come_from(*origin, *host, request)) {
    return text_response(403, "Pages of other sites may not send anything to this server.");
  }
  if (!options_.token.empty() && !carries_token(request.headers, options_.token) &&
      !carries_further_token(request)) {
    auto refusal = text_response(401, "This server asks for a token: Authorization: Bearer <token>.");
    refusal.headers.add("WWW-Authenticate", "Bearer realm=\"waybill\"");
    return refusal;
  }
  return std::nullopt;
}

}  // namespace waybill::inline v0
