#include <waybill/receive/sentry_auth.hpp>

#include <waybill/base/ascii.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0 {
namespace {

constexpr std::string_view key_name = "sentry_key";

// The value of `name` among name=value pairs.
std::optional<std::string_view> find_pair(std::string_view pairs, char separator,
                                          std::string_view name) noexcept {
  while (!pairs.empty()) {
    const std::string_view pair = trim_ows(pairs.substr(0, pairs.find(separator)));
    pairs.remove_prefix(std::min(pairs.size(), pairs.find(separator)));
    if (!pairs.empty()) pairs.remove_prefix(1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && trim_ows(pair.substr(0, equals)) == name) {
      return trim_ows(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> key_in_header(std::string_view value) noexcept {
  constexpr std::string_view scheme = "Sentry ";
  value = trim_ows(value);
  if (!ascii_iequals(value.substr(0, scheme.size()), scheme)) return std::nullopt;
  return find_pair(value.substr(scheme.size()), ',', key_name);
}

// `http://key[:secret]@host[:port][/path]/project`
struct dsn_parts {
  std::string_view key;
  std::string_view project;
};
dsn_parts split_dsn(std::string_view dsn) noexcept {
  const std::size_t scheme = dsn.find("://");
  if (scheme == std::string_view::npos) return {};
  dsn.remove_prefix(scheme + 3);
  dsn = dsn.substr(0, dsn.find_first_of("?#"));
  const std::size_t at = dsn.find('@');
  const std::size_t slash = dsn.rfind('/');
  if (at == std::string_view::npos || slash == std::string_view::npos || slash < at) return {};
  const std::string_view user = dsn.substr(0, at);
  return {user.substr(0, user.find(':')), dsn.substr(slash + 1)};
}

// All that was said, each time it was said; empty values say nothing.
struct said_keys {
  std::optional<std::string_view> first;
  bool contradict = false;

  void add(std::optional<std::string_view> key) noexcept {
    if (!key || key->empty()) return;
    contradict = contradict || (first && *first != *key);
    if (!first) first = key;
  }
};

said_keys keys_of(const http_request& request) noexcept {
  said_keys said;
  for (const std::string_view name : {"X-Sentry-Auth", "Authorization"}) {
    request.headers.for_each([&](std::string_view header, std::string_view value) {
      if (ascii_iequals(header, name)) said.add(key_in_header(value));
    });
  }
  said.add(find_pair(request.query, '&', key_name));
  return said;
}

constexpr std::string_view otlp = "/integration/otlp";
constexpr std::pair<std::string_view, sentry_endpoint> endings[] = {
    {"/envelope", sentry_endpoint::envelope},
    {"/store", sentry_endpoint::store},
    {"/integration/otlp/v1/traces", sentry_endpoint::otlp},
    {"/integration/otlp/v1/logs", sentry_endpoint::otlp},
    {"/integration/otlp/v1/metrics", sentry_endpoint::otlp},
};

bool is_number(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<sentry_address> read_sentry_address(std::string_view path) noexcept {
  constexpr std::string_view begin = "/api/";
  if (path.ends_with('/')) path.remove_suffix(1);
  for (const auto& [end, endpoint] : endings) {
    if (!path.ends_with(end)) continue;
    const std::string_view before = path.substr(0, path.size() - end.size());
    const std::size_t slash = before.rfind('/');
    if (slash == std::string_view::npos || !before.substr(0, slash + 1).ends_with(begin)) return std::nullopt;
    const std::string_view project = before.substr(slash + 1);
    if (!is_number(project)) return std::nullopt;
    return sentry_address{endpoint, project,
                          endpoint == sentry_endpoint::otlp ? end.substr(otlp.size()) : ""};
  }
  return std::nullopt;
}

std::optional<std::string_view> sentry_key(const http_request& request) noexcept {
  const said_keys said = keys_of(request);
  return said.contradict ? std::nullopt : said.first;
}

std::optional<std::string_view> sentry_token(const http_request& request) noexcept {
  return read_sentry_address(request.path) ? sentry_key(request) : std::nullopt;
}

result<void> check_sentry_key(const http_request& request, std::string_view project, std::string_view dsn) {
  said_keys said = keys_of(request);
  const dsn_parts parts = split_dsn(dsn);
  said.add(parts.key);
  if (said.contradict) {
    return failure{failure_code::refused,
                   "The request names two different keys: X-Sentry-Auth, the query's sentry_key and the "
                   "envelope's dsn have to agree."};
  }
  if (!parts.project.empty() && parts.project != project) {
    return failure{failure_code::refused, "The envelope's dsn is of project " + std::string{parts.project} +
                                              ", but it was sent to project " + std::string{project} + "."};
  }
  if (!said.first) {
    return failure{failure_code::invalid_argument,
                   "The request names no key. A DSN has one: http://<any key>@<host>:<port>/<project>."};
  }
  return {};
}

}  // namespace waybill::inline v0
