#include <waybill/decode/literal.hpp>

#include <waybill/base/hex.hpp>
#include <waybill/decode/quoted_text.hpp>

#include <charconv>
#include <utility>

namespace waybill::inline v0::decode {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
bool ends_word(char c) {
  return is_blank(c) || is_quote(c) || std::string_view{",:=()[]{}<>;|#"}.find(c) != std::string_view::npos;
}
char closing(char c) {
  return c == '{' ? '}' : c == '[' ? ']' : c == '(' ? ')' : '\0';
}

class literal_reader {
 public:
  literal_reader(std::string_view text, std::size_t& work) : text_(text), work_(work) {}

  std::optional<literal> read() {
    literal found;
    if (closing(here()) == '\0' || !group(found.value, 0)) return std::nullopt;
    if (found.value.members.empty()) return std::nullopt;
    found.size = at_;
    found.cut = cut_;
    return found;
  }

 private:
  char here(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool ended() const { return at_ >= text_.size() || work_ == 0; }
  void step(std::size_t count = 1) {
    count = count < work_ ? count : work_;
    at_ += count;
    work_ -= count;
    if (at_ > text_.size()) at_ = text_.size();
  }
  void blanks() {
    while (!ended() && is_blank(here())) step();
  }
  std::string rest_of_line() {
    const std::size_t begin = at_;
    while (!ended() && here() != '\n') step();
    return std::string{text_.substr(begin, at_ - begin)};
  }
  std::string word() {
    const std::size_t begin = at_;
    while (!ended() && !ends_word(here())) step();
    return std::string{text_.substr(begin, at_ - begin)};
  }

  // From a bracket to the one that closes it.
  bool group(plain_value& into, int depth) {
    if (depth == max_value_depth) return false;
    into.is = plain_value::sort::group;
    const char end = closing(here());
    step();
    for (;;) {
      blanks();
      if (ended()) return false;
      if (here() == end) {
        step();
        return true;
      }
      if (here() == ',' || here() == ';') {
        step();
        continue;
      }
      plain_value member;
      const std::size_t begin = at_;
      if (!value(member, depth + 1)) return false;
      blanks();
      if (const std::size_t size = separator()) {
        step(size);
        blanks();
        if (ended()) return false;
        std::string key = std::move(member.text);
        bool bare = false;
        if (member.is == plain_value::sort::group && member.members.size() == 1) {
          // PHP's ["key"], or [key] of its print_r, which quotes nothing; JavaScript's [Symbol(…)].
          bare = size == 2 && member.members[0].is == plain_value::sort::word;
          key = std::move(member.members[0].text);
        }
        member = {};
        const bool printed = bare && closing(here()) == '\0' && !text_.substr(at_).starts_with("Array");
        if (printed) {
          member.is = plain_value::sort::word;
          member.text = rest_of_line();
        } else if (here() != ',' && here() != end && !value(member, depth + 1)) {
          return false;
        }
        member.key = key.empty() ? "?" : std::move(key);
        into.keyed = true;
      }
      if (at_ == begin)
        step();  // a character that begins nothing
      else
        into.members.push_back(std::move(member));
    }
  }
  std::size_t separator() const {
    if (here() == '=' && here(1) == '>') return 2;
    if (here() == ':' && here(1) == ':') return 0;
    return here() == ':' || here() == '=' ? 1 : 0;
  }

  bool value(plain_value& into, int depth) {
    if (depth > max_value_depth) return false;
    if (here() == ':') step();  // a symbol of Ruby
    if (is_quote(here())) return quoted(into);
    if (closing(here()) != '\0') return group(into, depth);
    if (here() == '<') return angle(into, depth);
    const std::string name = word();
    if ((name == "b" || name == "u" || name == "r" || name == "B" || name == "rb" || name == "br") &&
        is_quote(here()))
      return quoted(into);
    if (here() == '(') {
      if (!group(into, depth)) return false;
      blanks();
      if (name == "string" && is_quote(here())) {  // PHP's string(3) "abc"
        into = {};
        return quoted(into);
      }
      if (here() == '{' && (name == "array" || name.starts_with("object"))) {
        into = {};
        return group(into, depth);
      }
      return true;
    }
    const std::size_t behind = at_;
    blanks();
    if (!name.empty() && here() == '{') return group(into, depth);  // SentrySpan { … }
    if ((name == "array" || name == "Array") && here() == '(') return group(into, depth);
    at_ = behind;
    into.is = plain_value::sort::word;
    if (name == "None" || name == "null" || name == "NULL" || name == "nil" || name == "undefined")
      into.is = plain_value::sort::null;
    else
      into.text = name;
    return true;
  }

  // Texts that follow each other, as Python and JavaScript break long ones, are one.
  bool quoted(plain_value& into) {
    into.is = plain_value::sort::text;
    for (;;) {
      step(read_quoted(text_.substr(at_, work_), into.text));
      if (ended()) return false;
      const std::size_t behind = at_;
      blanks();
      if (here() == '+') {
        step();
        blanks();
      }
      if (is_quote(here())) continue;
      at_ = behind;
      return true;
    }
  }

  // <Buffer 61 62 … 3 more bytes>, or some object: what is in it counts when that is a group.
  bool angle(plain_value& into, int depth) {
    constexpr std::string_view buffer = "<Buffer";
    if (text_.substr(at_).starts_with(buffer)) {
      step(buffer.size());
      into.is = plain_value::sort::text;
      for (;;) {
        blanks();
        const std::string part = word();
        if (part.size() == 2 && hex_digit(part[0]) >= 0 && hex_digit(part[1]) >= 0) {
          into.text += static_cast<char>(hex_digit(part[0]) << 4 | hex_digit(part[1]));
        } else if (part.empty()) {
          break;
        } else if (part[0] >= '0' && part[0] <= '9') {
          std::from_chars(part.data(), part.data() + part.size(), cut_);
        }
      }
    }
    while (!ended() && here() != '>') {
      if (here() == '{') {
        if (!group(into, depth)) return false;
      } else {
        step();
      }
    }
    step();
    return !ended();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t& work_;
  std::size_t cut_ = 0;
};

}  // namespace

std::optional<literal> read_literal(std::string_view text, std::size_t& work) {
  return literal_reader{text, work}.read();
}

}  // namespace waybill::inline v0::decode
