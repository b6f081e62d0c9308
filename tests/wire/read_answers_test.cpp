#include <waybill/wire/read_answers.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("an error is the sentence of its JSON, or else the body, as far as one can read it") {
  const std::string long_name(299, 'x');
  struct {
    const char* why;
    std::string body;
    std::string sentence;
  } const answers[] = {
      {"one of waybill serve", read_answers::encode_error("there is no such trace"),
       "there is no such trace"},
      {"someone else's", "Bad gateway\n\n", "Bad gateway"},
      {"JSON of someone else", R"({"message":"no"})", R"({"message":"no"})"},
      {"nothing", "", ""},
      {"a page", std::string(5000, 'x'), std::string(300, 'x')},
      {"no character is cut in two", long_name + "é", long_name},
  };
  for (const auto& answer : answers) {
    CAPTURE(answer.why);
    CHECK(read_answers::decode_error(answer.body) == answer.sentence);
  }
}

TEST_CASE("members of an answer that are missing or of another type have their defaults") {
  const auto queues = read_answers::decode_waits(R"({"queues":[{"queue":7,"tasks":-1,"p50_ns":"5"},8]})");
  REQUIRE(queues);
  REQUIRE(queues->size() == 1);
  CHECK(queues->front().queue.empty());
  CHECK(queues->front().tasks == 0);
  CHECK_FALSE(queues->front().p50);
  CHECK(read_answers::decode_traces(R"({"traces":["no id",{}]})")->empty());
  CHECK(read_answers::decode_state("{}")->problems.empty());
}

TEST_CASE("an answer that is no JSON object says whose it is not") {
  for (const char* body : {"", "[]", "<html>", R"({"traces":)"}) {
    CAPTURE(body);
    const auto traces = read_answers::decode_traces(body);
    REQUIRE_FALSE(traces);
    CHECK(traces.error().code == failure_code::malformed);
    CHECK(traces.error().message.find("not waybill serve") != std::string::npos);
  }
}
