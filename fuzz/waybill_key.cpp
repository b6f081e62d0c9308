// The waybill key. The input is a value as it arrives, and its bytes are also the fields of one to write.
#include <waybill/formats/decimal.hpp>
#include <waybill/formats/waybill_key.hpp>

#include "claim.hpp"
#include "w3c_grammar.hpp"

#include <cstring>
#include <string>
#include <utility>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

constexpr std::uint64_t max_attempt = 999'999'999;

// Digits, at most 18 of them, from 1 to the limit.
std::optional<std::uint64_t> plain_number(std::string_view text, std::uint64_t limit) {
  if (text.empty() || text.size() > 18 || !all_of(text, is_digit)) return std::nullopt;
  const std::uint64_t number = std::stoull(std::string{text});
  if (number == 0 || number > limit) return std::nullopt;
  return number;
}

std::optional<message_stamp> plain_stamp(std::string_view value) {
  value = trim(value);
  if (value.size() > 256) return std::nullopt;
  message_stamp stamp;
  bool seen[256] = {};
  for (const auto field : split(value, ';')) {
    if (field.size() < 2 || field[1] != '=') continue;
    const char name = field[0];
    if (std::string_view{"sdcnpq"}.find(name) == std::string_view::npos) continue;
    if (std::exchange(seen[static_cast<std::uint8_t>(name)], true)) return std::nullopt;
    const std::string_view text = field.substr(2);
    if (name == 'p') {
      if (!is_lower_hex_id(text, 16)) return std::nullopt;
      stamp.sender = span_id::from_hex(text);
    } else if (name == 'q') {
      if (text.size() != 8 || !all_of(text, is_lower_hex)) return std::nullopt;
      stamp.destination = static_cast<std::uint32_t>(std::stoul(std::string{text}, nullptr, 16));
    } else {
      const auto number = plain_number(text, name == 'n' ? max_attempt : max_unix_millis);
      if (!number) return std::nullopt;
      const auto time = static_cast<unix_nanos>(*number) * 1'000'000;
      if (name == 's') stamp.stamped = time;
      if (name == 'd') stamp.due = time;
      if (name == 'c') stamp.created = time;
      if (name == 'n') stamp.attempt = static_cast<std::uint32_t>(*number);
    }
  }
  if (stamp.stamped == 0) return std::nullopt;
  return stamp;
}

void check_read(std::string_view value) {
  const auto stamp = read_waybill(value);
  must(stamp == plain_stamp(value), "a waybill is read as its grammar says");
  if (!stamp) return;
  char room[max_waybill_size];
  must(read_waybill(write_waybill(*stamp, room)) == stamp,
       "a waybill that was read is written and read back the same");
}

unix_nanos without_rest(unix_nanos time) {
  return time / 1'000'000 * 1'000'000;
}
bool is_plausible(unix_nanos time) {
  return time >= 1'000'000 && time / 1'000'000 <= static_cast<unix_nanos>(max_unix_millis);
}

// What is on the wire of any stamp, however wrong.
void check_write(std::string_view bytes) {
  const auto take = [&](auto& into) {
    const std::size_t size = std::min(bytes.size(), sizeof into);
    std::memcpy(&into, bytes.data(), size);
    bytes.remove_prefix(size);
  };
  message_stamp stamp;
  const std::uint8_t choices = take_byte(bytes);
  take(stamp.stamped);
  span_id::bytes_type sender = {};
  std::uint32_t destination = 0;
  unix_nanos due = 0;
  unix_nanos created = 0;
  std::uint32_t attempt = 0;
  take(sender);
  take(destination);
  take(due);
  take(created);
  take(attempt);
  stamp.sender = span_id::from_bytes(sender);
  if ((choices & 1) != 0) stamp.destination = destination;
  if ((choices & 2) != 0) stamp.due = due;
  if ((choices & 4) != 0) stamp.created = created;
  if ((choices & 8) != 0) stamp.attempt = attempt;

  char room[max_waybill_size];
  const std::string_view written = write_waybill(stamp, room);
  must(written.empty() != is_plausible(stamp.stamped),
       "a waybill is written exactly when its time can be believed");
  if (written.empty()) return;
  stamp.stamped = without_rest(stamp.stamped);
  stamp.due = stamp.due && is_plausible(*stamp.due) ? std::optional{without_rest(*stamp.due)} : std::nullopt;
  stamp.created = stamp.created && is_plausible(*stamp.created) ? std::optional{without_rest(*stamp.created)}
                                                                : std::nullopt;
  if (stamp.attempt && (*stamp.attempt == 0 || *stamp.attempt > max_attempt)) stamp.attempt.reset();
  must(read_waybill(written) == stamp, "whatever is written can be read, and says the same");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = text_of(data, size);
  check_read(input);
  check_write(input);
  return 0;
}
