#include <waybill/http/address.hpp>

#include <waybill/base/ascii.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>
#include <optional>

namespace waybill::inline v0 {
namespace {

failure wrong(std::string_view text, std::string_view why) {
  return {failure_code::invalid_argument,
          "\"" + std::string{text} + "\" is no host and port: " + std::string{why} +
              "; write it like 127.0.0.1:4318, [::1]:4318 or localhost:4318."};
}

std::optional<in6_addr> read_address(std::string_view host) noexcept {
  char text[INET6_ADDRSTRLEN] = {};
  if (host.empty() || host.size() >= sizeof text) return std::nullopt;
  std::memcpy(text, host.data(), host.size());
  in6_addr six{};
  if (inet_pton(AF_INET6, text, &six) == 1) return six;
  in_addr four{};
  if (inet_pton(AF_INET, text, &four) != 1) return std::nullopt;
  six.s6_addr[10] = six.s6_addr[11] = 0xFF;  // ::ffff:a.b.c.d, so that both families are compared in one way
  std::memcpy(&six.s6_addr[12], &four, sizeof four);
  return six;
}

bool is_host_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

result<host_port> parse_host_port(std::string_view text, std::uint16_t default_port) {
  host_port address{.host = {}, .port = default_port};
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == text.npos) return wrong(text, "the bracket is not closed");
    host = text.substr(1, bracket - 1);
    const auto rest = text.substr(bracket + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return wrong(text, "only a port may follow the bracket");
    if (has_port) port = rest.substr(1);
    if (host.find(':') == host.npos || !read_address(host))
      return wrong(text, "the brackets hold no IPv6 address");
  } else if (const auto colon = text.find(':'); colon != text.npos && colon == text.rfind(':')) {
    has_port = true;
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  } else if (colon != text.npos && !read_address(text)) {
    return wrong(text, "it has more than one colon, but is no IPv6 address");
  }
  if (host.empty()) return wrong(text, "the host is missing");
  for (const char c : host) {
    const char lower = ascii_lower(c);
    if (!is_host_character(lower) && lower != ':')
      return wrong(text, "the host has a character that hosts do not have");
    address.host += lower;
  }
  if (has_port) {
    const auto* end = port.data() + port.size();
    const auto [stopped, error] = std::from_chars(port.data(), end, address.port);
    if (port.empty() || error != std::errc{} || stopped != end)
      return wrong(text, "the port is no number up to 65535");
  }
  return address;
}

std::string to_string(const host_port& address) {
  const bool six = address.host.find(':') != std::string::npos;
  return (six ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

bool is_loopback_host(std::string_view host) noexcept {
  if (ascii_iequals(host, "localhost") || ascii_iequals(host, "localhost.")) return true;
  const auto address = read_address(host);
  if (!address) return false;
  if (IN6_IS_ADDR_LOOPBACK(&*address)) return true;
  return IN6_IS_ADDR_V4MAPPED(&*address) && address->s6_addr[12] == 127;
}

bool is_wildcard_host(std::string_view host) noexcept {
  const auto address = read_address(host);
  if (!address) return false;
  if (IN6_IS_ADDR_UNSPECIFIED(&*address)) return true;
  const in6_addr zero_v4 = *read_address("0.0.0.0");
  return std::memcmp(&zero_v4, &*address, sizeof zero_v4) == 0;
}

}  // namespace waybill::inline v0
