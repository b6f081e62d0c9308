#include <waybill/base/byte_block.hpp>
#include <waybill/base/hex.hpp>
#include <waybill/base/percent_encoding.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace waybill;

TEST_CASE("sixteen digits at a time are read and written as one at a time") {
  for (std::size_t size = 0; size <= 40; ++size) {
    CAPTURE(size);
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
    std::string digits(2 * size, '?');
    write_hex(bytes.data(), size, digits.data());
    for (std::size_t i = 0; i < size; ++i) {
      CHECK(hex_digit(digits[2 * i]) * 16 + hex_digit(digits[2 * i + 1]) == bytes[i]);
    }
    std::vector<std::uint8_t> read(size);
    CHECK(read_hex(digits, read.data(), size, hex_case::lower_only));
    CHECK(read == bytes);
    CHECK_FALSE(read_hex(digits + "0", read.data(), size, hex_case::any));
  }
}

TEST_CASE("whatever is no digit is refused, wherever it stands") {
  for (int c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    const bool lower = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    const bool any = lower || (c >= 'A' && c <= 'F');
    CAPTURE(c);
    CHECK((hex_digit(character) >= 0) == any);
    for (std::size_t at = 0; at < 26; ++at) {  // in a vector, in its half, and behind
      std::string digits(26, '0');
      digits[at] = character;
      std::uint8_t bytes[13];
      CHECK(read_hex(digits, bytes, sizeof bytes, hex_case::lower_only) == lower);
      CHECK(read_hex(digits, bytes, sizeof bytes, hex_case::any) == any);
    }
  }
}

TEST_CASE("digits are read at compile time, too") {
  constexpr auto value = [] {
    std::uint8_t byte = 0;
    return read_hex("a7", &byte, 1, hex_case::lower_only) ? byte : 0;
  }();
  static_assert(value == 0xA7);
}

TEST_CASE("the blocks of a text cover all of it and nothing else") {
  for (std::size_t size = 0; size <= 70; ++size) {
    CAPTURE(size);
    const std::vector<char> exact(size, 'x');  // a sanitizer sees the first byte outside
    std::uint64_t seen = 0;
    for_each_block(exact.data(), size, [&](byte_block block, std::size_t offset) {
      if (offset < 64) seen |= to_bits(equal_to(block, 'x')) << offset;
    });
    CHECK(seen == (size >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1));
  }
}

TEST_CASE("percent-encoding changes all but letters, digits and - . _ ~, and is taken back") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  std::string encoded(3 * all.size(), '\0');
  encoded.resize(percent_encode(all, encoded.data()));
  CHECK(encoded.find("%20") != std::string::npos);
  CHECK(encoded.find_first_of("+ ,;=\"") == std::string::npos);
  std::string decoded(encoded.size(), '\0');
  decoded.resize(percent_decode(encoded, decoded.data()));
  CHECK(decoded == all);
}
