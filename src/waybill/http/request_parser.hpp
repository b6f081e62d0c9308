// One HTTP/1.1 request (RFC 9112) out of the bytes of a connection. Beast parses; none of its types stands
// here, since they are slow to compile.
#pragma once

#include <waybill/http/message.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

class request_parser {
 public:
  struct limits {
    std::size_t header = 16 * 1024;  // bytes of request line and headers
    std::size_t body = 0;            // as sent
  };
  enum class progress : unsigned char {
    partial,   // more bytes are needed
    head,      // told once, before any of the body is looked at
    complete,  // what follows belongs to the next request
    failed     // refusal() says why; nobody can tell where the next request begins
  };
  struct step {
    progress reached;
    std::size_t consumed;  // of the bytes given; the rest must be given again, with more behind it
  };

  explicit request_parser(const limits& allowed);
  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;
  ~request_parser();

  step put(std::string_view bytes);
  http_response refusal() const;

  // Once the head is there.
  http_request take_head() const;  // without a body
  bool keep_alive() const;
  bool knows_continue() const;                   // HTTP/1.1
  bool has_body() const;                         // more than nothing may follow
  std::optional<std::size_t> body_size() const;  // as announced; nothing: it comes in chunks

  // Where the body goes. Its memory is charged to the share as it comes; with an announced size, which must
  // have been admitted, it is made at once. Without this call the body is read and forgotten.
  void keep_body(std::shared_ptr<memory_share> charged);
  std::string take_body();  // once complete

  // So many bytes may be read at once without reading far into the next request.
  std::size_t readable_step(std::size_t most) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace waybill::inline v0
