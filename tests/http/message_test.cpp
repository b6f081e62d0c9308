#include <waybill/http/http_date.hpp>
#include <waybill/http/message.hpp>
#include <waybill/http/responder.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("header names compare without case, keep their order and may occur twice") {
  http_headers headers{{"Baggage", "a=1"}, {"Host", "localhost"}};
  headers.add("baggage", "b=2");
  CHECK(headers.find("BAGGAGE") == "a=1");
  CHECK(headers.count("baggage") == 2);
  CHECK_FALSE(headers.find("traceparent").has_value());

  headers.set("BAGGAGE", "c=3");
  CHECK(headers.count("baggage") == 1);
  CHECK(headers.find("baggage") == "c=3");

  std::string seen;
  headers.for_each(
      [&](std::string_view name, std::string_view value) { seen.append(name).append(value).append(";"); });
  CHECK(seen == "Hostlocalhost;BAGGAGEc=3;");
}

TEST_CASE("an empty header is not an absent one") {
  const http_headers headers{{"tracestate", ""}};
  REQUIRE(headers.find("tracestate").has_value());
  CHECK(headers.find("tracestate")->empty());
}

TEST_CASE("dates are written as RFC 9110 wants them") {
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("only the first answer to a request counts, whichever copy gives it") {
  std::vector<unsigned> answers;
  {
    const http_responder respond{[&](http_response&& response) { answers.push_back(response.status); }};
    const http_responder copy = respond;
    copy(text_response(204, ""));
    respond(text_response(200, "too late"));
  }
  CHECK(answers == std::vector<unsigned>{204});
}

TEST_CASE("a responder that is forgotten answers 500 when its last copy is gone") {
  std::vector<unsigned> answers;
  std::optional<http_responder> copy;
  {
    const http_responder respond{[&](http_response&& response) { answers.push_back(response.status); }};
    copy = respond;
  }
  CHECK(answers.empty());
  copy.reset();
  CHECK(answers == std::vector<unsigned>{500});
}
