// A keep-alive HTTP/1.1 connection to a server on this machine, as cheap as a client can be: one system call
// out, one in. Blocking; one thread's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill_load {

struct server_answer {
  unsigned status = 0;       // 0: no whole answer came, because the other end has closed
  unsigned retry_after = 0;  // seconds; 0: not said
  std::string body;
};

class server_connection {
 public:
  explicit server_connection(std::uint16_t port) noexcept : port_(port) {}
  server_connection(const server_connection&) = delete;
  server_connection& operator=(const server_connection&) = delete;
  ~server_connection() { close(); }

  // False when nobody listens any more. Connects anew where the last exchange ended the connection.
  bool open();

  // Sends head (up to the empty line) and body, reads the answer to its end.
  server_answer exchange(std::string_view head, std::string_view body);

  void close() noexcept;

 private:
  bool send(std::string_view head, std::string_view body);
  bool receive(std::string& into);

  const std::uint16_t port_;
  int descriptor_ = -1;
};

// The port of an url like http://127.0.0.1:4318, for this machine only; 0 if it is none.
std::uint16_t local_port(std::string_view url) noexcept;

}  // namespace waybill_load
