#include <waybill/http/server.hpp>

#include "plain_socket.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

using namespace waybill;
using namespace std::chrono_literals;
using waybill_tests::plain_socket;

namespace {

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Hands each request's responder to the test.
struct held_requests {
  std::promise<http_responder> first;
  http_handler handler() {
    return [this](http_request&&, http_responder respond) { first.set_value(std::move(respond)); };
  }
};

}  // namespace

TEST_CASE("stop lets a running request finish, and closes idle connections at once") {
  held_requests held;
  auto server = http_server::start({}, held.handler());
  REQUIRE(server.has_value());
  auto idle = plain_socket::connect((*server)->port());
  auto busy = plain_socket::connect((*server)->port());
  busy.send(get);
  const auto respond = held.first.get_future().get();

  auto stopped = std::async(std::launch::async, [&] { return (*server)->stop(30s); });
  CHECK(idle.wait_for_close());  // by now the server is stopping
  respond(text_response(200, "finished"));
  const auto answer = busy.read_answer();
  CHECK(answer.body == "finished\n");
  CHECK(answer.has("Connection: close"));
  CHECK(stopped.get());
  CHECK(busy.wait_for_close());
}

TEST_CASE("stop ends at its deadline, and answers that come later do nothing") {
  held_requests held;
  auto server = http_server::start({}, held.handler());
  REQUIRE(server.has_value());
  auto busy = plain_socket::connect((*server)->port());
  busy.send(get);
  const auto respond = held.first.get_future().get();
  CHECK_FALSE((*server)->stop(20ms));
  CHECK(busy.wait_for_close());
  respond(text_response(200, "nobody is there"));
  CHECK((*server)->stop(20ms));
}

TEST_CASE("a responder may outlive its server") {
  held_requests held;
  auto server = http_server::start({}, held.handler());
  REQUIRE(server.has_value());
  auto busy = plain_socket::connect((*server)->port());
  busy.send(get);
  std::optional<http_responder> respond{held.first.get_future().get()};
  *server = nullptr;
  respond.reset();
  CHECK(busy.wait_for_close());
}

TEST_CASE("the port is free as soon as the server has stopped") {
  const auto handler = [](http_request&&, const http_responder& respond) {
    respond(text_response(200, "ok"));
  };
  auto first = http_server::start({}, handler);
  REQUIRE(first.has_value());
  auto client = plain_socket::connect((*first)->port());
  CHECK(client.exchange(get).status == 200);
  http_server_options options;
  options.port = (*first)->port();
  CHECK((*first)->stop(10s));
  CHECK(http_server::start(options, handler).has_value());
}

TEST_CASE("many clients that come, ask and leave while the server ends get whole answers or none") {
  auto server = http_server::start({}, [](http_request&&, http_responder respond) {
    std::thread{[respond = std::move(respond)] { respond(text_response(200, "whole")); }}.detach();
  });
  REQUIRE(server.has_value());
  const auto port = (*server)->port();
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, port] {
      auto client = plain_socket::connect(port);
      for (;;) {
        if (!client.send(get)) return;
        const auto answer = client.read_answer();
        if (answer.status == 0) return;
        if (answer.body != "whole\n") std::abort();
        answered.fetch_add(1);
      }
    });
  }
  while (answered.load() < 200) std::this_thread::yield();
  CHECK((*server)->stop(30s));
  for (auto& client : clients) client.join();
}
