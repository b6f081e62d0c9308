// One client of an http_server. Private to the server, as server_engine.hpp is.
#pragma once

#include <waybill/http/request_parser.hpp>
#include <waybill/http/server_engine.hpp>

namespace waybill::inline v0 {

// Lives on the network thread. At most one read or write is under way at a time; the phase says which.
class http_server::engine::connection : public std::enable_shared_from_this<connection> {
 public:
  connection(engine& owner, std::uint64_t id, tcp_socket socket, std::string remote);

  void wait_for_request();
  void answer(std::uint64_t number, http_response&& response);
  // True when it waits for room no longer, since it has found some or has given up.
  bool try_again();
  // Since which of the server's moments it waits for a request; nothing: one is under way.
  std::optional<std::uint64_t> idle_since() const noexcept;
  void begin_stop();
  void close();

 private:
  enum class phase : unsigned char {
    idle,
    reading,
    waiting,
    continuing,
    running,
    writing,
    lingering,
    closed
  };

  void wait_for_bytes();
  void read();
  void parse(std::string_view fresh);
  bool accept_head(bool more_is_there);
  bool make_room();
  bool begin_body();
  void give_up();
  void send_continue();
  void finish_request();
  void refuse(http_response&& response);
  void write(http_response&& response);
  void written();
  void linger();
  void arm(std::chrono::milliseconds limit);
  void disarm();
  void expired();

  engine& owner_;
  const std::uint64_t id_;
  tcp_socket socket_;
  timer deadline_;
  std::uint64_t deadline_number_ = 0;  // tells a cancelled wait that had already run out from the current one
  std::string unparsed_;  // the beginning of something whose end has not come; behind a request the next one
  std::optional<request_parser> parser_;
  http_request request_;
  std::optional<http_response> refusal_;  // the answer once the body, which nobody keeps, is read
  std::uint64_t number_ = 0;              // of the request, counted from 1
  bool head_only_ = false;
  bool keep_alive_ = true;
  bool asks_first_ = false;  // Expect: 100-continue, and sends nothing before it has heard
  bool unread_ = false;      // the client may still be sending what nobody will read
  phase phase_ = phase::idle;
  std::uint64_t idle_since_ = 0;
  std::string head_out_;
  std::string body_out_;
  std::size_t held_answer_ = 0;
  const std::string remote_;
};

}  // namespace waybill::inline v0
