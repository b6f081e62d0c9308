// What is behind http_server, for server.cpp and server_connection.cpp alone: Asio's types may stand here.
// Asio waits, request_parser parses; Beast's composed operations stay out: with our own loop a late request
// can still be answered (408), and a body is charged as it comes.
#pragma once

#include <waybill/http/server.hpp>

#include <waybill/http/worker_threads.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>

namespace waybill::inline v0 {

// All of it but the mailbox belongs to the network thread; no locks, no strands.
class http_server::engine {
 public:
  class connection;

  // The concrete executor instead of any_io_executor: quicker, and half as long to compile.
  using executor = boost::asio::io_context::executor_type;
  using tcp = boost::asio::ip::tcp;
  using tcp_socket = boost::asio::basic_stream_socket<tcp, executor>;
  using tcp_acceptor = boost::asio::basic_socket_acceptor<tcp, executor>;
  using timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, executor>;
  using error_code = boost::system::error_code;

  engine(http_server_options options, http_handler handler);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine() { stop(std::chrono::milliseconds{0}); }

  result<void> listen();
  void run();
  bool stop(std::chrono::milliseconds deadline);
  std::uint16_t port() const noexcept { return port_; }

  // For its connections, on the network thread.
  const http_server_options& options() const noexcept { return options_; }
  const access_guard& guard() const noexcept { return guard_; }
  bool stopping() const noexcept { return stopping_; }
  boost::asio::io_context& io() noexcept { return io_; }
  std::shared_ptr<memory_share> new_share() const { return std::make_shared<memory_share>(memory_); }
  // Where all connections read to, one after another: what none of them holds while it waits.
  std::span<char> scratch() noexcept { return scratch_; }
  // False, with nothing counted, when too many bytes of answers wait for slow clients already. One is always
  // let in, however large, and small ones are not worth a refusal.
  bool hold_answer(std::size_t bytes) noexcept;
  void release_answer(std::size_t bytes) noexcept { answers_ -= bytes; }
  // Asks the connection to try_again whenever room may have been made.
  void wait_for_room(std::shared_ptr<connection> client);
  void handle(http_request&& request, http_responder respond);
  http_responder responder_for(std::uint64_t id, std::uint64_t number);
  void forget(std::uint64_t id);
  std::uint64_t next_moment() noexcept { return ++moment_; }

 private:
  // Where other threads drop answers in. Outlives the server for as long as someone holds a responder.
  struct mailbox {
    std::mutex mutex;
    engine* to = nullptr;
  };

  void accept();
  void take(tcp_socket socket);
  void close_longest_idle();
  void look_for_room();
  void look_again_later();
  void begin_stop();
  void close_all();

  const http_server_options options_;
  const access_guard guard_;
  const http_handler handler_;
  const std::shared_ptr<memory_budget> memory_;
  boost::asio::io_context io_{1};
  // Requests that are with a handler are work that io_ cannot see.
  boost::asio::executor_work_guard<executor> work_{io_.get_executor()};
  tcp_acceptor acceptor_{io_};
  timer accept_again_{io_};
  std::uint16_t port_ = 0;
  std::shared_ptr<mailbox> mailbox_ = std::make_shared<mailbox>();
  std::unordered_map<std::uint64_t, std::shared_ptr<connection>> connections_;
  std::uint64_t next_id_ = 0;
  std::uint64_t moment_ = 0;                         // tells which of two connections became idle first
  std::deque<std::shared_ptr<connection>> waiting_;  // for room, in the order in which they came
  timer look_again_{io_};
  std::vector<char> scratch_;
  std::size_t answers_ = 0;  // bytes that wait for their clients
  bool stopping_ = false;

  std::mutex ended_mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::optional<worker_threads> workers_;
  std::thread network_;
};

}  // namespace waybill::inline v0
