// A TCP connection that sends exactly the bytes a test wants, and a listener that answers with exactly such
// bytes.
#pragma once

#include <waybill/base/ascii.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace waybill_tests {

struct raw_answer {
  unsigned status = 0;  // 0: the other end closed before a whole answer was there
  std::string head;     // status line and headers, without the empty line
  std::string body;

  bool has(std::string_view line) const { return head.find(line) != head.npos; }
};

class plain_socket {
 public:
  explicit plain_socket(int descriptor) : descriptor_(descriptor) {}
  plain_socket(plain_socket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), unread_(std::move(other.unread_)) {}
  plain_socket& operator=(plain_socket&&) = delete;
  ~plain_socket() { close(); }

  static plain_socket connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return plain_socket{descriptor};
  }

  // False once the other end has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Whether there is something to read, the other end's goodbye included.
  bool readable(int milliseconds) {
    pollfd wanted{.fd = descriptor_, .events = POLLIN, .revents = 0};
    return !unread_.empty() || ::poll(&wanted, 1, milliseconds) == 1;
  }

  raw_answer read_answer(std::string_view method = "GET") {
    raw_answer answer;
    while (unread_.find("\r\n\r\n") == unread_.npos) {
      if (!read_some()) return answer;
    }
    const auto end = unread_.find("\r\n\r\n");
    answer.head = unread_.substr(0, end);
    unread_.erase(0, end + 4);
    std::size_t length = 0;
    if (const auto at = answer.head.find("Content-Length: "); at != answer.head.npos && method != "HEAD") {
      const char* const digits = answer.head.data() + at + 16;
      std::from_chars(digits, answer.head.data() + answer.head.size(), length);
    }
    while (unread_.size() < length) {
      if (!read_some()) return answer;
    }
    answer.body = unread_.substr(0, length);
    unread_.erase(0, length);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    return answer;
  }

  raw_answer exchange(std::string_view request) {
    send(request);
    return read_answer(request.substr(0, request.find(' ')));
  }

  // True if the other end closes within ten seconds.
  bool wait_for_close() {
    while (read_some()) {
    }
    return closed_;
  }

  void finish_sending() { ::shutdown(descriptor_, SHUT_WR); }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  bool read_some() {
    char bytes[16 * 1024];
    pollfd wanted{.fd = descriptor_, .events = POLLIN, .revents = 0};
    if (::poll(&wanted, 1, 10'000) != 1) return false;
    const auto got = ::recv(descriptor_, bytes, sizeof bytes, 0);
    closed_ = got <= 0;
    if (closed_) return false;
    unread_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  int descriptor_;
  std::string unread_;
  bool closed_ = false;
};

// Accepts one connection after another on a free port of loopback and plays the script on each, until it is
// destroyed.
class scripted_server {
 public:
  using script = std::function<void(plain_socket&)>;

  explicit scripted_server(script play) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(descriptor_, 16) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this, play = std::move(play)] {
      for (;;) {
        const int client = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) return;
        plain_socket socket{client};
        play(socket);
      }
    }};
  }
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  ~scripted_server() {
    stop();
    ::close(descriptor_);
  }

  // No more connections; returns when the script has ended.
  void stop() {
    ::shutdown(descriptor_, SHUT_RDWR);  // wakes accept()
    if (thread_.joinable()) thread_.join();
  }

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string{path};
  }

 private:
  int descriptor_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace waybill_tests
