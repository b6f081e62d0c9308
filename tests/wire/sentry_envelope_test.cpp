#include <waybill/wire/sentry_envelope.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace waybill;
using sentry_envelope::item;

namespace {

struct read_back {
  std::vector<std::pair<std::string, std::string>> items;  // type and payload
  std::string problem;
};

read_back read(std::string body) {
  const std::size_t size = body.size();
  body.append(sentry_envelope::readable_behind, '{');  // must not be taken for a part of it
  read_back all;
  const auto read = sentry_envelope::read_items(
      {body.data(), size}, [&](const item& one) { all.items.emplace_back(one.type, one.payload); });
  if (!read) all.problem = read.error().message;
  return all;
}

}  // namespace

TEST_CASE("what was written as an envelope is read back, whatever the payload") {
  std::string body = R"({"event_id":"1"})"
                     "\n";
  sentry_envelope::append_item(body, {.type = "log", .content_type = "x/y", .item_count = 2},
                               R"({"items":[]})");
  sentry_envelope::append_item(body, {.type = "attachment"}, "\n\n{\"type\":\"no\"}\n");
  sentry_envelope::append_item(body, {.type = "empty"}, "");
  CHECK(sentry_envelope::header_of(body) == R"({"event_id":"1"})");
  const read_back all = read(body);
  CHECK(all.problem.empty());
  REQUIRE(all.items.size() == 3);
  CHECK(all.items[0] == std::pair<std::string, std::string>{"log", R"({"items":[]})"});
  CHECK(all.items[1] == std::pair<std::string, std::string>{"attachment", "\n\n{\"type\":\"no\"}\n"});
  CHECK(all.items[2] == std::pair<std::string, std::string>{"empty", ""});
}

TEST_CASE("every framing that SDKs use is read") {
  struct row {
    const char* body;
    std::size_t items;
    const char* why;
  };
  const row rows[] = {
      {"{}", 0, "a header alone"},
      {"{}\n", 0, "a header alone, ended"},
      {"{}\n{\"type\":\"a\"}\n{}", 1, "JavaScript leaves the length out"},
      {"{}\n{\"type\":\"a\"}\n{}\n{\"type\":\"b\"}\n{}\n", 2, "several, each to the end of its line"},
      {"{}\n{\"type\":\"a\",\"length\":2}\n{}", 1, "no end of line behind the last"},
      {"{}\n{\"type\":\"a\",\"length\":null}\n{}", 1, "null is no length"},
      {"{}\n{\"type\":\"a\",\"length\":0}\n\n{\"type\":\"b\"}\n{}", 2, "an empty payload"},
      {"{}\n{\"type\":\"a\"}", 1, "no payload at all"},
      {"{}\n\n{\"type\":\"a\"}\n{}\n\n\n", 1, "blank lines are between items, not items"},
      {"{}\r\n{\"type\":\"a\"}\r\n{}\r\n", 1, "lines of another system"},
  };
  for (const auto& [body, items, why] : rows) {
    CAPTURE(body);
    CAPTURE(why);
    const read_back all = read(body);
    CHECK(all.problem == "");
    CHECK(all.items.size() == items);
  }
}

TEST_CASE("a broken framing is told, with the number of the item") {
  struct row {
    const char* body;
    const char* problem;
  };
  const row rows[] = {
      {"{}\n[]\n{}", "Item 1 of the envelope has a header that is not a JSON object"},
      {"{}\n{\"type\":\"a\"}\n{}\nnonsense\n",
       "Item 2 of the envelope has a header that is not a JSON object"},
      {"{}\n{\"length\":2}\n{}", "Item 1 of the envelope does not say what type it is of"},
      {"{}\n{\"type\":7,\"length\":2}\n{}", "Item 1 of the envelope does not say what type it is of"},
      {"{}\n{\"type\":\"a\",\"length\":3}\n{}", "Item 1 of the envelope is longer than what is there of it"},
      {"{}\n{\"type\":\"a\",\"length\":18446744073709551615}\n{}",
       "Item 1 of the envelope is longer than what is there of it"},
      {"{}\n{\"type\":\"a\",\"length\":-1}\n{}",
       "Item 1 of the envelope has a header that is not a JSON object"},
      {"{}\n{\"type\":\"a\",\"length\":1}\n{}", "Item 1 of the envelope goes on behind its length"},
  };
  for (const auto& [body, problem] : rows) {
    CAPTURE(body);
    CHECK(read(body).problem.starts_with(problem));
  }
}
