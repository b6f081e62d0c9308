// Hosts and ports as people and Host headers write them: "localhost", "127.0.0.1:4318", "[::1]:4318".
#pragma once

#include <waybill/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

struct host_port {
  std::string host;        // lower case, an IPv6 literal without its brackets
  std::uint16_t port = 0;  // the given default if the text had none
};

// Reads host[:port], where an IPv6 literal must stand in brackets if a port follows (RFC 3986 §3.2).
// Says nothing about whether the host exists.
result<host_port> parse_host_port(std::string_view text, std::uint16_t default_port);

// The way back: brackets where they are needed.
std::string to_string(const host_port& address);

// "localhost", 127.0.0.0/8, ::1, and 127.0.0.0/8 written as IPv6: what only this machine can reach. Names are
// not looked up: one that resolves to 127.0.0.1 today may resolve to anything tomorrow.
bool is_loopback_host(std::string_view host) noexcept;

// 0.0.0.0 and ::, "every address of this machine".
bool is_wildcard_host(std::string_view host) noexcept;

}  // namespace waybill::inline v0
