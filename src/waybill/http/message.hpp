// HTTP messages as plain values: what handlers get and give, and what the client returns.
#pragma once

#include <waybill/base/ascii.hpp>
#include <waybill/http/request_memory.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

struct http_header {
  std::string name;
  std::string value;
};

// In the order of arrival; names compare ASCII case-insensitively (RFC 9110 §5.1) and may occur more than
// once. Has for_each, set and remove, so that it serves as a trace context's carrier as it is.
class http_headers {
 public:
  http_headers() = default;
  http_headers(std::initializer_list<http_header> list) : list_(list) {}

  void add(std::string_view name, std::string_view value) {
    list_.push_back({std::string{name}, std::string{value}});
  }

  // Replaces every header of that name.
  void set(std::string_view name, std::string_view value) {
    remove(name);
    add(name, value);
  }

  void remove(std::string_view name) {
    std::erase_if(list_, [&](const http_header& header) { return ascii_iequals(header.name, name); });
  }

  // The first of that name; absent and empty are different. The view lives until the list changes.
  std::optional<std::string_view> find(std::string_view name) const noexcept {
    for (const auto& header : list_) {
      if (ascii_iequals(header.name, name)) return header.value;
    }
    return std::nullopt;
  }

  std::size_t count(std::string_view name) const noexcept {
    return static_cast<std::size_t>(std::count_if(list_.begin(), list_.end(), [&](const http_header& header) {
      return ascii_iequals(header.name, name);
    }));
  }

  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (const auto& header : list_) visit(std::string_view{header.name}, std::string_view{header.value});
  }

  auto begin() const noexcept { return list_.begin(); }
  auto end() const noexcept { return list_.end(); }
  std::size_t size() const noexcept { return list_.size(); }
  bool empty() const noexcept { return list_.empty(); }

 private:
  std::vector<http_header> list_;
};

// Everything in it was written by a stranger; only the framing has been checked.
struct http_request {
  std::string method;  // as sent; methods are case-sensitive
  std::string path;    // begins with '/' (or is "*"), still percent-encoded, up to the '?'
  std::string query;   // what follows the '?', still percent-encoded
  http_headers headers;
  std::string body;            // as sent, not decompressed
  std::string remote_address;  // of the other end, without its port

  // What the request holds of its server's memory; null where nobody counts. Whoever makes more of the body
  // grows it first, and keeps it for as long as the body or what was made of it.
  std::shared_ptr<memory_share> memory = nullptr;

  // By so many bytes at least the capacity of a body that is not empty exceeds its size: simdjson reads past
  // the end.
  static constexpr std::size_t body_slack = 64;
};

struct http_response {
  unsigned status = 200;
  http_headers headers;  // Content-Length, Connection and Date are the server's to write
  std::string body;
};

// An answer whose body is one sentence (or any other plain text).
inline http_response text_response(unsigned status, std::string_view text) {
  http_response response{
      .status = status, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = {}};
  response.body.reserve(text.size() + 1);
  response.body.append(text).append("\n");
  return response;
}

// For a moment in which there is no memory left for one more request.
inline http_response busy_response() {
  auto response = text_response(503, "This server holds all the requests it has memory for; try again soon.");
  response.headers.add("Retry-After", "1");
  return response;
}

}  // namespace waybill::inline v0
