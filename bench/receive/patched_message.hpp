// Protobuf bytes that remember where in them ids and times stand, so that a body is built once and sent many
// times, each time about other traces. Written apart from waybill's own encoder: a mistake of that one must
// not be hidden by measuring it with itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill_load {

struct patch {
  enum class kind : unsigned char {
    trace_id,      // 16 bytes
    span_id,       // 8 bytes; number: which span of the trace
    time,          // 8 bytes, little-endian; number: ns after the trace's beginning
    message_text,  // 16 hex digits of the message's id
  };
  std::size_t offset = 0;
  kind what = kind::trace_id;
  std::uint32_t trace = 0;  // which of the body's traces
  std::uint64_t number = 0;
};

class patched_message {
 public:
  void varint(unsigned field, std::uint64_t value) {
    tag(field, 0);
    number(value);
  }
  void text(unsigned field, std::string_view value) {
    tag(field, 2);
    number(value.size());
    bytes_ += value;
  }
  void message(unsigned field, const patched_message& inner) {
    tag(field, 2);
    number(inner.bytes_.size());
    append(inner);
  }
  // The other's fields, as fields of this one.
  void append(const patched_message& inner) {
    for (patch one : inner.patches_) {
      one.offset += bytes_.size();
      patches_.push_back(one);
    }
    bytes_ += inner.bytes_;
  }
  // A field of this many bytes, to be filled in later.
  void open_bytes(unsigned field, std::size_t size, patch what) {
    tag(field, 2);
    number(size);
    open(size, what);
  }
  void open_fixed64(unsigned field, patch what) {
    tag(field, 1);
    open(8, what);
  }
  // Text whose last 16 characters are filled in later.
  void open_text(unsigned field, std::string_view before, patch what) {
    tag(field, 2);
    number(before.size() + 16);
    bytes_ += before;
    open(16, what);
  }

  const std::string& bytes() const noexcept { return bytes_; }
  const std::vector<patch>& patches() const noexcept { return patches_; }

 private:
  void tag(unsigned field, unsigned wire) { number(field << 3 | wire); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void open(std::size_t size, patch what) {
    what.offset = bytes_.size();
    patches_.push_back(what);
    bytes_.append(size, '0');
  }

  std::string bytes_;
  std::vector<patch> patches_;
};

}  // namespace waybill_load
