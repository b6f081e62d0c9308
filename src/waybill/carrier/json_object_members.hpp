// Walks over the members of a JSON object in a text from strangers (RFC 8259): in place, iteratively, in bounded memory.
#pragma once

#include <cstddef>
#include <string_view>

namespace waybill::inline v0 {

// while (members.next()) …; afterwards problem() says whether that was the end. Values are checked all the way down, to a
// depth of 512; only strings are told apart, the rest is passed over. What is in a text that turns out to have a problem
// further on has been shown by then: walk once to see, and once more to use it.
class json_object_members {
 public:
  static constexpr int max_depth = 512;

  explicit json_object_members(std::string_view text) noexcept;

  bool next() noexcept;

  // Null, or what is wrong with the text, to be read behind "at byte <position()>: ".
  const char* problem() const noexcept { return problem_; }
  std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

  // Without the quotes, as it stands.
  std::string_view raw_key() const noexcept { return key_; }
  bool key_escaped() const noexcept { return key_escaped_; }
  bool is_string() const noexcept { return is_string_; }
  // A string without its quotes, any other value as it stands.
  std::string_view raw_value() const noexcept { return value_; }
  bool value_escaped() const noexcept { return value_escaped_; }

  // Offsets in the text: of the key's opening quote, and of the value with its quotes.
  std::size_t member_begin() const noexcept { return static_cast<std::size_t>(key_.data() - 1 - begin_); }
  std::size_t value_begin() const noexcept {
    return static_cast<std::size_t>(value_.data() - begin_) - is_string_;
  }
  std::size_t value_end() const noexcept {
    return static_cast<std::size_t>(value_.data() + value_.size() - begin_) + is_string_;
  }
  // Behind the opening brace.
  std::size_t body_begin() const noexcept { return static_cast<std::size_t>(body_ - begin_); }

 private:
  bool fail(const char* problem) noexcept;
  void skip_space() noexcept;
  bool read_string(std::string_view& raw, bool& escaped) noexcept;
  bool skip_scalar() noexcept;
  bool skip_number() noexcept;
  bool skip_container() noexcept;

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* body_;
  const char* problem_ = nullptr;
  std::string_view key_;
  std::string_view value_;
  bool key_escaped_ = false;
  bool value_escaped_ = false;
  bool is_string_ = false;
  enum class place : unsigned char { before, first_member, later_member, behind } place_ = place::before;
};

// Writes the characters that a checked string stands for to out, which must have room for raw.size(); returns their number.
// Half a surrogate pair becomes U+FFFD.
std::size_t decode_json_string(std::string_view raw, char* out) noexcept;

}  // namespace waybill::inline v0
