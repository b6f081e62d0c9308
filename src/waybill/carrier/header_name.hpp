// The names of the headers we know, as constants that a received name is compared with in a few instructions.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace waybill::inline v0 {

// The first and the last bytes of a name, as numbers. They overlap: up to 16 characters it is all of it.
struct name_ends {
  std::uint64_t head = 0;
  std::uint64_t tail = 0;

  template <class Word>
  static constexpr Word word(std::string_view name, std::size_t at) noexcept {
    Word read = 0;
    if (!std::is_constant_evaluated()) {
      std::memcpy(&read, name.data() + at, sizeof read);
      return read;
    }
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
      const std::size_t place = std::endian::native == std::endian::little ? i : sizeof(Word) - 1 - i;
      read = static_cast<Word>(read | Word{static_cast<std::uint8_t>(name[at + i])} << 8 * place);
    }
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
  consteval explicit header_name(std::string_view text);  // make_header_table.hpp

  // A size of another type than std::size_t would have the compiler look at iterators first, which is slow.
  constexpr std::string_view text() const noexcept { return {text_, std::size_t{size_}}; }

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
