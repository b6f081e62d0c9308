#include <waybill/http/url.hpp>

#include <waybill/base/ascii.hpp>

namespace waybill::inline v0 {
namespace {

// The text itself stays out of the sentence where it may hold a password.
failure wrong(std::string_view text, std::string_view why) {
  const bool quotable = text.find('@') == text.npos;
  return {failure_code::invalid_argument,
          (quotable ? "\"" + std::string{text} + "\"" : std::string{"The address"}) +
              " is no http address: " + std::string{why} +
              "; write it like http://127.0.0.1:4318/v1/traces."};
}

}  // namespace

std::string http_url::origin() const {
  const bool usual = port == (scheme == "https" ? 443 : 80);
  std::string address = to_string(host_port{.host = host, .port = port});
  if (usual) address.resize(address.rfind(':'));
  return scheme + "://" + address;
}

result<http_url> parse_http_url(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '\\') {
      return failure{failure_code::invalid_argument,
                     "The address holds a space, a backslash or a control character; percent-encode it."};
    }
  }
  http_url url;
  const auto separator = text.find("://");
  if (separator == text.npos) return wrong(text, "it does not begin with http:// or https://");
  for (const char c : text.substr(0, separator)) url.scheme += ascii_lower(c);
  if (url.scheme != "http" && url.scheme != "https")
    return wrong(text, "its scheme is neither http nor https");
  if (text.find('#') != text.npos) return wrong(text, "a fragment (#) is for browsers only");

  std::string_view rest = text.substr(separator + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  if (const auto at = authority.rfind('@'); at != authority.npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  auto address = parse_host_port(authority, url.scheme == "https" ? 443 : 80);
  if (!address) return wrong(text, authority.empty() ? "the host is missing" : "its host or port is wrong");
  if (address->port == 0) return wrong(text, "port 0 cannot be connected to");
  url.host = std::move(address->host);
  url.port = address->port;
  const auto question = rest.find('?');
  url.path = rest.substr(0, question);
  if (url.path.empty()) url.path = "/";
  if (question != rest.npos) url.query = rest.substr(question + 1);
  return url;
}

}  // namespace waybill::inline v0
