#include <waybill/http/client.hpp>
#include <waybill/http/server.hpp>

#include "plain_socket.hpp"

#include <doctest/doctest.h>

#include <signal.h>

#include <future>
#include <thread>

using namespace waybill;
using namespace std::chrono_literals;
using waybill_tests::plain_socket;
using waybill_tests::scripted_server;

namespace {

std::unique_ptr<curl_client> make_client(curl_client_options options = {}) {
  auto made = curl_client::make(std::move(options));
  REQUIRE(made.has_value());
  return *std::move(made);
}

http_call call_to(std::string url, std::string method = "GET") {
  http_call call;
  call.url = std::move(url);
  call.method = std::move(method);
  return call;
}

// Reads a request's head, then says these bytes, then closes.
scripted_server::script say(std::string bytes) {
  return [bytes = std::move(bytes)](plain_socket& socket) {
    socket.read_answer("HEAD");  // a request's head ends as an answer's does
    socket.send(bytes);
  };
}

}  // namespace

TEST_CASE("a request arrives as it was given, and nothing is added that matters") {
  std::promise<http_request> asked;
  auto server = http_server::start({}, [&](http_request&& request, const http_responder& respond) {
    asked.set_value(std::move(request));
    auto response = text_response(202, "taken");
    response.headers.add("X-Twice", "1");
    response.headers.add("X-Twice", "2");
    respond(std::move(response));
  });
  REQUIRE(server.has_value());
  const std::string body{"\x0a\x00\x01", 3};
  auto call = call_to("http://127.0.0.1:" + std::to_string((*server)->port()) + "/v1/traces?a=%20", "POST");
  call.headers = {{"Content-Type", "application/x-protobuf"}, {"X-Empty", ""}};
  call.body = body;
  const auto answer = make_client()->send(call);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 202);
  CHECK(answer->body == "taken\n");
  CHECK(answer->headers.count("x-twice") == 2);

  const auto request = asked.get_future().get();
  CHECK(request.method == "POST");
  CHECK(request.path == "/v1/traces");
  CHECK(request.query == "a=%20");
  CHECK(request.body == body);
  CHECK(request.headers.find("content-type") == "application/x-protobuf");
  CHECK(request.headers.find("x-empty") == "");
  CHECK_FALSE(request.headers.find("Expect").has_value());
}

TEST_CASE("each method does what it says") {
  auto server = http_server::start({}, [](http_request&& request, const http_responder& respond) {
    respond(text_response(200, request.method + " " + request.body));
  });
  REQUIRE(server.has_value());
  const auto client = make_client();
  const std::string url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/";
  for (const std::string method : {"GET", "POST", "PUT", "DELETE", "GET"}) {
    CAPTURE(method);
    auto call = call_to(url, method);
    if (method == "PUT") call.body = "b";
    const auto answer = client->send(call);
    REQUIRE(answer.has_value());
    CHECK(answer->body == method + (method == "PUT" ? " b\n" : " \n"));
  }
  const auto head = client->send(call_to(url, "HEAD"));
  REQUIRE(head.has_value());
  CHECK(head->status == 200);
  CHECK(head->body.empty());
}

TEST_CASE("calls to one server share one connection") {
  int connections = 0;
  const scripted_server server{[&](plain_socket& socket) {
    ++connections;
    while (!socket.read_answer("HEAD").head.empty())
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  }};
  {
    const auto client = make_client();
    for (int i = 0; i < 3; ++i) CHECK(client->send(call_to(server.url()))->body == "ok");
  }
  CHECK(connections == 1);
}

TEST_CASE("redirects are answers, not orders") {
  const scripted_server server{
      say("HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n")};
  const auto answer = make_client()->send(call_to(server.url()));
  REQUIRE(answer.has_value());
  CHECK(answer->status == 302);
  CHECK(answer->headers.find("location") == "http://evil.example/");
}

TEST_CASE("the headers of an interim answer are not those of the answer") {
  const scripted_server server{
      say("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
  const auto answer = make_client()->send(call_to(server.url()));
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK_FALSE(answer->headers.find("Link").has_value());
}

TEST_CASE("a server that does not answer as it should is a failure with a sentence that names it") {
  std::uint16_t free_port = 0;
  {
    free_port = scripted_server{[](plain_socket&) {}}.port();
  }
  const auto refused =
      make_client()->send(call_to("http://127.0.0.1:" + std::to_string(free_port) + "/v1/traces"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == failure_code::unreachable);
  CHECK(refused.error().message.find("http://127.0.0.1:" + std::to_string(free_port)) == 0);

  struct row {
    std::string_view bytes;
    std::string_view why;
  };
  for (const auto& [bytes, why] : {
           row{"", "closed without a word"},
           row{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "closed in the middle of the body"},
           row{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
               "closed in the middle of a chunk"},
           row{"HTTP/1.1 200 OK\r\nContent-Le", "closed in the middle of the headers"},
           row{"SSH-2.0-OpenSSH_9.2\r\n", "another protocol"},
       }) {
    CAPTURE(why);
    const scripted_server server{say(std::string{bytes})};
    const auto answer = make_client()->send(call_to(server.url()));
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == failure_code::unreachable);
    CHECK(answer.error().message.find(server.url().substr(0, server.url().size() - 1)) == 0);
  }
}

TEST_CASE("a server that hangs costs no more than the time limit") {
  std::promise<void> release;
  const auto released = release.get_future().share();
  const scripted_server server{[&](plain_socket& socket) {
    socket.send("HTTP/1.1 200 OK\r\n");
    released.wait();
  }};
  auto call = call_to(server.url());
  call.total_limit = 60ms;
  const auto before = std::chrono::steady_clock::now();
  const auto answer = make_client()->send(call);
  const auto took = std::chrono::steady_clock::now() - before;
  release.set_value();
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == failure_code::unreachable);
  CHECK(answer.error().message.find("60 ms in all") != std::string::npos);
  CHECK(took >= 50ms);
  CHECK(took < 5s);
}

TEST_CASE("an answer over the limit is not read to its end") {
  curl_client_options options;
  options.body_limit = 1000;
  struct row {
    std::string bytes;
    std::string_view why;
  };
  const row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x'), "announced"},
      {"HTTP/1.1 200 OK\r\n\r\n" + std::string(5'000'000, 'x'), "without a length"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(90'000, 'x') + "\r\nContent-Length: 0\r\n\r\n",
       "in the headers"},
  };
  for (const auto& [bytes, why] : rows) {
    CAPTURE(why);
    const scripted_server server{say(bytes)};
    const auto answer = make_client(options)->send(call_to(server.url()));
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == failure_code::too_large);
  }
  const scripted_server fits{say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'))};
  CHECK(make_client(options)->send(call_to(fits.url()))->body.size() == 1000);
}

TEST_CASE("cancelling ends a running call, and every later one at once") {
  std::promise<void> connected;
  std::promise<void> release;
  const auto released = release.get_future().share();
  const scripted_server server{[&](plain_socket&) {
    connected.set_value();
    released.wait();
  }};
  const auto client = make_client();
  auto call = call_to(server.url());
  call.total_limit = 60s;
  auto running = std::async(std::launch::async, [&] { return client->send(call); });
  connected.get_future().wait();
  const auto before = std::chrono::steady_clock::now();
  client->cancel();
  const auto answer = running.get();
  CHECK(std::chrono::steady_clock::now() - before < 900ms);  // curl's own rhythm would be a second
  release.set_value();
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == failure_code::refused);
  CHECK(client->send(call).error().code == failure_code::refused);
}

TEST_CASE("what would break the request is refused before anything is sent") {
  const auto client = make_client();
  CHECK(client->send(call_to("ftp://localhost/")).error().code == failure_code::invalid_argument);
  CHECK(client->send(call_to("http://localhost/a b")).error().code == failure_code::invalid_argument);
  auto call = call_to("http://localhost/");
  call.headers = {{"X", "a\r\nY: b"}};
  CHECK(client->send(call).error().code == failure_code::invalid_argument);
}

TEST_CASE("loopback is reached without the proxy that the environment names") {
  const scripted_server server{say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto answer = make_client()->send(call_to(server.url()));
  ::unsetenv("http_proxy");
  CHECK(answer.has_value());
}

TEST_CASE("a call leaves the caller's signals as they were") {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  CHECK_FALSE(make_client()->send(call_to("http://127.0.0.1:1/")).has_value());
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(sigismember(&before, SIGPIPE) == sigismember(&after, SIGPIPE));
}
