#include <waybill/receive/grpc/listening_socket.hpp>

#include <waybill/base/ascii.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace waybill::inline v0 {
namespace {

struct socket_address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

bool read_address(const host_port& from, socket_address& to) noexcept {
  const std::string host = ascii_iequals(from.host, "localhost") ? "127.0.0.1" : from.host;
  auto& four = reinterpret_cast<sockaddr_in&>(to.bytes);
  if (inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(from.port);
    to.size = sizeof four;
    return true;
  }
  auto& six = reinterpret_cast<sockaddr_in6&>(to.bytes);
  if (inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) != 1) return false;
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(from.port);
  to.size = sizeof six;
  return true;
}

failure listen_failure(const host_port& address, int error) {
  const std::string where = to_string(address);
  if (error == EADDRINUSE) return {failure_code::busy, where + " is in use by another program"};
  if (error == EADDRNOTAVAIL) {
    return {failure_code::invalid_argument, address.host + " is no address of this machine"};
  }
  return {failure_code::io, "listening on " + where + " failed: " + std::strerror(error)};
}

}  // namespace

result<listening_socket> listening_socket::open(const host_port& address) {
  socket_address where;
  if (!read_address(address, where)) {
    return failure{failure_code::invalid_argument,
                   "\"" + address.host +
                       "\" is no address to listen on; give one like 127.0.0.1, "
                       "::1 or localhost"};
  }
  auto* const bytes = reinterpret_cast<sockaddr*>(&where.bytes);
  listening_socket made{::socket(bytes->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), 0};
  const int on = 1;
  if (made.descriptor_ < 0 || ::setsockopt(made.descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(made.descriptor_, bytes, where.size) != 0 || ::listen(made.descriptor_, SOMAXCONN) != 0 ||
      ::getsockname(made.descriptor_, bytes, &where.size) != 0) {
    return listen_failure(address, errno);
  }
  made.port_ = ntohs(bytes->sa_family == AF_INET ? reinterpret_cast<sockaddr_in*>(bytes)->sin_port
                                                 : reinterpret_cast<sockaddr_in6*>(bytes)->sin6_port);
  return made;
}

void listening_socket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

int listening_socket::accept() const noexcept {
  const int accepted = ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  const int on = 1;
  if (accepted >= 0) ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return accepted;
}

}  // namespace waybill::inline v0
