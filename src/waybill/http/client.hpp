// Sends HTTP requests and waits for the answer: the interface, and the one implementation, over libcurl.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/http/message.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// Kept by the caller from one call to the next, so that only what changes is written again.
struct http_call {
  std::string method = "GET";
  std::string url;
  http_headers headers;
  std::string_view body;  // must live until send() has returned
  std::chrono::milliseconds connect_limit{5'000};
  std::chrono::milliseconds total_limit{10'000};  // from looking up the name to the answer's last byte
};

class http_client {
 public:
  virtual ~http_client() = default;

  // Blocks until the answer is complete, at most total_limit. Any status is an answer, 500 too; redirects are
  // not followed. Failures: invalid_argument (the address), unreachable (no whole answer came, or not in
  // time), too_large (the answer is over the client's limit), refused (cancelled), io. Not thread-safe: one
  // client a thread.
  virtual result<http_response> send(const http_call& call) noexcept = 0;

  // Ends the running send() soon and every later one at once: for a shutdown that must not wait. Any thread.
  virtual void cancel() noexcept = 0;
};

struct curl_client_options {
  std::size_t body_limit = 4 * 1024 * 1024;  // bytes of an answer
  std::string ca_file = {};                  // PEM file of the authorities to trust; empty: the system's
  std::size_t at_once = 1;                   // requests under way, each over a connection of its own
};

// Connections are kept open between calls to the same server. Uses the proxy that the environment names
// (https_proxy, no_proxy ...), but never one for loopback. Installs no signal handlers. After a fork it
// belongs to the parent alone.
class curl_client final : public http_client {
 public:
  static result<std::unique_ptr<curl_client>> make(curl_client_options options = {});
  ~curl_client() override;

  result<http_response> send(const http_call& call) noexcept override;
  void cancel() noexcept override;

  // The same for several at once, none of which may be a send(): begin() starts one where fewer than at_once are under way,
  // wait() blocks until any of them has its answer, and says whose it is. A failure of begin() is that of the call, or io;
  // then nothing has begun. The call's body must live until the answer; nothing else of it. Nothing to wait for, or no
  // memory, in which case all were given up: nullopt.
  struct finished {
    std::size_t number;  // as given to begin()
    result<http_response> answer;
  };
  result<void> begin(const http_call& call, std::size_t number) noexcept;
  std::optional<finished> wait() noexcept;
  // Gives up what is under way: the bodies may go.
  void abandon_all() noexcept;

 private:
  class session;
  explicit curl_client(std::unique_ptr<session> made) noexcept;

  std::unique_ptr<session> session_;
};

}  // namespace waybill::inline v0
