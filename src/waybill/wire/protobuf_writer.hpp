// Protobuf written forward into memory that is large enough, as was computed first: no buffer checks.
#pragma once

#include <waybill/base/copy_bytes.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace waybill::inline v0 {

// Sizes: what the writer of the same name will write. All field numbers of OTLP need one or two bytes of tag.
namespace protobuf_size {

constexpr std::size_t varint(std::uint64_t value) noexcept {
  if (value < 0x80) return 1;  // nearly every length
  return (static_cast<std::size_t>(std::bit_width(value)) * 9 + 64) / 64;
}
constexpr std::size_t tag(std::uint32_t field) noexcept {
  return field < 16 ? 1 : 2;
}

// A message or text of this many bytes, with tag and length.
constexpr std::size_t sized(std::uint32_t field, std::size_t bytes) noexcept {
  return tag(field) + varint(bytes) + bytes;
}
// Fields that are left out when they have their default value.
constexpr std::size_t text(std::uint32_t field, std::string_view value) noexcept {
  return value.empty() ? 0 : sized(field, value.size());
}
constexpr std::size_t number(std::uint32_t field, std::uint64_t value) noexcept {
  return value == 0 ? 0 : tag(field) + varint(value);
}
constexpr std::size_t fixed64(std::uint32_t field, std::uint64_t value) noexcept {
  return value == 0 ? 0 : tag(field) + 8;
}
constexpr std::size_t fixed32(std::uint32_t field, std::uint32_t value) noexcept {
  return value == 0 ? 0 : tag(field) + 4;
}

}  // namespace protobuf_size

class protobuf_writer {
 public:
  explicit protobuf_writer(char* to) noexcept : to_(to) {}

  const char* position() const noexcept { return to_; }

  // Tag and length of a message whose content the caller writes next.
  void begin(std::uint32_t field, std::size_t bytes) noexcept {
    tag(field, 2);
    varint(bytes);
  }
  // Tag of a message of less than 128 bytes, whose length end_short puts where this points to.
  char* begin_short(std::uint32_t field) noexcept {
    tag(field, 2);
    return to_++;
  }
  void end_short(char* length) noexcept { *length = static_cast<char>(to_ - length - 1); }

  // Tag of a message of at most so many bytes, and room for its length, which end puts there.
  struct open_length {
    char* at;
    std::size_t width;
  };
  open_length begin_later(std::uint32_t field, std::size_t most) noexcept {
    tag(field, 2);
    const open_length length{to_, protobuf_size::varint(most)};
    to_ += length.width;
    return length;
  }
  // Lengths have no byte too many: a message that is shorter than it looked is moved up.
  void end(open_length length) noexcept {
    char* const content = length.at + length.width;
    const auto size = static_cast<std::size_t>(to_ - content);
    const std::size_t width = protobuf_size::varint(size);
    if (width != length.width) [[unlikely]]
      std::memmove(length.at + width, content, size);
    to_ = length.at;
    varint(size);
    to_ += size;
  }

  void sized(std::uint32_t field, std::string_view bytes) noexcept {
    begin(field, bytes.size());
    raw(bytes);
  }
  // Of less than 128 bytes: tag and length at once. Fields below 16.
  void sized_short(std::uint32_t field, std::string_view bytes) noexcept {
    little_endian(static_cast<std::uint16_t>((field << 3 | 2) | bytes.size() << 8));
    raw(bytes);
  }
  void varint_field(std::uint32_t field, std::uint64_t value) noexcept {
    tag(field, 0);
    varint(value);
  }
  void fixed64_field(std::uint32_t field, std::uint64_t value) noexcept {
    tag(field, 1);
    little_endian(value);
  }

  // Left out when they have their default value.
  void text(std::uint32_t field, std::string_view value) noexcept {
    if (!value.empty()) sized(field, value);
  }
  void number(std::uint32_t field, std::uint64_t value) noexcept {
    if (value != 0) varint_field(field, value);
  }
  void fixed64(std::uint32_t field, std::uint64_t value) noexcept {
    if (value != 0) fixed64_field(field, value);
  }
  void fixed32(std::uint32_t field, std::uint32_t value) noexcept {
    if (value == 0) return;
    tag(field, 5);
    little_endian(value);
  }

  void raw(std::string_view bytes) noexcept {
    copy_bytes(to_, bytes.data(), bytes.size());
    to_ += bytes.size();
  }

 private:
  // One or two bytes, and the compiler knows which: fields are constants.
  void tag(std::uint32_t field, std::uint32_t type) noexcept {
    if (field < 16) {
      *to_++ = static_cast<char>(field << 3 | type);
    } else {
      *to_++ = static_cast<char>((field << 3 | type) | 0x80);
      *to_++ = static_cast<char>(field >> 4);
    }
  }
  void varint(std::uint64_t value) noexcept {
    while (value >= 0x80) {
      *to_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *to_++ = static_cast<char>(value);
  }
  template <class Unsigned>
  void little_endian(Unsigned value) noexcept {
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(to_, &value, sizeof value);
    to_ += sizeof value;
  }

  char* to_;
};

}  // namespace waybill::inline v0
