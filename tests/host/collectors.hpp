// Collectors that a host may meet: one that keeps what it is sent, and a choice of bad ones.
#pragma once

#include "../http/plain_socket.hpp"

#include <waybill/wire/otlp_protobuf.hpp>

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

namespace waybill_tests {

// Takes everything from any number of exporters at once, and says what it got. name: of a span, or of an event.
class good_collector {
 public:
  // at_start runs first on the collector's own thread.
  explicit good_collector(void (*at_start)() = [] {})
      : server_([this, at_start](plain_socket& connection) {
          at_start();
          connections_.emplace_back([this, at_start, socket = std::move(connection)]() mutable {
            at_start();
            serve(socket);
          });
        }) {}
  good_collector(const good_collector&) = delete;
  good_collector& operator=(const good_collector&) = delete;
  ~good_collector() {
    server_.stop();
    for (auto& one : connections_) one.join();
  }

  std::string url() const { return server_.url(""); }
  std::vector<std::string> names() const {
    const std::lock_guard lock{mutex_};
    return names_;
  }
  std::size_t count(std::string_view name) const {
    const auto all = names();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), name));
  }
  bool has(std::string_view name) const { return count(name) != 0; }
  // process.pid of whoever sent the span of that name.
  std::string sender_of(std::string_view span) const {
    const std::lock_guard lock{mutex_};
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == span) return senders_[i];
    }
    return {};
  }

 private:
  void serve(plain_socket& socket) {
    for (;;) {
      const raw_answer request = socket.read_answer();
      if (request.head.empty()) return;
      keep(request);
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  }

  void keep(const raw_answer& request) {
    const bool traces = request.head.starts_with("POST /v1/traces ");
    const auto decoded = traces ? waybill::otlp_protobuf::decode_traces(request.body)
                                : waybill::otlp_protobuf::decode_logs(request.body);
    const std::lock_guard lock{mutex_};
    if (!decoded) return names_.emplace_back("not OTLP"), void();
    const auto add = [&](std::string_view name, const waybill::resource* sender) {
      names_.emplace_back(name);
      senders_.push_back(
          std::to_string(waybill::find_attribute(sender->attributes, "process.pid").as_integer()));
    };
    decoded->records.for_each_span([&](const auto& span) { add(span.name, span.resource); });
    decoded->records.for_each_log([&](const auto& event) { add(event.event_name, event.resource); });
  }

  mutable std::mutex mutex_;
  std::vector<std::string> names_;
  std::vector<std::string> senders_;
  std::vector<std::thread> connections_;
  scripted_server server_;
};

// A port that answers no connection attempt: it listens, never accepts, and its backlog is full.
class silent_port {
 public:
  silent_port() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listening_, 0) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    for (int& waiting : waiting_) {
      waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      (void)::connect(waiting, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
  }
  silent_port(const silent_port&) = delete;
  silent_port& operator=(const silent_port&) = delete;
  ~silent_port() {
    for (const int waiting : waiting_) ::close(waiting);
    ::close(listening_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listening_;
  std::uint16_t port_ = 0;
  int waiting_[4];
};

// A port that nobody listens on.
inline std::string refusing_url() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(probe);
  return "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

struct bad_answer {
  std::string_view name;
  scripted_server::script play;
};

// Answers that no collector should give. Each connection is served until the exporter leaves it.
inline const std::vector<bad_answer>& bad_answers() {
  const auto after_request = [](auto answer) {
    return [answer](plain_socket& socket) {
      while (!socket.read_answer().head.empty()) {
        if (!answer(socket)) return;
      }
    };
  };
  const auto says = [after_request](std::string_view text) {
    return after_request([text](plain_socket& socket) { return socket.send(text); });
  };
  static const std::string junk(16 * 1024, 'x');
  static const std::vector<bad_answer> all{
      {"takes the request and never answers",
       after_request([](plain_socket& socket) { return socket.wait_for_close(), false; })},
      {"hangs up at once", [](plain_socket&) {}},
      {"does not speak HTTP", says("220 mail.example.org ESMTP ready\r\n")},
      {"answers 200 with garbage",
       says("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n\xff\xfe\xff\xff\xff\xff\x0f\x01\x02\x03\x04\x05")},
      {"sends a body without end", after_request([](plain_socket& socket) {
         if (!socket.send("HTTP/1.1 200 OK\r\n\r\n")) return false;
         while (socket.send(junk)) {
         }
         return false;
       })},
      {"sends headers without end", after_request([](plain_socket& socket) {
         if (!socket.send("HTTP/1.1 200 OK\r\n")) return false;
         while (socket.send("X-Header: " + junk + "\r\n")) {
         }
         return false;
       })},
      {"redirects for ever",
       says("HTTP/1.1 307 Temporary Redirect\r\nLocation: /v1/traces\r\nContent-Length: 0\r\n\r\n")},
      {"asks to be left alone for a year",
       says("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 31536000\r\nContent-Length: 0\r\n\r\n")},
      {"answers a byte a second", after_request([](plain_socket& socket) {
         for (const char one : std::string_view{"HTTP/1.1 200 OK\r\n"}) {
           if (!socket.send({&one, 1})) return false;
           if (socket.readable(1'000)) return false;
         }
         return false;
       })},
  };
  return all;
}

}  // namespace waybill_tests
