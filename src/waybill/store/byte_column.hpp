// A growing row of bytes that numbers are written into, and a checked walk over such a row.
#pragma once

#include <waybill/store/chunk_format.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

class byte_column {
 public:
  void varint(std::uint64_t value) {
    char* to = room(10);
    char* const begin = to;
    while (value >= 0x80) {
      *to++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *to++ = static_cast<char>(value);
    size_ += static_cast<std::size_t>(to - begin);
  }
  void signed_varint(std::int64_t value) { varint(chunk_format::zigzag(value)); }
  void byte(std::uint8_t value) {
    *room(1) = static_cast<char>(value);
    ++size_;
  }
  void bytes(std::string_view raw) {
    if (raw.empty()) return;
    std::memcpy(room(raw.size()), raw.data(), raw.size());
    size_ += raw.size();
  }
  void fixed64(std::uint64_t value) {
    char raw[8];
    std::memcpy(raw, &value, sizeof raw);
    bytes({raw, sizeof raw});
  }

  std::string_view view() const noexcept { return {buffer_.data(), size_}; }
  void clear() noexcept { size_ = 0; }  // keeps the memory

 private:
  char* room(std::size_t size) {
    if (buffer_.size() - size_ < size) buffer_.resize(2 * buffer_.size() + size + 64);
    return buffer_.data() + size_;
  }

  std::string buffer_;
  std::size_t size_ = 0;
};

// Thrown when bytes of a chunk end too early or make no sense; caught where the chunk was entered.
struct damaged_chunk {};

class byte_walk {
 public:
  byte_walk() noexcept = default;
  explicit byte_walk(std::string_view bytes) noexcept : left_(bytes) {}

  std::uint64_t varint() {
    if (!left_.empty() && static_cast<std::uint8_t>(left_.front()) < 0x80) [[likely]] {
      const auto value = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      return value;
    }
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t next = byte();
      value |= (next & 0x7F) << shift;
      if (next < 0x80) return value;
    }
    throw damaged_chunk{};
  }
  std::int64_t signed_varint() { return chunk_format::unzigzag(varint()); }
  std::uint8_t byte() {
    if (left_.empty()) throw damaged_chunk{};
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  std::string_view bytes(std::uint64_t size) {
    if (size > left_.size()) throw damaged_chunk{};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::uint64_t fixed64() {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes(sizeof value).data(), sizeof value);
    return value;
  }

  std::string_view left() const noexcept { return left_; }

 private:
  std::string_view left_;
};

}  // namespace waybill::inline v0
