#include <waybill/decode/message_text.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/decode/header_lines.hpp>
#include <waybill/decode/header_shape.hpp>
#include <waybill/decode/literal.hpp>
#include <waybill/decode/message_reader.hpp>
#include <waybill/decode/pickle_text.hpp>
#include <waybill/decode/redis_reply.hpp>
#include <waybill/wire/base64.hpp>

#include <optional>

namespace waybill::inline v0::decode {
namespace {

constexpr std::size_t max_others = 1000;
constexpr std::size_t max_literals = 10'000;
constexpr std::string_view blanks = " \t\r\n";

bool has_something(const message_reader& into) {
  return !into.found().headers.empty() || !into.found().kind.empty();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

void read_json(std::string_view text, message_reader& into, std::string_view kind = "metadata as JSON") {
  into.read_json(text);
  if (!into.found().headers.empty()) into.call_it(kind);
}

// A message whole: JSON, a pickle, either in base64, or as redis-cli shows it.
void read_whole(std::string_view untrimmed, message_reader& into) {
  const std::string_view text = trimmed(untrimmed);
  if (text.starts_with('{') || text.starts_with('[')) {
    read_json(text, into);
  } else if (looks_like_pickle(text)) {
    into.read_pickle(text);
    into.call_it("a Python pickle");
  } else if (const auto reply = read_redis_reply(untrimmed)) {
    read_json(to_json(*reply), into, "a reply of Redis");
  } else if (const auto fields = read_alternating_lines(text)) {
    read_json(to_json(*fields), into, "headers");
  } else if (const auto bytes = text.size() < 32 ? std::nullopt : from_base64(text)) {
    if (bytes->starts_with('{') || bytes->starts_with('[')) read_json(*bytes, into);
    if (looks_like_pickle(*bytes)) {
      into.read_pickle(*bytes);
      into.call_it("a Python pickle");
    }
  }
}

// Where in a text a value may begin: at a bracket, or at PHP's "array (". Looks at no character twice.
class literal_search {
 public:
  explicit literal_search(std::string_view text) : text_(text) {}

  // The first such place that is not before from; npos when there is none. from never goes back.
  std::size_t next(std::size_t from) {
    if (bracket_ == unknown || bracket_ < from) bracket_ = text_.find_first_of("{[", from);
    for (;;) {
      if (array_ == unknown || array_ < from) array_ = text_.find("array", from);
      if (array_ == text_.npos || array_ > bracket_) return bracket_;
      const std::size_t behind = text_.find_first_not_of(blanks, array_ + 5);
      if (behind != text_.npos && text_[behind] == '(') return array_;
      from = array_ + 5;
    }
  }

 private:
  static constexpr std::size_t unknown = std::string_view::npos - 1;

  std::string_view text_;
  std::size_t bracket_ = unknown;
  std::size_t array_ = unknown;
};

// Of the values that stand in the text, as a program printed them, the first with headers.
void read_literals(std::string_view text, message_reader& into) {
  std::string undoubled;  // CSV doubles the quotes inside
  if (text.find("{\"\"") != text.npos) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      undoubled += text[i];
      if (text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') ++i;
    }
    text = undoubled;
  }
  std::size_t work = 4 * text.size();
  std::size_t others = 0;
  literal_search places{text};
  std::size_t tries = 0;
  for (std::size_t at = places.next(0); at != text.npos && work > 0 && others < max_others;) {
    const auto found = read_literal(text.substr(at), work);
    if (!found) {
      at = places.next(at + 1);
      continue;
    }
    at = places.next(at + found->size);
    if (++tries == max_literals) break;
    message_reader other;
    if (into.found().headers.empty()) {
      read_json(to_json(found->value), into, "a text with metadata in it");
      if (!into.found().headers.empty() && found->cut > 0)
        into.note(
            "the text was cut where it was printed: <Buffer … more bytes> lacks the end of a value; print "
            "its toString()");
    } else if (other.read_json(to_json(found->value)) && !other.found().headers.empty()) {
      ++others;
    }
  }
  if (others > 0)
    into.note("of the messages in it, this is the first; " + std::to_string(others) +
              (others == max_others ? " or more" : "") + " behind it are not told");
}

void read_value(std::string_view value, message_reader& into) {
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
  message_reader into;
  read_whole(text, into);
  text = trimmed(text);
  const bool of_curl =
      text.starts_with("> ") || text.find("\n> ") != text.npos;  // curl -v, with a body behind
  if (of_curl && into.found().headers.empty() && read_header_lines(text, into)) into.call_it("headers");
  if (into.found().headers.empty()) read_literals(text, into);
  if (!has_something(into) && read_header_lines(text, into)) into.call_it("headers");
  if (!has_something(into)) read_value(text, into);
  if (!has_something(into) && read_mentions(text, into)) into.call_it("a text that names headers");
  if (!has_something(into)) {
    if (const auto value = find_trace_value(text); !value.name.empty()) {
      into.add("", value.name, value.value);
      into.call_it(std::string{"a text with a "}.append(value.name).append(" in it"));
    }
  }
  return into.take();
}

}  // namespace waybill::inline v0::decode
