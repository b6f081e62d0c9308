#include "server_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

namespace waybill_load {
namespace {

// The number behind a header's name; 0 when the head has none.
std::size_t number_after(std::string_view head, std::string_view name) {
  const std::size_t at = head.find(name);
  std::size_t number = 0;
  if (at != head.npos) std::from_chars(head.data() + at + name.size(), head.data() + head.size(), number);
  return number;
}

}  // namespace

bool server_connection::open() {
  if (descriptor_ >= 0) return true;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return false;
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  close();
  return false;
}

void server_connection::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

bool server_connection::send(std::string_view head, std::string_view body) {
  while (!head.empty() || !body.empty()) {
    iovec parts[] = {{const_cast<char*>(head.data()), head.size()},
                     {const_cast<char*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    const ssize_t sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    const std::size_t of_head = std::min(head.size(), static_cast<std::size_t>(sent));
    head.remove_prefix(of_head);
    body.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }
  return true;
}

bool server_connection::receive(std::string& into) {
  char bytes[64 * 1024];
  ssize_t got = 0;
  do {
    got = ::recv(descriptor_, bytes, sizeof bytes, 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  into.append(bytes, static_cast<std::size_t>(got));
  return true;
}

server_answer server_connection::exchange(std::string_view head, std::string_view body) {
  server_answer answer;
  // A server that refuses early stops reading: its answer is there although not all could be sent.
  const bool sent = send(head, body);
  std::string& text = answer.body;
  std::size_t end = text.npos;
  while ((end = text.find("\r\n\r\n")) == text.npos) {
    if (!receive(text)) {
      close();
      return {};
    }
  }
  const std::string told = text.substr(0, end + 2);
  text.erase(0, end + 4);
  const std::size_t length = number_after(told, "\r\nContent-Length: ");
  while (text.size() < length) {
    if (!receive(text)) {
      close();
      return {};
    }
  }
  answer.status = static_cast<unsigned>(number_after(told, "HTTP/1.1 "));
  answer.retry_after = static_cast<unsigned>(number_after(told, "\r\nRetry-After: "));
  if (!sent || told.find("\r\nConnection: close\r\n") != told.npos) close();
  return answer;
}

std::uint16_t local_port(std::string_view url) noexcept {
  for (const std::string_view before : {"http://127.0.0.1:", "http://localhost:"}) {
    if (!url.starts_with(before)) continue;
    std::uint16_t port = 0;
    const auto [end, wrong] = std::from_chars(url.data() + before.size(), url.data() + url.size(), port);
    if (wrong == std::errc{} && end == url.data() + url.size()) return port;
  }
  return 0;
}

}  // namespace waybill_load
