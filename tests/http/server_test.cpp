#include <waybill/http/server.hpp>

#include "plain_socket.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <future>
#include <thread>

using namespace waybill;
using waybill_tests::plain_socket;

namespace {

std::unique_ptr<http_server> serve(http_handler handler, http_server_options options = {}) {
  auto started = http_server::start(std::move(options), std::move(handler));
  REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  return *std::move(started);
}

// Answers with what it was asked.
void echo(http_request&& request, const http_responder& respond) {
  http_response response;
  response.headers.add("X-Target", request.method + " " + request.path + "|" + request.query);
  response.headers.add("X-Remote", request.remote_address);
  response.body = std::move(request.body);
  respond(std::move(response));
}

std::string post(std::string_view body, std::string_view more_headers = {}) {
  return "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string{more_headers} + "\r\n" + std::string{body};
}

}  // namespace

TEST_CASE("a request reaches the handler taken apart, and its answer comes back") {
  const auto server = serve(echo);
  auto client = plain_socket::connect(server->port());
  const auto answer =
      client.exchange("POST /a%20b?x=1?y HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(answer.status == 200);
  CHECK(answer.has("X-Target: POST /a%20b|x=1?y"));
  CHECK(answer.has("X-Remote: 127.0.0.1"));
  CHECK(answer.has("\r\nDate: "));
  CHECK(answer.body == "hello");
}

TEST_CASE("a connection serves one request after another, pipelined ones in their order") {
  const auto server = serve(echo);
  auto client = plain_socket::connect(server->port());
  CHECK(client.exchange(post("one")).body == "one");
  client.send(post("two") + post("three") + post("") + post("four"));
  CHECK(client.read_answer().body == "two");
  CHECK(client.read_answer().body == "three");
  CHECK(client.read_answer().body.empty());
  CHECK(client.read_answer().body == "four");
  const auto last = client.exchange(post("five", "Connection: close\r\n"));
  CHECK(last.body == "five");
  CHECK(last.has("Connection: close"));
  CHECK(client.wait_for_close());
}

TEST_CASE("a request that comes byte by byte is the same request") {
  const auto server = serve(echo);
  auto client = plain_socket::connect(server->port());
  for (const char byte : post("hello")) client.send({&byte, 1});
  CHECK(client.read_answer().body == "hello");
}

TEST_CASE("chunked bodies arrive whole, with extensions and trailers left out") {
  const auto server = serve(echo);
  auto client = plain_socket::connect(server->port());
  const auto answer = client.exchange(
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;note=x\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: t\r\n\r\n");
  CHECK(answer.body == "hello world");
  CHECK(client.exchange(post("next")).body == "next");
}

TEST_CASE("a compressed body is handed on as it was sent, with room behind it for parsers") {
  std::string body{"\x1f\x8b\x08\x00\xff\x00 not unpacked", 19};
  std::promise<std::size_t> slack;
  const auto server = serve([&](http_request&& request, const http_responder& respond) {
    slack.set_value(request.body.capacity() - request.body.size());
    echo(std::move(request), respond);
  });
  auto client = plain_socket::connect(server->port());
  CHECK(client.exchange(post(body, "Content-Encoding: gzip\r\n")).body == body);
  CHECK(slack.get_future().get() >= http_request::body_slack);
}

TEST_CASE("a large body and a large answer pass whole") {
  const auto server = serve(echo);
  auto client = plain_socket::connect(server->port());
  std::string body(5'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i / 1000 % 26);
  std::thread sender{[&] { client.send(post(body)); }};
  sender.join();
  CHECK(client.read_answer().body == body);
}

TEST_CASE("a client that asks first is told to continue, one with another wish is refused") {
  const auto server = serve(echo);
  auto client = plain_socket::connect(server->port());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.read_answer().status == 100);
  client.send("hello");
  CHECK(client.read_answer().body == "hello");
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: magic\r\n\r\n");
  CHECK(client.read_answer().status == 417);
  CHECK(client.wait_for_close());
}

TEST_CASE("HEAD gets the length without the body, 204 gets neither") {
  const auto server = serve([](http_request&& request, const http_responder& respond) {
    respond(request.path == "/none" ? http_response{.status = 204, .headers = {}, .body = {}}
                                    : text_response(200, "four"));
  });
  auto client = plain_socket::connect(server->port());
  const auto head = client.exchange("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(head.status == 200);
  CHECK(head.has("Content-Length: 5"));
  const auto none = client.exchange("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(none.status == 204);
  CHECK_FALSE(none.has("Content-Length"));
  CHECK(client.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").body == "four\n");
}

TEST_CASE("an answer may come later and from another thread") {
  std::thread later;
  const auto server = serve([&](http_request&&, http_responder respond) {
    later = std::thread{[respond = std::move(respond)] { respond(text_response(202, "later")); }};
  });
  auto client = plain_socket::connect(server->port());
  CHECK(client.exchange(post("x")).status == 202);
  later.join();
}

TEST_CASE("a handler that forgets, throws or answers nonsense gives a 500, and the connection lives on") {
  const auto server = serve([](http_request&& request, const http_responder& respond) {
    if (request.path == "/throw") throw std::runtime_error{"on purpose"};
    if (request.path == "/nonsense") respond({.status = 42, .headers = {}, .body = {}});
  });
  auto client = plain_socket::connect(server->port());
  for (const std::string path : {"/forget", "/throw", "/nonsense"}) {
    CAPTURE(path);
    CHECK(client.exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 500);
  }
}

TEST_CASE("an answer cannot break out of its header lines") {
  const auto server = serve([](http_request&&, const http_responder& respond) {
    http_response response = text_response(200, "ok");
    response.headers.add("X-Echo", "a\r\nSet-Cookie: stolen");
    response.headers.add("X-Bad\r\nSet-Cookie", "stolen");
    response.headers.add("Content-Length", "100000");
    respond(std::move(response));
  });
  auto client = plain_socket::connect(server->port());
  const auto answer = client.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK_FALSE(answer.has("stolen"));
  CHECK(answer.has("Content-Length: 3"));
  CHECK(answer.body == "ok\n");
}

TEST_CASE("an answer to a client that has left is dropped") {
  std::promise<http_responder> asked;
  const auto server = serve([&](http_request&& request, http_responder respond) {
    if (request.path == "/leave") {
      asked.set_value(std::move(respond));
    } else {
      respond(text_response(200, "still here"));
    }
  });
  {
    auto client = plain_socket::connect(server->port());
    client.send("GET /leave HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto respond = asked.get_future().get();
    client.close();
    http_response large;
    large.body.assign(8'000'000, 'x');
    respond(std::move(large));
  }
  auto other = plain_socket::connect(server->port());
  CHECK(other.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200);
}

TEST_CASE("a slow handler does not keep others from being served") {
  std::promise<void> release;
  const auto released = release.get_future().share();
  const auto server = serve([&](http_request&& request, const http_responder& respond) {
    if (request.path == "/slow") released.wait();
    respond(text_response(200, request.path));
  });
  auto slow = plain_socket::connect(server->port());
  slow.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  auto quick = plain_socket::connect(server->port());
  CHECK(quick.exchange("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n").body == "/quick\n");
  release.set_value();
  CHECK(slow.read_answer().body == "/slow\n");
}

TEST_CASE("without workers the handler runs on the network thread") {
  http_server_options options;
  options.workers = 0;
  const auto server = serve(echo, options);
  auto client = plain_socket::connect(server->port());
  CHECK(client.exchange(post("x")).body == "x");
  CHECK(client.exchange(post("y")).body == "y");
}

TEST_CASE("two hundred idle connections cost nobody the next request") {
  const auto server = serve(echo);
  std::vector<plain_socket> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(plain_socket::connect(server->port()));
    CHECK(idle.back().exchange(post("x")).body == "x");
  }
  auto one_more = plain_socket::connect(server->port());
  CHECK(one_more.exchange(post("one more")).body == "one more");
  for (auto& client : idle) CHECK(client.exchange(post("again")).body == "again");
}

TEST_CASE("a foreign Host, or a missing token, is refused before the body is read") {
  http_server_options options;
  options.access.token = "t";
  const auto server = serve(echo, options);
  auto rebound = plain_socket::connect(server->port());
  CHECK(rebound.exchange("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 9000000\r\n\r\n").status ==
        403);
  CHECK(rebound.wait_for_close());
  auto stranger = plain_socket::connect(server->port());
  const auto refusal =
      stranger.exchange("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
  CHECK(refusal.status == 401);
  CHECK(refusal.has("WWW-Authenticate: Bearer"));
  auto known = plain_socket::connect(server->port());
  CHECK(known.exchange(post("x", "Authorization: Bearer t\r\n")).body == "x");
}

TEST_CASE("IPv6 loopback and the name localhost can be listened on") {
  for (const std::string host : {"::1", "localhost", "127.0.0.1"}) {
    CAPTURE(host);
    http_server_options options;
    options.access.listen_host = host;
    const auto server = http_server::start(options, echo);
    if (host == "::1" && !server) continue;  // a machine without IPv6
    REQUIRE(server.has_value());
    CHECK((*server)->port() != 0);
  }
}

TEST_CASE("what cannot be listened on is told in a sentence") {
  const auto first = serve(echo);
  http_server_options options;
  options.port = first->port();
  const auto taken = http_server::start(options, echo);
  REQUIRE_FALSE(taken.has_value());
  CHECK(taken.error().message == "127.0.0.1:" + std::to_string(first->port()) +
                                     " is in use by another program; choose another with --listen.");

  options = {};
  options.access = {.listen_host = "192.0.2.1", .token = "t", .names = {}};
  const auto foreign = http_server::start(options, echo);
  REQUIRE_FALSE(foreign.has_value());
  CHECK(foreign.error().message == "192.0.2.1 is no address of this machine; choose another with --listen.");

  options.access.listen_host = "no address";
  CHECK_FALSE(http_server::start(options, echo).has_value());

  options.access = {.listen_host = "0.0.0.0", .token = {}, .names = {}};
  CHECK_FALSE(http_server::start(options, echo).has_value());
}
