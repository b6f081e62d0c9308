#include <waybill/decode/header_lines.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/base/hex.hpp>
#include <waybill/carrier/context_places.hpp>
#include <waybill/decode/header_shape.hpp>
#include <waybill/decode/next_line.hpp>
#include <waybill/formats/b3.hpp>

#include <algorithm>
#include <string>

namespace waybill::inline v0::decode {
namespace {

std::string_view unquoted(std::string_view text) {
  text = trim_ows(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'' || text.front() == '`') &&
      text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return text;
}

bool is_list(std::string_view header) {
  return header == "baggage" || header == "tracestate";
}

// "name: value", "export NAME=value", PHP's "[name] => value".
bool read_pair(std::string_view line, findings& into) {
  const std::size_t separator = line.find_first_of(":=", line.starts_with(':') ? 1 : 0);
  if (separator == line.npos) return false;
  std::string_view name = unquoted(line.substr(0, separator));
  if (name.starts_with('[') && name.ends_with(']')) name = unquoted(name.substr(1, name.size() - 2));
  std::string_view value = line.substr(separator + 1);
  const bool variable = line[separator] == '=' && !value.starts_with('>');
  if (line[separator] == '=' && value.starts_with('>')) value.remove_prefix(1);
  value = trim_ows(value);
  if (variable && !is_list(header_of_key(name)))  // "NAME=value command", "name=value&other=value"
    value = value.substr(0, value.find_first_of(" \t&"));
  if (value.ends_with("',") || value.ends_with("\",")) value.remove_suffix(1);
  return into.add("", name, unquoted(value));
}

bool read_line(std::string_view line, findings& into) {
  line = trim_ows(line);
  for (const std::string_view word : {"export ", "> ", "< "}) {
    if (line.starts_with(word)) line = trim_ows(line.substr(word.size()));
  }
  if (read_pair(unquoted(line), into)) return true;
  bool any = false;  // a command's options: what stands in quotes
  for (std::size_t begin; (begin = line.find_first_of("'\"")) != line.npos;) {
    const std::size_t end = line.find(line[begin], begin + 1);
    if (end == line.npos) break;
    any = read_pair(line.substr(begin + 1, end - begin - 1), into) || any;
    line.remove_prefix(end + 1);
  }
  return any;
}

bool is_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// The characters from a name to its value: quotes, one of : = | and blanks. 0 when there is no value.
std::size_t to_value(std::string_view text) {
  std::size_t at = text.find_first_not_of("\"'`\\] ");
  if (at == text.npos || (text[at] != ':' && text[at] != '=' && text[at] != '|')) return 0;
  at += text.substr(at).starts_with("=>") ? 2 : 1;
  at = text.find_first_not_of("\"'`\\ [", at);
  return at == text.npos ? 0 : at;
}

// Of a list, members and the blanks between them; of other values, up to what cannot be in one.
std::size_t value_size(std::string_view text, bool list) {
  constexpr std::string_view ends = " \t\"'`\\]})<>|&";
  std::size_t end = std::min(text.find_first_of(ends), text.size());
  if (!list) {
    end = std::min(text.find(','), end);
    while (end > 0 && (text[end - 1] == '.' || text[end - 1] == ';' || text[end - 1] == ':')) --end;
    return end;
  }
  // A member has its '=' before any ':', and is no header that is known.
  std::size_t size = 0;
  for (std::size_t begin = 0; begin < end;) {
    const std::size_t next = std::min(text.find(',', begin), end);
    const std::string_view member = text.substr(begin, next - begin);
    const std::size_t sign = member.find_first_of(":=");
    if (sign == member.npos || member[sign] == ':') break;
    if (begin > 0 && is_known_header(header_of_key(member.substr(0, sign)))) break;
    size = next;
    begin = next + 1;
  }
  return size;
}

bool is_plausible(std::string_view header, std::string_view value) {
  if (value.empty() || value.size() > 8192) return false;
  if (header == "b3") return read_b3(value).has_value();
  if (is_list(header)) return value.find('=') != value.npos;
  if (header == "sentry-task-enqueued-time" || header.starts_with("x-datadog-") ||
      header.starts_with("x-b3-"))
    return hex_digit(value[0]) >= 0 || header == "x-datadog-tags";
  return value.size() > 16 && (header_by_shape(value) == header ||
                               (header == "awstraceheader" && header_by_shape(value) == "x-amzn-trace-id"));
}

// A name on a line of its own, its value on the next one, as browsers copy them.
bool read_name_above(std::string_view text, findings& into) {
  bool any = false;
  std::string_view name;
  while (!text.empty()) {
    std::string_view line = trim_ows(next_line(text));
    if (!name.empty()) any = into.add("", name, line) || any;
    if (line.ends_with(':')) line.remove_suffix(1);
    name = is_known_header(header_of_key(line)) ? line : std::string_view{};
  }
  return any;
}

}  // namespace

bool read_header_lines(std::string_view text, findings& into) {
  bool any = false;
  for (std::string_view rest = text; !rest.empty();) any = read_line(next_line(rest), into) || any;
  return any || read_name_above(text, into);
}

bool read_mentions(std::string_view text, findings& into) {
  bool any = false;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    while (!line.empty()) {
      const auto* const begin = std::find_if(line.begin(), line.end(), is_name_part);
      line.remove_prefix(static_cast<std::size_t>(begin - line.begin()));
      const auto* const end = std::find_if_not(line.begin(), line.end(), is_name_part);
      const std::string_view name = line.substr(0, static_cast<std::size_t>(end - line.begin()));
      line.remove_prefix(name.size());
      if (name.size() > 40 || name.size() < 2) continue;
      const std::string header = header_of_key(name);
      if (!is_known_header(header)) continue;
      const std::size_t at = to_value(line);
      if (at == 0) continue;
      const std::string_view value = line.substr(at, value_size(line.substr(at), is_list(header)));
      if (!is_plausible(header, value)) continue;
      any = into.add("", name, value) || any;
      line.remove_prefix(at + value.size());
    }
  }
  return any;
}

}  // namespace waybill::inline v0::decode
