// Cases from tests/data: lines of fields between tabs, the last of which says why. How they are written stands in the files.
#pragma once

#include <waybill/base/hex.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::testing {

inline std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

inline std::string members(std::size_t count) {
  std::string list;
  for (std::size_t i = 1; i <= count; ++i) {
    char member[32];
    std::snprintf(member, sizeof member, "%sbar%02zu=%02zu", i == 1 ? "" : ",", i, i);
    list += member;
  }
  return list;
}

// {T}, {P}, {x*3} and {members*3}; a brace that begins none of these is a brace.
inline std::string expanded(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = text.find('}');
    const std::string_view inside =
        text.front() == '{' && end != std::string_view::npos ? text.substr(1, end - 1) : "";
    const std::size_t star = inside.find('*', 1);
    std::size_t taken = end + 1;
    if (inside == "T") {
      result += "12345678901234567890123456789012";
    } else if (inside == "P") {
      result += "1234567890123456";
    } else if (star != std::string_view::npos && inside.substr(0, star) == "members") {
      result += members(std::stoul(std::string{inside.substr(star + 1)}));
    } else if (star == 1 && inside.size() > 2 && inside[2] >= '0' && inside[2] <= '9') {
      result.append(std::stoul(std::string{inside.substr(star + 1)}), inside.front());
    } else if (text.front() == '\\' && text.size() > 1) {
      taken = 2;
      if (text[1] == 'x') {
        result += static_cast<char>(hex_digit(text[2]) * 16 + hex_digit(text[3]));
        taken = 4;
      } else {
        result += text[1] == 't' ? '\t' : text[1] == 'n' ? '\n' : text[1] == 'r' ? '\r' : text[1];
      }
    } else {
      result += text.front();
      taken = 1;
    }
    text.remove_prefix(taken);
  }
  return result;
}

inline std::string expected(std::string_view field) {
  return field == "-" ? std::string{} : expanded(field);
}

inline std::vector<std::pair<std::string, std::string>> headers_of(std::string_view field) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (field.empty()) return headers;
  for (const std::string& header : split(field, " | ")) {
    const std::size_t colon = header.find(':');
    REQUIRE(colon != std::string::npos);
    const std::string_view value = std::string_view{header}.substr(colon + 1);
    headers.emplace_back(header.substr(0, colon), expanded(value.starts_with(' ') ? value.substr(1) : value));
  }
  return headers;
}

inline std::vector<std::vector<std::string>> read_cases(const std::string& file, std::size_t fields) {
  std::ifstream in{std::string{WAYBILL_TEST_DATA} + "/" + file};
  REQUIRE(in);
  std::vector<std::vector<std::string>> cases;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    cases.push_back(split(line, "\t"));
    CAPTURE(line);
    REQUIRE(cases.back().size() == fields);
  }
  return cases;
}

}  // namespace waybill::testing
