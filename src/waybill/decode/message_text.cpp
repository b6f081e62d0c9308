#include <waybill/decode/message_text.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/decode/header_lines.hpp>
#include <waybill/decode/header_shape.hpp>
#include <waybill/decode/literal.hpp>
#include <waybill/decode/message_walk.hpp>
#include <waybill/decode/pickle_text.hpp>
#include <waybill/decode/quoted_text.hpp>
#include <waybill/decode/redis_reply.hpp>
#include <waybill/wire/base64.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace waybill::inline v0::decode {
namespace {

constexpr std::size_t most_work = std::size_t{1} << 24;
constexpr std::size_t max_literals = 10'000;
constexpr std::string_view blanks = " \t\r\n";

bool has_something(const findings& into) {
  return !into.found().headers.empty() || !into.found().kind.empty();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

void read_json(std::string_view text, findings& into, std::string_view kind = "metadata as JSON") {
  walk_json(text, into);
  if (!into.found().headers.empty()) into.call_it(kind);
}

// A message whole: JSON, a pickle, either in base64, or as redis-cli shows it.
void read_whole(std::string_view untrimmed, findings& into) {
  const std::string_view text = trimmed(untrimmed);
  if (text.starts_with('{') || text.starts_with('[')) {
    read_json(text, into);
  } else if (looks_like_pickle(text)) {
    walk_pickle(text, into);
    into.call_it("a Python pickle");
  } else if (const auto reply = read_redis_reply(untrimmed)) {
    read_json(to_json(*reply), into, "a reply of Redis");
  } else if (const auto fields = read_alternating_lines(text)) {
    read_json(to_json(*fields), into, "headers");
  } else if (const auto bytes = text.size() < 32 ? std::nullopt : from_base64(text)) {
    if (bytes->starts_with('{') || bytes->starts_with('[')) read_json(*bytes, into);
    if (looks_like_pickle(*bytes)) {
      walk_pickle(*bytes, into);
      into.call_it("a Python pickle");
    }
  }
}

// CSV doubles the quotes inside a text, and whoever quotes JSON once more puts a backslash before them.
std::string without_outer_quotes(std::string_view text) {
  std::string plain;
  const bool doubled = text.find("{\"\"") != text.npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\"{\\\"")) {
      std::string inner;
      const std::size_t size = read_quoted(text.substr(i), inner);
      plain.append(inner);
      i += size - 1;
      continue;
    }
    plain += text[i];
    if (doubled && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') ++i;
  }
  return plain;
}

// Of the values that stand in the text, as a program printed them, the first with headers.
void read_literals(std::string_view text, findings& into) {
  const std::string plain = without_outer_quotes(text);
  std::size_t work = std::max(4 * plain.size(), std::min(64 * plain.size(), most_work));
  std::size_t others = 0;
  std::size_t tries = 0;
  for (std::size_t at = 0; work > 0 && tries < max_literals; ++tries) {
    at = plain.find_first_of("{[(", at);
    if (at == plain.npos) break;
    const auto read = read_literal(std::string_view{plain}.substr(at), work);
    at += read ? read->size : 1;
    if (!read) continue;
    findings one;
    read_json(to_json(read->value), one, "a text with metadata in it");
    if (!into.found().headers.empty()) {
      others += !one.found().headers.empty();
      continue;
    }
    if (!one.found().headers.empty() && read->cut > 0)
      one.note(
          "the text was cut where it was printed: <Buffer … more bytes> lacks the end of a value; print "
          "its toString()");
    if (!one.found().headers.empty() || !has_something(into)) into = std::move(one);
  }
  if (others > 0)
    into.note("of the messages in it, this is the first; " + std::to_string(others) +
              " behind it are not told");
}

void read_value(std::string_view value, findings& into) {
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    value = value.substr(1, value.size() - 2);
  if (value.size() > 8192) return;
  const auto name = header_by_shape(value);
  if (name.empty()) return;
  into.add("", name, value);
  into.call_it(std::string{"a bare "}.append(name));
}

}  // namespace

message_text read_message(std::string_view text) {
  text = text.substr(0, max_text_size);
  std::string narrow;
  if (text.starts_with("\xff\xfe")) {  // UTF-16, as PowerShell writes it; names and ids are ASCII
    for (std::size_t i = 2; i < text.size(); i += 2) narrow += text[i];
    text = narrow;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  findings into;
  read_whole(text, into);
  if (has_something(into)) return into.take();
  text = trimmed(text);
  findings loose;  // what no message holds
  const bool of_curl =
      text.starts_with("> ") || text.find("\n> ") != text.npos;  // curl -v, with a body behind
  if (!of_curl || !read_header_lines(text, loose)) {
    read_literals(text, into);
    if (!into.found().headers.empty()) return into.take();
    read_header_lines(text, loose);
  }
  if (!loose.found().headers.empty()) loose.call_it("headers");
  if (!has_something(loose)) read_value(text, loose);
  if (!has_something(loose) && read_mentions(text, loose)) loose.call_it("a text that names headers");
  if (!has_something(loose)) {
    if (const auto value = find_trace_value(text); !value.name.empty()) {
      loose.add("", value.name, value.value);
      loose.call_it(std::string{"a text with a "}.append(value.name).append(" in it"));
    }
  }
  // A message without a context is told all the same, when nothing else is.
  return has_something(loose) ? loose.take() : into.take();
}

}  // namespace waybill::inline v0::decode
