#include <waybill/carrier/json_object_carrier.hpp>

#include <waybill/base/json_writer.hpp>

#include "../conformance/carrier_conformance.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>

using namespace waybill;
using namespace waybill::testing;

namespace {

header_pairs entries_of(std::string json) {
  header_pairs all;
  json_object_carrier{json}.for_each(
      [&](std::string_view name, std::string_view value) { all.emplace_back(name, value); });
  return all;
}

struct held_json {
  static constexpr bool keeps_duplicates = true;
  static constexpr bool keeps_case = true;
  static std::string name_of(std::string_view name) { return std::string{name}; }

  json_object_carrier& carrier() {
    object.emplace(json);
    return *object;
  }
  void put(const std::string& name, const std::string& value) {
    std::string member;
    append_json_string(member, name);
    member += ':';
    append_json_string(member, value);
    if (json.empty()) json = "{}";
    if (json != "{}") member.insert(0, 1, ',');
    json.insert(json.size() - 1, member);
  }
  header_pairs entries() const { return entries_of(json); }

  std::string json;
  std::optional<json_object_carrier> object;
};

std::string after_set(std::string json, std::string_view name, std::string_view value) {
  json_object_carrier{json}.set(name, value);
  return json;
}
std::string after_remove(std::string json, std::string_view name) {
  json_object_carrier{json}.remove(name);
  return json;
}
std::string problem_of(std::string json) {
  return json_object_carrier{json}.problem();
}

}  // namespace

TEST_CASE("a JSON object is a carrier") {
  check_carrier<held_json>();
}

TEST_CASE("what is not ours stays byte for byte") {
  struct row {
    std::string_view before;
    std::string_view set;     // a := "1"
    std::string_view remove;  // a
    std::string_view why;
  };
  for (const auto& [before, set, remove, why] : {
           row{"", R"({"a":"1"})", "", "an empty text is an object without members"},
           row{" \n", R"({"a":"1"})", " \n", "so is white space"},
           row{"{}", R"({"a":"1"})", "{}", "the first member"},
           row{"{ }", R"({"a":"1" })", "{ }", "white space inside"},
           row{R"( { "b" : 1 } )", R"( { "b" : 1,"a":"1" } )", R"( { "b" : 1 } )", "behind a number"},
           row{R"({"b":[1,{"a":"x"}]})", R"({"b":[1,{"a":"x"}],"a":"1"})", R"({"b":[1,{"a":"x"}]})",
               "a nested member of that name is not ours"},
           row{R"({ "a": "old", "b": 2 })", R"({ "a": "1", "b": 2 })", R"({ "b": 2 })",
               "in its place, the first"},
           row{R"({"b":2 , "a":"old"})", R"({"b":2 , "a":"1"})", R"({"b":2})", "in its place, the last"},
           row{R"({"b":2,"a":"old","c":null})", R"({"b":2,"a":"1","c":null})", R"({"b":2,"c":null})",
               "in the middle"},
           row{R"({"a":{"deep":[true]}})", R"({"a":"1"})", R"({})", "a value that is no string"},
           row{R"({"a":1,"b":2,"a":3,"c":4,"a":5})", R"({"a":"1","b":2,"c":4})", R"({"b":2,"c":4})",
               "duplicates"},
           row{R"({"a":1,"a":2})", R"({"a":"1"})", R"({})", "nothing but duplicates"},
           row{R"({"\u0061":"x"})", R"({"\u0061":"1"})", R"({})", "a name with escapes is the same name"},
           row{R"({"b":1.50e+3,"s":"\/\u00e9","e":{}})", R"({"b":1.50e+3,"s":"\/\u00e9","e":{},"a":"1"})",
               R"({"b":1.50e+3,"s":"\/\u00e9","e":{}})", "numbers and escapes as they were written"},
       }) {
    CAPTURE(why);
    CHECK(after_set(std::string{before}, "a", "1") == set);
    CHECK(after_remove(std::string{before}, "a") == remove);
  }
}

TEST_CASE("only strings are shown, with their escapes read") {
  CHECK(
      entries_of(R"({"n":1,"t":true,"o":{},"s":"plain","\u0065":"a\/\"\\\b\f\n\r\té\u00E9\uD83D\uDE82"})") ==
      header_pairs{{"s", "plain"}, {"e", "a/\"\\\b\f\n\r\t\xC3\xA9\xC3\xA9\xF0\x9F\x9A\x82"}});
  CHECK(entries_of(R"({"high":"\uD83D","low":"\uDE82x","both wrong":"\uD83D\u0041"})") ==
        header_pairs{{"high", "\xEF\xBF\xBD"},
                     {"low", "\xEF\xBF\xBDx"},
                     {"both wrong",
                      "\xEF\xBF\xBD"
                      "A"}});
}

TEST_CASE("a header whose name or value has escapes is read") {
  std::string json = R"({"traceparen\u0074":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",)"
                     R"("tracestate":"a=\/x","baggage":"k=\u0076"})";
  const json_object_carrier carrier{json};
  const trace_context context = extract(carrier).to_context();
  CHECK(context.ids().span->to_hex() == sample::span);
  CHECK(context.tracestate() == "a=/x");
  CHECK(context.baggage() == "k=v");
}

TEST_CASE("a text that is no object reads as empty, is never written, and the problem is told") {
  struct row {
    std::string text;
    std::string_view problem;
    std::string_view why;
  };
  const std::string deep(100'000, '[');
  for (const auto& [text, problem, why] : {
           row{"null", "at byte 0, an object was expected", "null"},
           row{"[1,2]", "at byte 0, an object was expected", "an array"},
           row{"\"{}\"", "at byte 0, an object was expected", "an object in a string"},
           row{"{", "at byte 1, the object has no end", "unterminated"},
           row{"{\"traceparent\":\"x\"", "at byte 18, the object has no end", "unterminated behind a member"},
           row{"{\"a\":\"x", "at byte 7, a string has no end", "an open string"},
           row{"{\"a\":\"x\\", "at byte 7, a string has no end", "an open escape"},
           row{"{\"a\":\"\\u12", "at byte 6, a string has no end", "an open code"},
           row{"{\"a\":\"\\u12x4\"}", "at byte 6, \\u needs four hexadecimal digits", "a wrong code"},
           row{"{\"a\":\"\\x\"}", "at byte 6, there is no such escape", "a wrong escape"},
           row{"{\"a\":\"\n\"}", "at byte 6, a control character stands in a string", "a raw line feed"},
           row{"{\"a\" \"b\"}", "at byte 5, a colon was expected", "no colon"},
           row{"{\"a\":}", "at byte 5, a value was expected", "no value"},
           row{"{\"a\":1 \"b\":2}", "at byte 7, a comma or a closing brace was expected", "no comma"},
           row{"{\"a\":1,}", "at byte 7, a string in quotes was expected", "a comma too many"},
           row{"{\"a\":01}", "at byte 7, this is no number", "a leading zero"},
           row{"{\"a\":-}", "at byte 6, this is no number", "a lone sign"},
           row{"{\"a\":1.}", "at byte 7, this is no number", "no digits behind the point"},
           row{"{\"a\":tru}", "at byte 5, a value was expected", "a cut word"},
           row{"{\"a\":[1}}", "at byte 7, a comma or a closing bracket was expected", "the wrong bracket"},
           row{"{\"a\":[1,]}", "at byte 8, a value was expected", "a comma too many in an array"},
           row{"{\"a\":{\"b\"}}", "at byte 9, a colon was expected", "no value in a nested object"},
           row{"{} {}", "at byte 3, something follows the object", "two objects"},
           row{"{\"a\":" + deep, "at byte 517, arrays and objects are nested deeper than 512",
               "endless nesting"},
       }) {
    CAPTURE(why);
    std::string json = text;
    json_object_carrier carrier{json};
    CHECK(carrier.problem() == "The text is not a JSON object: " + std::string{problem} + ".");
    CHECK(entries_of(text).empty());
    const injection done = inject(sample::context(), carrier, sample::options());
    CHECK(done.written.empty());
    CHECK(done.failed.size() == 5);
    carrier.set("a", "1");
    carrier.remove("a");
    CHECK(json == text);
  }
}

TEST_CASE("nesting up to the limit is fine") {
  const std::string nested = "{\"a\":" + std::string(512, '[') + std::string(512, ']') + "}";
  CHECK(problem_of(nested).empty());
}

TEST_CASE("a megabyte of anything takes one walk, and duplicates by the ten thousand leave in one pass") {
  std::string json = "{\"x\":\"" + std::string(1'000'000, 'a') + "\"";
  for (int i = 0; i < 20'000; ++i) json += ",\"traceparent\":" + std::to_string(i);
  json += "}";
  json_object_carrier carrier{json};
  CHECK(carrier.problem().empty());
  inject(sample::bare_context(), carrier, sample::options());
  CHECK(json.size() < 1'000'300);
  CHECK(extract(carrier).ids());
}

TEST_CASE("escapes are read up to a limit, and the entries behind are still shown") {
  std::string json = "{\"long\":\"" + std::string(100'000, 'a') + "\\n\",\"short\":\"b\\n\"}";
  CHECK(entries_of(json) == header_pairs{{"short", "b\n"}});
}

TEST_CASE("no text, however broken, leads outside itself") {
  const std::string whole =
      R"({"traceparent":"00-a\u0062","o":{"l":[1,-2.5e3,true,null,"\"\\"]},"baggage":"k=v"} )";
  const std::string_view wrong = "{}[]\",:\\u0e-\x01\xFF ";
  std::minstd_rand random{20261124};
  for (int round = 0; round < 3000; ++round) {
    std::string json = whole.substr(0, random() % (whole.size() + 1));
    for (unsigned changes = random() % 4; changes > 0 && !json.empty(); --changes) {
      json[random() % json.size()] = wrong[random() % wrong.size()];
    }
    // In memory of exactly its size, so that a sanitizer sees the first byte read behind it.
    std::string exact{json};
    exact.shrink_to_fit();
    json_object_carrier carrier{exact};
    const bool readable = carrier.problem().empty();
    carrier.set("traceparent", "x\"y");
    carrier.remove("baggage");
    CHECK(carrier.problem().empty() == readable);
    if (!readable) CHECK(exact == json);
  }
}
