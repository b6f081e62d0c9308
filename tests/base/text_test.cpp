#include <waybill/base/json_writer.hpp>
#include <waybill/base/utf8.hpp>
#include <waybill/context/trace_id.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("an id that is zero, short, or not hexadecimal is no id") {
  struct row {
    std::string_view text;
    bool accepted;
    std::string_view why;
  };
  for (const auto& [text, accepted, why] : {
           row{"0123456789abcdef", true, "16 lower-case digits"},
           row{"0000000000000000", false, "all zero"},
           row{"0123456789ABCDEF", false, "upper case is for lenient readers only"},
           row{"0123456789abcde", false, "15 digits"},
           row{"0123456789abcdef0", false, "17 digits"},
           row{"0123456789abcdeg", false, "g is no digit"},
           row{"", false, "empty"},
       }) {
    CAPTURE(why);
    CHECK(span_id::from_hex(text).has_value() == accepted);
  }
  CHECK(span_id::from_hex("0123456789ABCDEF", hex_case::any)->to_hex() == "0123456789abcdef");
}

TEST_CASE("two random ids differ") {
  CHECK(trace_id::make() != trace_id::make());
}

TEST_CASE("UTF-8 that is overlong, a surrogate, cut short or above U+10FFFF is not valid") {
  struct row {
    std::string_view bytes;
    bool valid;
    std::string_view why;
  };
  for (const auto& [bytes, valid, why] : {
           row{"caf\xC3\xA9", true, "two bytes"},
           row{"\xF0\x9F\x9A\x82", true, "four bytes"},
           row{"\xC0\xAF", false, "overlong slash"},
           row{"\xE0\x80\xAF", false, "overlong slash in three bytes"},
           row{"\xED\xA0\x80", false, "surrogate"},
           row{"\xF4\x90\x80\x80", false, "above U+10FFFF"},
           row{"\xC3", false, "cut short"},
           row{"\x80", false, "continuation without a start"},
       }) {
    CAPTURE(why);
    CHECK(is_valid_utf8(bytes) == valid);
    CHECK(is_valid_utf8(to_valid_utf8(bytes)));
  }
  CHECK(to_valid_utf8("a\xFF"
                      "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(utf8_prefix("caf\xC3\xA9", 4) == "caf");
}

TEST_CASE("one wrong byte is found wherever it stands in a text of any length") {
  for (std::size_t size = 1; size <= 40; ++size) {
    CHECK(is_valid_utf8(std::string(size, 'a')));
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\xFF';
      CAPTURE(size);
      CAPTURE(at);
      CHECK_FALSE(is_valid_utf8(text));
      CHECK(is_valid_utf8(text.replace(at, 1, "\xC3\xA9")));
    }
  }
}

TEST_CASE("the JSON writer places commas and escapes what JSON cannot hold") {
  std::string out;
  json_writer json{out};
  json.begin_object().key("a").integer(-1).key("b").begin_array().text("x\"\n\x01\xFF").boolean(true).null();
  json.number(1.5).end_array().key("c").begin_object().end_object().end_object();
  CHECK(out == "{\"a\":-1,\"b\":[\"x\\\"\\n\\u0001\xEF\xBF\xBD\",true,null,1.5],\"c\":{}}");
}

TEST_CASE("a byte that JSON must escape is escaped wherever it stands in a text, and no other") {
  for (int c = 0; c < 256; ++c) {
    CAPTURE(c);
    const char byte = static_cast<char>(c);
    std::string alone;
    append_json_string(alone, std::string_view{&byte, 1});
    const bool plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
    CHECK((alone == std::string{'"', byte, '"'}) == plain);
    const std::string written = alone.substr(1, alone.size() - 2);
    for (std::size_t at = 0; at <= 17; ++at) {
      std::string text(17, 'x');
      text.insert(at, 1, byte);
      std::string json;
      append_json_string(json, text);
      CHECK(json == '"' + std::string(at, 'x') + written + std::string(17 - at, 'x') + '"');
    }
  }
}
