// What people and strangers write as addresses and lists: hosts and ports, http addresses, Host and Origin headers, names of
// formats, Retry-After. Each line is tried as each of them.
#include <waybill/export/retry_after.hpp>
#include <waybill/formats/known_formats.hpp>
#include <waybill/http/access.hpp>
#include <waybill/http/address.hpp>
#include <waybill/http/url.hpp>
#include <waybill/propagation/propagator.hpp>

#include "claim.hpp"
#include "w3c_grammar.hpp"

#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

bool is_one_line(const failure& why) {
  return !why.message.empty() && why.message.find('\n') == std::string::npos;
}

void check_address(std::string_view text) {
  const auto address = parse_host_port(text, 4318);
  const bool clean = text.find_first_of("\r\n") == text.npos;
  if (!address)
    return must(!clean || is_one_line(address.error()), "what is wrong with an address is one line");
  must(!address->host.empty() && all_of(address->host,
                                        [](char c) {
                                          return is_lower(c) || is_digit(c) ||
                                                 std::string_view{".-_:"}.find(c) != std::string_view::npos;
                                        }),
       "a host has the characters of hosts");
  const auto again = parse_host_port(to_string(*address), 1);
  must(again && again->host == address->host && again->port == address->port,
       "an address that was written reads back the same");
  must(!(is_loopback_host(address->host) && is_wildcard_host(address->host)), "loopback is not everywhere");
}

void check_url(std::string_view text) {
  const auto url = parse_http_url(text);
  if (!url)
    return must(text.find('\n') != text.npos || is_one_line(url.error()),
                "what is wrong with a URL is one line");
  must(url->scheme == "http" || url->scheme == "https", "an address is http or https");
  must(url->path.starts_with('/') && url->port != 0 && !url->host.empty(), "an address can be connected to");
  std::string written = url->origin() + url->path;
  if (!url->query.empty()) written += "?" + url->query;
  const auto again = parse_http_url(written);
  must(again && again->host == url->host && again->port == url->port && again->scheme == url->scheme &&
           again->path == url->path && again->query == url->query && again->user_info.empty(),
       "an address that was written reads back the same, without the password");
}

void check_access(std::string_view host, std::string_view origin, std::string_view authorization) {
  static const access_guard local{access_options{}};
  static const access_guard guarded{access_options{.listen_host = "0.0.0.0", .token = "secret", .names = {}}};
  http_request request{
      .method = "POST", .path = "/", .query = {}, .headers = {}, .body = {}, .remote_address = {}};
  request.headers.add("Host", host);
  if (!origin.empty()) request.headers.add("Origin", origin);
  request.headers.add("authorization", authorization);
  const auto refused = local.refuse(request);
  const auto address = parse_host_port(host, 0);
  must(refused || (address && is_loopback_host(address->host)),
       "only who calls it by a local name is let in");
  must(refused || origin.empty() || origin.size() >= host.size() + 3, "only own pages may send");
  const std::string_view words = trim(authorization);
  const bool knows_token = words.size() >= 13 && words.substr(1, 6) == "earer " && words.ends_with("secret");
  must(guarded.refuse(request).has_value() || knows_token, "nobody is let in without the token");
  request.headers.add("Host", host);
  must(local.refuse(request).has_value(), "nobody is let in under two names");
}

void check_exposed(std::string_view host) {
  const bool alone = check_exposure({.listen_host = std::string{host}, .token = {}, .names = {}}).has_value();
  must(alone == is_loopback_host(host), "other machines need a token");
  must(check_exposure({.listen_host = std::string{host}, .token = "t", .names = {}}).has_value(),
       "who has one may come");
}

void check_formats(std::string_view text) {
  const auto formats = propagator::from_names(text);
  if (formats) {
    must(formats->order().size() <= known_formats.size(), "a format counts once");
    const propagator more = formats->with_waybill();
    must(more.has(format_index("waybill")) == !formats->order().empty(), "waybill is added to all but none");
    return;
  }
  must(formats.error().message.find("\"") != std::string::npos, "a refusal quotes what was wrong");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = split(text_of(data, size), '\n', 8);
  for (const auto line : lines) {
    check_address(line);
    check_url(line);
    check_access(line, lines.size() > 2 ? lines[1] : std::string_view{}, lines.back());
    check_exposed(line);
    check_formats(line);
    const auto wait = parse_retry_after(line, 1'700'000'000'000'000'000);
    must(wait.count() >= 0 && wait <= std::chrono::minutes{5}, "nobody makes us wait for ever");
  }
  return 0;
}
