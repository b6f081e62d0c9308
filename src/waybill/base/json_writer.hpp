// Appends JSON to a string: commas, escapes and numbers done right; the caller keeps objects and arrays balanced.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// Appends text as a quoted JSON string. Invalid UTF-8 becomes U+FFFD, control characters are escaped.
void append_json_string(std::string& out, std::string_view text);

class json_writer {
 public:
  explicit json_writer(std::string& out) noexcept : out_(out) {}

  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_array() { return open('['); }
  json_writer& end_array() { return close(']'); }
  json_writer& key(std::string_view name);

  json_writer& text(std::string_view value);
  json_writer& integer(std::int64_t value);
  json_writer& unsigned_integer(std::uint64_t value);
  json_writer& number(double value);  // not finite: null, JSON has no word for it
  json_writer& boolean(bool value);
  json_writer& null();
  json_writer& raw(std::string_view json);  // a value that is JSON already

 private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  void separate();

  std::string& out_;
  bool comma_ = false;
};

}  // namespace waybill::inline v0
