#include <waybill/formats/waybill_key.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/base/hex.hpp>
#include <waybill/formats/decimal.hpp>
#include <waybill/formats/known_formats.hpp>

#include <cstddef>

namespace waybill::inline v0 {
namespace {

constexpr int waybill_header = header_slots.slot_of("waybill");

constexpr std::size_t max_size = 256;  // of a value we read: known fields, and some that are not known yet
constexpr std::uint64_t max_attempt = 999'999'999;
constexpr unix_nanos nanos_per_milli = 1'000'000;

// Reads one value after another; each ends at a semicolon or with the text.
class field_reader {
 public:
  explicit field_reader(std::string_view text) noexcept : at_(text.data()), end_(at_ + text.size()) {}

  bool done() const noexcept { return at_ == end_; }

  // The letter before a "=", which is passed; '\0' for whatever else, which is passed over to the next field.
  char next_name() noexcept {
    if (end_ - at_ >= 2 && at_[1] == '=') {
      at_ += 2;
      return at_[-2];
    }
    skip();
    return '\0';
  }
  void skip() noexcept {
    while (at_ != end_ && *at_ != ';') ++at_;
    end_field();
  }

  // Fails on anything but digits, on 0, and above limit.
  bool read_number(std::uint64_t& number, std::uint64_t limit) noexcept {
    number = take_decimal(at_, end_);
    return number != 0 && number <= limit && end_field();
  }

  // Fails on anything but 2 * size lower-case digits.
  bool read_bytes(std::uint8_t* bytes, std::size_t size) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < 2 * size) return false;
    if (!read_hex({at_, 2 * size}, bytes, size, hex_case::lower_only)) return false;
    at_ += 2 * size;
    return end_field();
  }

 private:
  bool end_field() noexcept {
    if (at_ == end_) return true;
    return *at_++ == ';';
  }

  const char* at_;
  const char* end_;
};

// False when a known field is malformed, or was there before.
bool read_field(field_reader& fields, message_stamp& stamp, std::optional<unix_nanos>& stamped) noexcept {
  std::optional<unix_nanos>* time = nullptr;
  switch (fields.next_name()) {
    case 's':
      time = &stamped;
      break;
    case 'd':
      time = &stamp.due;
      break;
    case 'c':
      time = &stamp.created;
      break;
    case 'p': {
      span_id::bytes_type bytes;
      if (stamp.sender || !fields.read_bytes(bytes.data(), bytes.size())) return false;
      stamp.sender = span_id::from_bytes(bytes);
      return stamp.sender.has_value();
    }
    case 'q': {
      std::uint8_t bytes[4];
      if (stamp.destination || !fields.read_bytes(bytes, sizeof bytes)) return false;
      stamp.destination = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                          std::uint32_t{bytes[2]} << 8 | bytes[3];
      return true;
    }
    case 'n': {
      std::uint64_t attempt;
      if (stamp.attempt || !fields.read_number(attempt, max_attempt)) return false;
      stamp.attempt = static_cast<std::uint32_t>(attempt);
      return true;
    }
    case '\0':
      return true;
    default:
      fields.skip();
      return true;
  }
  std::uint64_t millis;
  if (*time || !fields.read_number(millis, max_unix_millis)) return false;
  *time = static_cast<unix_nanos>(millis) * nanos_per_milli;
  return true;
}

char* put_field(char name, char* out) noexcept {
  *out++ = ';';
  *out++ = name;
  *out++ = '=';
  return out;
}

char* put_millis(unix_nanos time, char* out) noexcept {
  return write_decimal(static_cast<std::uint64_t>(time / nanos_per_milli), out);
}

// A time that read_time would take.
bool is_plausible(unix_nanos time) noexcept {
  return time >= nanos_per_milli && time / nanos_per_milli <= static_cast<unix_nanos>(max_unix_millis);
}

}  // namespace

std::optional<message_stamp> read_waybill(std::string_view value) noexcept {
  value = trim_ows(value);
  std::optional<message_stamp> stamp;
  if (value.size() > max_size) return stamp;
  stamp.emplace();
  std::optional<unix_nanos> stamped;
  field_reader fields{value};
  while (!fields.done()) {
    if (read_field(fields, *stamp, stamped)) continue;
    stamp.reset();
    return stamp;
  }
  if (stamped) {
    stamp->stamped = *stamped;
  } else {
    stamp.reset();
  }
  return stamp;
}

std::string_view write_waybill(const message_stamp& stamp, std::span<char, max_waybill_size> out) noexcept {
  if (!is_plausible(stamp.stamped)) return {};
  char* at = out.data();
  *at++ = 's';
  *at++ = '=';
  at = put_millis(stamp.stamped, at);
  if (stamp.sender) {
    at = put_field('p', at);
    stamp.sender->write_hex_to(at);
    at += 16;
  }
  if (stamp.destination) {
    const std::uint32_t hash = *stamp.destination;
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(hash >> 24),
                                  static_cast<std::uint8_t>(hash >> 16), static_cast<std::uint8_t>(hash >> 8),
                                  static_cast<std::uint8_t>(hash)};
    at = put_field('q', at);
    write_hex(bytes, sizeof bytes, at);
    at += 8;
  }
  if (stamp.due && is_plausible(*stamp.due)) at = put_millis(*stamp.due, put_field('d', at));
  if (stamp.created && is_plausible(*stamp.created)) at = put_millis(*stamp.created, put_field('c', at));
  if (stamp.attempt && *stamp.attempt != 0 && *stamp.attempt <= max_attempt) {  // 0 would not be read
    at = put_field('n', at);
    at = write_decimal(*stamp.attempt, at);
  }
  return {out.data(), static_cast<std::size_t>(at - out.data())};
}

void read_waybill_key(const received_headers& headers, received_context& received) noexcept {
  const std::size_t count = headers.count(waybill_header);
  if (count == 0) return;
  if (count > 1) return received.rejected.add(rejection::waybill_repeated);
  received.stamp = read_waybill(headers.values(waybill_header).front());
  if (!received.stamp) received.rejected.add(rejection::waybill_malformed);
}

void write_waybill_key(const outgoing_context& context, outgoing_headers& headers) noexcept {
  if (context.stamp.stamped == 0) return;
  char* const room = headers.claim(max_waybill_size);
  if (room == nullptr) return;
  headers.set(waybill_header,
              write_waybill(context.stamp, std::span<char, max_waybill_size>{room, max_waybill_size}));
}

}  // namespace waybill::inline v0
