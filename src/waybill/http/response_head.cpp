#include <waybill/http/response_head.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/http/http_date.hpp>

#include <algorithm>
#include <ctime>

namespace waybill::inline v0 {
namespace {

bool is_writable(const http_header& header) noexcept {
  const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  const auto no_token = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == ':' || c == 0x7F; };
  return !header.name.empty() && std::none_of(header.name.begin(), header.name.end(), no_token) &&
         std::none_of(header.value.begin(), header.value.end(), breaks);
}

bool is_ours(const http_header& header) noexcept {
  for (const std::string_view name : {"Content-Length", "Connection", "Date", "Transfer-Encoding"}) {
    if (ascii_iequals(header.name, name)) return true;
  }
  return false;
}

// RFC 9110 §15, those that are given here; without a phrase a status is as valid.
std::string_view reason_of(unsigned status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

void add_line(std::string& to, std::string_view name, std::string_view value) {
  to.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool may_have_body(unsigned status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const http_response& response, bool keep_alive) {
  std::string head;
  head.reserve(256);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason_of(response.status)).append("\r\n");
  for (const auto& header : response.headers) {
    if (is_writable(header) && !is_ours(header)) add_line(head, header.name, header.value);
  }
  add_line(head, "Date", http_date(std::time(nullptr)));
  add_line(head, "Connection", keep_alive ? "keep-alive" : "close");
  if (may_have_body(response.status)) add_line(head, "Content-Length", std::to_string(response.body.size()));
  return head.append("\r\n");
}

}  // namespace waybill::inline v0
