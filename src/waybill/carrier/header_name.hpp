// The names of the headers we know, as constants that a received name is compared with in a few instructions.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace waybill::inline v0 {

// Stops the compilation with a sentence when a constant is made from something wrong: it is not constexpr, nor anywhere.
void not_a_constant(const char* why);

// The first and the last bytes of a name, as numbers. They overlap: up to 16 characters it is all of it.
struct name_ends {
  std::uint64_t head = 0;
  std::uint64_t tail = 0;

  template <class Word>
  static constexpr Word word(std::string_view name, std::size_t at) noexcept {
    if (std::is_constant_evaluated()) {
      std::array<char, sizeof(Word)> bytes{};
      for (std::size_t i = 0; i < sizeof(Word); ++i) bytes[i] = name[at + i];
      return std::bit_cast<Word>(bytes);
    }
    Word read;
    std::memcpy(&read, name.data() + at, sizeof read);
    return read;
  }
  template <class Word>
  static constexpr name_ends in_words(std::string_view name) noexcept {
    return {word<Word>(name, 0), word<Word>(name, name.size() - sizeof(Word))};
  }

  // Of at least 2 characters.
  static constexpr name_ends of(std::string_view name) noexcept {
    if (name.size() >= 8) return in_words<std::uint64_t>(name);
    return name.size() >= 4 ? in_words<std::uint32_t>(name) : in_words<std::uint16_t>(name);
  }
};

// Lower case, 2 to 32 characters. Names of strangers match whatever their case, and only in ASCII letters: an OR with 0x20
// at every place would also take a carriage return for a hyphen.
class header_name {
 public:
  static constexpr std::size_t min_size = 2;
  static constexpr std::size_t max_size = 32;

  constexpr header_name() noexcept = default;
  consteval explicit header_name(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
    if (text.size() < min_size || text.size() > max_size)
      not_a_constant("a header name has 2 to 32 characters");
    char case_bits[max_size] = {};
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] >= 'A' && text[i] <= 'Z') not_a_constant("a header name is written in lower case");
      text_[i] = text[i];
      case_bits[i] = text[i] >= 'a' && text[i] <= 'z' ? '\x20' : '\0';
    }
    ends_ = name_ends::of(text);
    case_bits_ = name_ends::of({case_bits, text.size()});
  }

  constexpr std::string_view text() const noexcept { return {text_, size_}; }

  // Both take the ends of a name that has the same size as this one, and whose middle matches when it is longer than 16.
  bool matches_any_case(const name_ends& ends) const noexcept {
    return (ends.head | case_bits_.head) == ends_.head && (ends.tail | case_bits_.tail) == ends_.tail;
  }
  bool matches_exactly(const name_ends& ends) const noexcept {
    return ends.head == ends_.head && ends.tail == ends_.tail;
  }

 private:
  char text_[max_size] = {};
  std::uint8_t size_ = 0;
  name_ends ends_;
  name_ends case_bits_;
};

}  // namespace waybill::inline v0
