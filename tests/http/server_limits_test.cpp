#include <waybill/http/server.hpp>

#include "plain_socket.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace waybill;
using namespace std::chrono_literals;
using waybill_tests::plain_socket;

namespace {

std::unique_ptr<http_server> serve(const http_server_options& options) {
  auto started = http_server::start(options, [](http_request&& request, const http_responder& respond) {
    respond({.status = 200, .headers = {}, .body = std::move(request.body)});
  });
  REQUIRE(started.has_value());
  return *std::move(started);
}

constexpr std::string_view chunked =
    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string post(std::size_t size) {
  return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
}

bool is_served(const http_server& server) {
  auto client = plain_socket::connect(server.port());
  return client.exchange(post(2) + "ok").body == "ok";
}

}  // namespace

TEST_CASE("a body over the limit is refused, whether its length was announced or not") {
  http_server_options options;
  options.body_limit = 1000;
  const auto server = serve(options);

  auto exact = plain_socket::connect(server->port());
  CHECK(exact.exchange(post(1000) + std::string(1000, 'x')).status == 200);

  auto announced = plain_socket::connect(server->port());
  CHECK(announced.exchange(post(1001)).status == 413);
  CHECK(announced.wait_for_close());

  auto in_chunks = plain_socket::connect(server->port());
  CHECK(in_chunks.exchange(std::string{chunked} + "200\r\n" + std::string(512, 'x') + "\r\n200\r\n").status ==
        413);
  CHECK(is_served(*server));
}

TEST_CASE("a client that sends its whole body before it reads still sees why it was refused") {
  http_server_options options;
  options.body_limit = 1000;
  const auto server = serve(options);
  auto client = plain_socket::connect(server->port());
  client.send(post(3'000'000) + std::string(3'000'000, 'x'));
  CHECK(client.read_answer().status == 413);
}

TEST_CASE("headers over the limit are refused") {
  http_server_options options;
  options.header_limit = 2000;
  const auto server = serve(options);
  auto fits = plain_socket::connect(server->port());
  CHECK(fits.exchange("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(1000, 'x') + "\r\n\r\n")
            .status == 200);
  struct row {
    std::string request;
    std::string_view why;
  };
  const row rows[] = {
      {"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(3000, 'x') + "\r\n\r\n", "one long header"},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(300'000, 'x'), "one that never ends"},
      {"GET /" + std::string(3000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "a long path"},
  };
  for (const auto& [request, why] : rows) {
    CAPTURE(why);
    auto client = plain_socket::connect(server->port());
    CHECK(client.exchange(request).status == 431);
  }
  CHECK(is_served(*server));
}

TEST_CASE("what is no HTTP request is refused, and others are served as before") {
  const auto server = serve({});
  struct row {
    std::string request;
    std::string_view why;
  };
  const row rows[] = {
      {"hello\r\n\r\n", "no request line"},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), "a TLS greeting on a plain port"},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", "a negative length"},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "two lengths"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       "a length and chunks: request smuggling"},
      {std::string{chunked} + "zz\r\n", "a chunk size that is no number"},
      {std::string{chunked} + "1;" + std::string(200'000, 'x'), "a chunk extension without an end"},
      {"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "a request for a proxy"},
      {"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", "a tunnel"},
      {"GET / HTTP/1.0\r\n\r\n", "no Host"},
  };
  for (const auto& [request, why] : rows) {
    CAPTURE(why);
    auto client = plain_socket::connect(server->port());
    CHECK(client.exchange(request).status == 400);
    CHECK(client.wait_for_close());
  }
  CHECK(is_served(*server));
}

TEST_CASE("a sender that keeps dripping bytes is cut off when the request's time is up") {
  http_server_options options;
  options.request_limit = 150ms;
  const auto server = serve(options);
  for (const std::string_view start :
       {"GET / HTTP/1.1\r\nX: ", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n\r\n"}) {
    CAPTURE(start);
    auto client = plain_socket::connect(server->port());
    client.send(start);
    int dripped = 0;
    while (!client.readable(10) && dripped < 1000) {
      client.send("x");
      ++dripped;
    }
    CHECK(dripped < 1000);
    CHECK(client.read_answer().status == 408);
  }
}

TEST_CASE("a connection without a request is closed when its idle time is up") {
  http_server_options options;
  options.idle_limit = 50ms;
  const auto server = serve(options);
  auto silent = plain_socket::connect(server->port());
  CHECK(silent.wait_for_close());
  auto once = plain_socket::connect(server->port());
  CHECK(once.exchange(post(2) + "ok").body == "ok");
  CHECK(once.wait_for_close());
}

TEST_CASE("a client that does not take its answer is cut off") {
  http_server_options options;
  options.response_limit = 100ms;
  std::promise<void> gone;
  auto server = http_server::start(options, [&](http_request&&, const http_responder& respond) {
    respond({.status = 200, .headers = {}, .body = std::string(32'000'000, 'x')});
  });
  REQUIRE(server.has_value());
  auto client = plain_socket::connect((*server)->port());
  client.send(post(0));
  // Not reading: the only thing that can end the connection is the limit, and stop() waits for exactly that.
  CHECK((*server)->stop(10s));
}

TEST_CASE("connections above the limit are closed, and there is room again when one leaves") {
  http_server_options options;
  options.connections = 2;
  const auto server = serve(options);
  std::optional<plain_socket> first{plain_socket::connect(server->port())};
  CHECK(first->exchange(post(2) + "ok").body == "ok");
  first->send("POST");
  auto second = plain_socket::connect(server->port());
  CHECK(second.exchange(post(2) + "ok").body == "ok");
  second.send("POST");
  bool refused = false;  // once the server has seen that both have begun
  for (int i = 0; i < 1000 && !refused; ++i) refused = !is_served(*server);
  CHECK(refused);
  first.reset();
  bool served = false;
  for (int i = 0; i < 1000 && !served; ++i) served = is_served(*server);
  CHECK(served);
}

TEST_CASE("a new connection takes the place of the one that was idle for longest") {
  http_server_options options;
  options.connections = 3;
  const auto server = serve(options);
  auto first = plain_socket::connect(server->port());
  auto second = plain_socket::connect(server->port());
  auto third = plain_socket::connect(server->port());
  for (auto* client : {&first, &second, &third}) CHECK(client->exchange(post(2) + "ok").body == "ok");
  CHECK(first.exchange(post(2) + "ok").body == "ok");
  auto fourth = plain_socket::connect(server->port());
  CHECK(fourth.exchange(post(2) + "ok").body == "ok");
  CHECK(second.wait_for_close());
  for (auto* client : {&first, &third, &fourth}) CHECK(client->exchange(post(2) + "ok").body == "ok");
}

TEST_CASE("all requests together are bounded, and a body without room is refused before it is read") {
  http_server_options options;
  options.admission_limit = 1'000'000;
  options.admission_wait = 50ms;
  const auto server = serve(options);
  std::vector<plain_socket> waiting;
  for (int i = 0; i < 50; ++i) {  // each claims a third of it, none sends it
    waiting.push_back(plain_socket::connect(server->port()));
    waiting.back().send(post(330'000));
  }
  CHECK(is_served(*server));  // by now those before it have been looked at
  auto large = plain_socket::connect(server->port());
  large.send(post(330'000) + std::string(330'000, 'x'));
  const auto refusal = large.read_answer();
  CHECK(refusal.status == 503);
  CHECK(refusal.has("Retry-After: 1"));
  CHECK(refusal.has("Connection: keep-alive"));
  CHECK(large.exchange(post(5) + "small").body ==
        "small");  // small ones have room, and the connection goes on

  auto chunks = plain_socket::connect(server->port());
  chunks.send(std::string{chunked} + "6ddd0\r\n" + std::string(450'000, 'x') + "\r\n0\r\n\r\n");
  CHECK(chunks.read_answer().status == 503);

  waiting.clear();
  unsigned status = 503;
  for (int i = 0; i < 1000 && status == 503; ++i)
    status = large.exchange(post(330'000) + std::string(330'000, 'x')).status;
  CHECK(status == 200);
}

TEST_CASE("a body that no moment has room for is too large, not told to come again") {
  http_server_options options;
  options.admission_limit = 1'000'000;
  const auto server = serve(options);
  auto client = plain_socket::connect(server->port());
  CHECK(client.exchange(post(499'000) + std::string(499'000, 'x')).status == 200);
  CHECK(client.exchange(post(500'001)).status == 413);
}

TEST_CASE("a body too large to be read for nothing is refused before it is sent") {
  http_server_options options;
  options.admission_limit = std::size_t{40} << 20;
  options.admission_wait = 20ms;
  const auto server = serve(options);
  auto first = plain_socket::connect(server->port());
  first.send(post(15'000'000));
  CHECK(is_served(*server));
  auto second = plain_socket::connect(server->port());
  CHECK(second.exchange(post(15'000'000)).status == 503);
  CHECK(second.wait_for_close());
  auto asks_first = plain_socket::connect(server->port());
  CHECK(asks_first
            .exchange("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                      "Content-Length: 15000000\r\n\r\n")
            .status == 503);
}

TEST_CASE("a body waits for its turn while another holds the room, and smaller ones pass it") {
  http_server_options options;
  options.admission_limit = 1'000'000;
  options.admission_wait = 30s;
  const auto server = serve(options);
  auto first = plain_socket::connect(server->port());
  first.send(post(400'000) + std::string(1'000, 'x'));
  CHECK(is_served(*server));
  auto second = plain_socket::connect(server->port());
  std::thread sender{[&] { second.send(post(450'000) + std::string(450'000, 'y')); }};
  CHECK(is_served(*server));
  CHECK_FALSE(second.readable(50));
  first.send(std::string(399'000, 'x'));
  CHECK(first.read_answer().status == 200);
  CHECK(second.read_answer().body == std::string(450'000, 'y'));
  sender.join();
}

TEST_CASE("what a handler keeps of a request counts until it lets go, and it may ask for more") {
  http_server_options options;
  options.admission_limit = 1'000'000;
  options.memory_limit = 2'000'000;
  options.admission_wait = 20ms;
  std::shared_ptr<memory_share> kept;
  auto server = http_server::start(options, [&](http_request&& request, const http_responder& respond) {
    if (request.path == "/keep") {
      kept = std::move(request.memory);
      respond(text_response(kept->grow(3'000'000) || !kept->grow(1'500'000) ? 500 : 200, "kept"));
    } else {
      respond(text_response(200, "ok"));
    }
  });
  REQUIRE(server.has_value());
  auto client = plain_socket::connect((*server)->port());
  const std::string medium = post(100'000) + std::string(100'000, 'x');
  CHECK(client.exchange("POST /keep HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab").status ==
        200);
  CHECK(client.exchange(medium).status == 503);
  CHECK(client.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200);
  kept.reset();
  CHECK(client.exchange(medium).status == 200);
}

TEST_CASE("answers that clients are slow to take are bounded, small ones are given all the same") {
  http_server_options options;
  options.answers_limit = 5'000'000;
  auto server = http_server::start(options, [&](http_request&& request, const http_responder& respond) {
    respond(
        {.status = 200, .headers = {}, .body = std::string(request.path == "/large" ? 20'000'000 : 10, 'x')});
  });
  REQUIRE(server.has_value());
  constexpr std::string_view large = "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";
  auto slow = plain_socket::connect((*server)->port());
  slow.send(large);
  CHECK(slow.readable(10'000));  // its answer has begun, and is far too large for the socket
  auto second = plain_socket::connect((*server)->port());
  CHECK(second.exchange(large).status == 503);
  CHECK(second.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200);
  CHECK(slow.read_answer().body.size() == 20'000'000);
  unsigned status = 503;
  for (int i = 0; i < 1000 && status == 503; ++i) status = second.exchange(large).status;
  CHECK(status == 200);
}
