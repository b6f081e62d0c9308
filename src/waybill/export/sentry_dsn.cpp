#include <waybill/export/sentry_dsn.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/http/url.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// A key is written into a header and into JSON as it is.
bool is_key(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 256 && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_' || c == '-';
  });
}

bool is_number(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, is_digit);
}

failure wrong(std::string_view why) {
  return {failure_code::invalid_argument,
          std::string{why} + "; a DSN is written like https://KEY@o123.ingest.sentry.io/456."};
}

std::string_view org_in(std::string_view host) noexcept {
  if (!host.starts_with('o')) return {};
  const auto digits = host.substr(1, host.find('.') - 1);
  return digits.size() + 1 < host.size() && is_number(digits) ? digits : std::string_view{};
}

}  // namespace

std::string sentry_dsn::envelope_url() const {
  http_url base;
  base.scheme = scheme;
  base.host = host;
  base.port = port;
  return base.origin() + path + "/api/" + project_id + "/envelope/";
}

result<sentry_dsn> parse_sentry_dsn(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  text = text.substr(0, text.find_last_not_of(blanks) + 1);
  const auto url = parse_http_url(text);
  if (!url) return wrong("it is no http or https address with a host");
  sentry_dsn dsn;
  dsn.scheme = url->scheme;
  dsn.host = url->host;
  dsn.port = url->port;
  const std::string_view keys = url->user_info;
  const auto colon = keys.find(':');
  dsn.public_key = keys.substr(0, colon);
  if (colon != keys.npos) dsn.secret_key = keys.substr(colon + 1);
  if (dsn.public_key.empty()) return wrong("the public key before the @ is missing");
  if (!is_key(dsn.public_key) || (!dsn.secret_key.empty() && !is_key(dsn.secret_key)))
    return wrong("its key has other characters than letters, digits, - and _");

  std::string_view path = url->path;
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == path.npos) return wrong("the project's number behind the host is missing");
  dsn.path = path.substr(0, slash);
  dsn.project_id = path.substr(slash + 1);
  if (!is_number(dsn.project_id)) return wrong("it does not end with the project's number");
  dsn.org_id = org_in(dsn.host);
  return dsn;
}

}  // namespace waybill::inline v0
