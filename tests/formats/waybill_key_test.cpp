#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/formats/decimal.hpp>
#include <waybill/formats/waybill_key.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/restamp.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

using namespace waybill;

namespace {

constexpr unix_nanos ms = 1'000'000;
const std::optional<span_id> sender = span_id::from_hex("00f067aa0ba902b7");

}  // namespace

TEST_CASE("the waybill key is read by its grammar") {
  struct row {
    std::string text;
    std::optional<message_stamp> stamp;
    std::string_view why;
  };
  const message_stamp plain{.stamped = 1700000000123 * ms, .sender = sender};
  for (const auto& [text, stamp, why] : {
           row{"s=1700000000123;p=00f067aa0ba902b7", plain, "what must be there"},
           row{"p=00f067aa0ba902b7;s=1700000000123", plain, "in any order"},
           row{" s=1700000000123;p=00f067aa0ba902b7\t", plain, "white space around it"},
           row{"s=1700000000123;p=00f067aa0ba902b7;q=9f86d081;d=1700000005000;c=1699999999999;n=3",
               message_stamp{.stamped = 1700000000123 * ms,
               .sender = sender,
               .destination = 0x9f86d081,
               .due = 1700000005000 * ms,
               .created = 1699999999999 * ms,
               .attempt = 3},
               "everything"},
           row{"s=1700000000123", message_stamp{.stamped = 1700000000123 * ms}, "the sender had no span"},
           row{"s=1700000000123;p=00f067aa0ba902b7;z=9;future=;x;;", plain, "fields that are not known yet"},
           row{"S=1;s=1700000000123;p=00f067aa0ba902b7", plain, "letters compare with case"},
           row{"s=1", message_stamp{.stamped = ms}, "a time long ago is a time"},
           row{"", std::nullopt, "empty"},
           row{"p=00f067aa0ba902b7", std::nullopt, "no time"},
           row{"s=;p=00f067aa0ba902b7", std::nullopt, "an empty time"},
           row{"s=0;p=00f067aa0ba902b7", std::nullopt, "no time that was"},
           row{"s=-1", std::nullopt, "a sign"},
           row{"s=1700000000.5", std::nullopt, "a fraction"},
           row{"s=17000000001x3", std::nullopt, "no digit"},
           row{"s=9000000000001", std::nullopt, "beyond the year 2255"},
           row{"s=1700000000123456789", std::nullopt, "nanoseconds by mistake"},
           row{"s=99999999999999999999999999", std::nullopt, "more digits than a number has"},
           row{"s=1700000000123;s=1700000000124", std::nullopt, "two times: neither can be trusted"},
           row{"s=1700000000123;p=0000000000000000", std::nullopt, "a span id of zeros"},
           row{"s=1700000000123;p=00f067aa0ba902b", std::nullopt, "15 digits"},
           row{"s=1700000000123;p=00f067aa0ba902b77", std::nullopt, "17 digits"},
           row{"s=1700000000123;p=00F067AA0BA902B7", std::nullopt, "upper case"},
           row{"s=1700000000123;p=00f067aa0ba902b7;p=00f067aa0ba902b7", std::nullopt, "two senders"},
           row{"s=1700000000123;q=9f86d08", std::nullopt, "seven digits"},
           row{"s=1700000000123;q=9f86d08x", std::nullopt, "no digit"},
           row{"s=1700000000123;d=tomorrow", std::nullopt,
               "a delay that cannot be read would be drawn as waiting"},
           row{"s=1700000000123;n=1234567890", std::nullopt, "more attempts than there are"},
           row{"s=1700000000123;n=1;n=2", std::nullopt, "two attempts"},
           row{"s=1700000000123;" + std::string(300, 'x'), std::nullopt, "far too long"},
       }) {
    CAPTURE(why);
    CHECK(read_waybill(text) == stamp);
  }
}

TEST_CASE("what is written is read back, in whole milliseconds") {
  for (const unix_nanos time : {1 * ms, 9 * ms, 10 * ms, 99999999 * ms, 100000000 * ms, 100000001 * ms,
                                1700000000123 * ms, 8999999999999 * ms}) {
    CAPTURE(time);
    char room[max_waybill_size];
    const message_stamp stamp{.stamped = time,
                              .sender = sender,
                              .destination = destination_hash("deployment"),
                              .due = time,
                              .created = time,
                              .attempt = 999'999'999};
    CHECK(read_waybill(write_waybill(stamp, room)) == stamp);
  }
  char room[max_waybill_size];
  CHECK(write_waybill({.stamped = 1700000000123 * ms + 999'999, .sender = sender}, room) ==
        "s=1700000000123;p=00f067aa0ba902b7");
  // Whoever reads would drop all of a stamp for one field that is out of range.
  CHECK(write_waybill({.stamped = ms, .attempt = 0}, room) == "s=1");
  CHECK(write_waybill({.stamped = ms, .attempt = 1'000'000'000}, room) == "s=1");
  CHECK(write_waybill({.stamped = 1700000000123 * ms, .destination = 7, .attempt = 1}, room) ==
        "s=1700000000123;q=00000007;n=1");
}

TEST_CASE("a time that could not be read back is not written") {
  char room[max_waybill_size];
  CHECK(write_waybill({.stamped = 0}, room).empty());
  CHECK(write_waybill({.stamped = -5 * ms}, room).empty());
  CHECK(write_waybill({.stamped = INT64_MAX}, room).empty());
  CHECK(write_waybill({.stamped = ms, .due = -1, .created = INT64_MAX, .attempt = 4'000'000'000}, room) ==
        "s=1");
}

TEST_CASE("the hash of a destination never changes") {
  CHECK(destination_hash("") == 0x811c9dc5);
  CHECK(destination_hash("a") == 0xe40c292c);
  CHECK(destination_hash("foobar") == 0xbf9cf968);
  CHECK(destination_hash("caf\xC3\xA9") != destination_hash("caf\xE9"));
}

TEST_CASE("two waybill keys are none") {
  const header_list received{{"waybill", "s=1700000000123"}, {"Waybill", "s=1700000000124"}};
  const extracted found = extract(received);
  CHECK_FALSE(found.stamp());
  CHECK(found.rejected().has(rejection::waybill_repeated));
}

TEST_CASE("a stamp that is malformed goes when it is to be moved") {
  metadata message{{"waybill", "s=yesterday"}, {"a", "1"}};
  CHECK_FALSE(restamp(message));
  CHECK(message == metadata{{"a", "1"}});
}

TEST_CASE("moving a stamp keeps what the details do not say") {
  metadata message{{"Waybill", "s=1700000000123;p=00f067aa0ba902b7;q=9f86d081;d=1700000005000;n=2"}};
  CHECK(restamp(message, {.stamped = 1700000001000 * ms}));
  CHECK(message.at("waybill") ==
        "s=1700000001000;p=00f067aa0ba902b7;q=9f86d081;d=1700000005000;c=1700000000123;n=2");
  CHECK(message.size() == 1);
  CHECK(restamp(message, {.stamped = 1700000002000 * ms, .destination = 1, .due = 5 * ms, .attempt = 3}));
  CHECK(message.at("waybill") == "s=1700000002000;p=00f067aa0ba902b7;q=00000001;d=5;c=1700000000123;n=3");
}

TEST_CASE("decimal numbers are digits, all of them, and not too many") {
  struct row {
    std::string_view text;
    std::optional<std::uint64_t> number;
    std::string_view why;
  };
  for (const auto& [text, number, why] : {
           row{"0", 0, "zero"},
           row{"12345678", 12345678, "eight at once"},
           row{"1234567890123456", 1234567890123456, "twice eight"},
           row{"00000000000000001", 1, "leading zeros"},
           row{"999999999999999999", 999999999999999999, "18 digits"},
           row{"1000000000000000000", std::nullopt, "19 digits"},
           row{"", std::nullopt, "none"},
           row{"1234567:", std::nullopt, "the character behind 9"},
           row{"1234567/", std::nullopt, "the character before 0"},
           row{"12345678 ", std::nullopt, "a space"},
           row{"+1", std::nullopt, "a sign"},
           row{"1234\xB2"
               "678",
               std::nullopt, "no ASCII"},
       }) {
    CAPTURE(why);
    CHECK(read_decimal(text, 999'999'999'999'999'999) == number);
  }
  CHECK(read_decimal("100", 100) == 100);
  CHECK_FALSE(read_decimal("101", 100));
  for (std::uint64_t number = 1; number < 10'000'000'000'000'000; number *= 10) {
    for (const std::uint64_t nearby : {number - 1, number, number + 7}) {
      char room[16];
      CHECK(std::string_view(room, static_cast<std::size_t>(write_decimal(nearby, room) - room)) ==
            std::to_string(nearby));
    }
  }
}
