// An HTTP/1.1 server for a handful of endpoints: OTLP, health, pages. No TLS; routing is the handler's.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/http/access.hpp>
#include <waybill/http/message.hpp>
#include <waybill/http/responder.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace waybill::inline v0 {

// Runs on one of the server's worker threads, several at once, and may answer later from elsewhere. What it
// throws becomes a 500.
using http_handler = std::function<void(http_request&&, http_responder)>;

struct http_server_options {
  access_options access;   // also says where to listen
  std::uint16_t port = 0;  // 0: any free one, which port() then tells
  // Threads for the handler; 0: the network thread itself, for a handler that never blocks.
  std::size_t workers = 2;
  // At once. A further one takes the place of the one that has been idle for longest; where none is idle, it is
  // closed as soon as it comes.
  std::size_t connections = 1024;

  // Bytes: of request line and headers (above: 431); of one body as sent (413), half of the next at most.
  std::size_t header_limit = 16 * 1024;
  std::size_t body_limit = std::size_t{20} << 20;
  // Bytes that all requests hold together, in their bodies and in what handlers make of them (http_request::
  // memory). Beyond the first, a further body waits unread for its turn, and at last hears 503; up to the
  // second, those that are in may grow.
  std::size_t admission_limit = std::size_t{40} << 20;
  std::size_t memory_limit = std::size_t{128} << 20;
  // Bytes of answers that clients are slow to take; beyond them a large one becomes a 503.
  std::size_t answers_limit = std::size_t{32} << 20;

  // For a body to find room. From a request's first byte to its last, then 408; no byte renews it. For a
  // client to take the whole answer. Between two requests of a connection.
  std::chrono::milliseconds admission_wait{1'000};
  std::chrono::milliseconds request_limit{30'000};
  std::chrono::milliseconds response_limit{60'000};
  std::chrono::milliseconds idle_limit{75'000};
};

// One network thread and the workers; all of them block every signal, which so reach the program's own
// threads. Keep-alive, pipelining, chunked requests, HEAD and Expect: 100-continue work; bodies are handed on
// as sent (gzip stays gzip). Nothing that a client does makes it allocate more than the limits say.
class http_server {
 public:
  // Listens when it returns. A failure is a sentence that names the address.
  static result<std::unique_ptr<http_server>> start(http_server_options options, http_handler handler);

  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;
  ~http_server();  // stop() without a deadline's grace

  std::uint16_t port() const noexcept;

  // Closes the door and idle connections at once, gives requests that have begun until the deadline, then
  // closes the rest. A handler that is still running then is waited for, since a thread cannot be ended from
  // outside. True if every request was answered. From one thread, and not from a handler; later calls do
  // nothing.
  bool stop(std::chrono::milliseconds deadline);

 private:
  class engine;
  explicit http_server(std::unique_ptr<engine> made) noexcept;

  std::unique_ptr<engine> engine_;
};

}  // namespace waybill::inline v0
