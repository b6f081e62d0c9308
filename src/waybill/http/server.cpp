// Long for one file, since no Boost type may stand in a header: what a connection does, then what the server
// does. Beast parses, Asio waits. Beast's composed operations stay out: with our own loop around its parser a
// late request can still be answered (408), a body counts itself as it comes, and the file compiles five
// times as fast.
#include <waybill/http/server.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/http/address.hpp>
#include <waybill/http/http_date.hpp>
#include <waybill/http/signals_blocked.hpp>
#include <waybill/http/worker_threads.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

namespace waybill::inline v0 {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using error_code = boost::system::error_code;
using net::ip::tcp;

// The concrete executor instead of any_io_executor: quicker, and half as long to compile.
using executor = net::io_context::executor_type;
using tcp_socket = net::basic_stream_socket<tcp, executor>;
using tcp_acceptor = net::basic_socket_acceptor<tcp, executor>;
using timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, executor>;

constexpr std::size_t header_step = 4 * 1024;  // what an idle connection keeps
constexpr std::size_t body_step =
    64 * 1024;  // Beast's own 512-byte steps cost a factor of ten on large bodies
constexpr std::chrono::milliseconds linger_limit{2'000};
constexpr std::chrono::milliseconds accept_pause{50};

// A body that grows by what has arrived, never by what Content-Length claims, and that counts itself in a
// total.
struct counted_body {
  struct value_type {
    std::string bytes;
    std::size_t* held = nullptr;   // by this connection
    std::size_t* total = nullptr;  // by all
    std::size_t total_limit = 0;
  };

  class reader {
   public:
    template <bool IsRequest, class Fields>
    reader(http::header<IsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, error_code& ec) {
      const auto likely = std::min<std::uint64_t>(length.value_or(0), body_step);
      body_.bytes.reserve(static_cast<std::size_t>(likely) + http_request::body_slack);
      ec = {};
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& ec) {
      std::size_t taken = 0;
      for (const net::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
        if (part.size() > body_.total_limit - *body_.total) {
          ec = boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);
          return taken;
        }
        const std::size_t needed = body_.bytes.size() + part.size() + http_request::body_slack;
        if (needed > body_.bytes.capacity())
          body_.bytes.reserve(std::max(needed, 2 * body_.bytes.capacity()));
        body_.bytes.append(static_cast<const char*>(part.data()), part.size());
        *body_.held += part.size();
        *body_.total += part.size();
        taken += part.size();
      }
      ec = {};
      return taken;
    }

    void finish(error_code& ec) { ec = {}; }

   private:
    value_type& body_;
  };
};

// A header that would break out of its line is left out: its value may echo what a stranger sent.
bool is_writable(const http_header& header) noexcept {
  const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  const auto no_token = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == ':' || c == 0x7F; };
  return !header.name.empty() && std::none_of(header.name.begin(), header.name.end(), no_token) &&
         std::none_of(header.value.begin(), header.value.end(), breaks);
}

bool may_have_body(unsigned status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const http_response& response, bool keep_alive) {
  http::fields fields;
  for (const auto& header : response.headers) {
    if (is_writable(header)) fields.insert(header.name, header.value);
  }
  fields.set(http::field::date, http_date(std::time(nullptr)));
  fields.set(http::field::connection, keep_alive ? "keep-alive" : "close");
  if (may_have_body(response.status)) {
    fields.set(http::field::content_length, std::to_string(response.body.size()));
  }
  const http::fields::writer writer{fields, 11, response.status};
  std::string head;
  for (const net::const_buffer part : boost::beast::buffers_range(writer.get())) {
    head.append(static_cast<const char*>(part.data()), part.size());
  }
  return head;
}

http_response refusal_for(const error_code& ec, const http_server_options& options) {
  if (ec == http::error::body_limit) {
    return text_response(413, "The body is over this server's limit of " +
                                  std::to_string(options.body_limit) + " bytes; send less at once.");
  }
  if (ec == http::error::header_limit) {
    return text_response(431, "The headers are over this server's limit of " +
                                  std::to_string(options.header_limit) +
                                  " bytes; send fewer or shorter ones.");
  }
  if (ec == boost::system::errc::not_enough_memory) {
    auto busy = text_response(503, "This server holds all the bodies it has memory for; try again soon.");
    busy.headers.add("Retry-After", "1");
    return busy;
  }
  return text_response(400, "This is no HTTP/1.1 request: " + ec.message() + ".");
}

failure listen_failure(const host_port& address, const error_code& ec) {
  const std::string where = to_string(address);
  if (ec == net::error::address_in_use) {
    return {failure_code::io, where + " is in use by another program; choose another with --listen."};
  }
  if (ec == boost::system::errc::address_not_available) {
    return {failure_code::invalid_argument,
            address.host + " is no address of this machine; choose another with --listen."};
  }
  if (ec == boost::system::errc::permission_denied) {
    return {failure_code::io,
            "Listening on " + where +
                " needs privileges that this program does not have; choose a port above 1023 with "
                "--listen."};
  }
  return {failure_code::io, "Listening on " + where + " failed: " + ec.message() + "."};
}

}  // namespace

// All of it but the mailbox belongs to the network thread; no locks, no strands.
class http_server::engine {
 public:
  engine(http_server_options options, http_handler handler)
      : options_(std::move(options)), guard_(options_.access), handler_(std::move(handler)) {}
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine() { stop(std::chrono::milliseconds{0}); }

  result<void> listen();
  void run();
  bool stop(std::chrono::milliseconds deadline);
  std::uint16_t port() const noexcept { return port_; }

 private:
  class connection;

  // Where other threads drop answers in. Outlives the server for as long as someone holds a responder.
  struct mailbox {
    std::mutex mutex;
    engine* to = nullptr;
  };

  void accept();
  void take(tcp_socket socket);
  void begin_stop();
  void close_all();
  void forget(std::uint64_t id);
  void handle(http_request&& request, http_responder respond);
  http_responder responder_for(std::uint64_t id, std::uint64_t number);

  http_server_options options_;
  access_guard guard_;
  http_handler handler_;
  net::io_context io_{1};
  // Requests that are with a handler are work that io_ cannot see.
  net::executor_work_guard<executor> work_{io_.get_executor()};
  tcp_acceptor acceptor_{io_};
  timer accept_again_{io_};
  std::uint16_t port_ = 0;
  std::shared_ptr<mailbox> mailbox_ = std::make_shared<mailbox>();
  std::unordered_map<std::uint64_t, std::shared_ptr<connection>> connections_;
  std::uint64_t next_id_ = 0;
  std::size_t bodies_ = 0;  // bytes held by all connections
  bool stopping_ = false;

  std::mutex ended_mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::optional<worker_threads> workers_;
  std::thread network_;
};

// One client. At most one read or write is under way at a time; the phase says which.
class http_server::engine::connection : public std::enable_shared_from_this<connection> {
 public:
  connection(engine& owner, std::uint64_t id, tcp_socket socket, std::string remote)
      : owner_(owner),
        id_(id),
        socket_(std::move(socket)),
        deadline_(owner.io_),
        buffer_(owner.options_.header_limit + body_step),
        remote_(std::move(remote)) {}

  void wait_for_request();
  void answer(std::uint64_t number, http_response&& response);
  void begin_stop();
  void close();

 private:
  enum class phase : unsigned char { idle, reading, continuing, running, writing, lingering, closed };

  void read();
  void parse();
  bool accept_head();
  void send_continue();
  void run_handler();
  void refuse(http_response&& response);
  void write(http_response&& response);
  void written();
  void linger();
  void release_body() noexcept;
  void arm(std::chrono::milliseconds limit);
  void disarm();
  void expired();

  engine& owner_;
  const std::uint64_t id_;
  tcp_socket socket_;
  timer deadline_;
  std::uint64_t deadline_number_ = 0;  // tells a cancelled wait that had already run out from the current one
  boost::beast::flat_buffer buffer_;   // not yet parsed; behind a request stands the next (pipelining)
  std::optional<http::request_parser<counted_body>> parser_;
  http_request request_;
  std::uint64_t number_ = 0;  // of the request, counted from 1
  std::size_t body_held_ = 0;
  bool head_only_ = false;
  bool keep_alive_ = true;
  bool unread_ = false;  // the client may still be sending what nobody will read
  phase phase_ = phase::idle;
  std::string head_out_;
  std::string body_out_;
  const std::string remote_;
};

void http_server::engine::connection::arm(std::chrono::milliseconds limit) {
  const std::uint64_t number = ++deadline_number_;
  deadline_.expires_after(limit);
  deadline_.async_wait([self = shared_from_this(), number](const error_code&) {
    if (number == self->deadline_number_) self->expired();
  });
}

void http_server::engine::connection::disarm() {
  ++deadline_number_;
  deadline_.cancel();
}

void http_server::engine::connection::expired() {
  if (phase_ != phase::reading) return close();
  refuse(text_response(408, "The request did not arrive within " +
                                std::to_string(owner_.options_.request_limit.count()) + " ms."));
}

void http_server::engine::connection::wait_for_request() {
  if (owner_.stopping_) return close();
  request_ = {};
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(owner_.options_.header_limit));
  parser_->body_limit(owner_.options_.body_limit);
  auto& body = parser_->get().body();
  body.held = &body_held_;
  body.total = &owner_.bodies_;
  body.total_limit = owner_.options_.bodies_limit;
  head_only_ = false;
  if (buffer_.size() == 0) {
    phase_ = phase::idle;
    arm(owner_.options_.idle_limit);
    if (buffer_.capacity() > 2 * header_step) buffer_.shrink_to_fit();
    read();
  } else {
    phase_ = phase::reading;
    arm(owner_.options_.request_limit);
    parse();
  }
}

void http_server::engine::connection::read() {
  const std::size_t step = parser_->is_header_done() ? body_step : header_step;
  const std::size_t room = buffer_.max_size() - buffer_.size();
  if (room == 0) return refuse(text_response(400, "A chunk's size line is too long."));
  socket_.async_read_some(buffer_.prepare(std::min(step, room)),
                          [self = shared_from_this()](const error_code& ec, std::size_t size) {
                            if (self->phase_ != phase::idle && self->phase_ != phase::reading) return;
                            if (ec) return self->close();
                            self->buffer_.commit(size);
                            if (self->phase_ == phase::idle) {
                              self->phase_ = phase::reading;
                              self->arm(self->owner_.options_.request_limit);
                            }
                            self->parse();
                          });
}

void http_server::engine::connection::parse() {
  while (buffer_.size() > 0 && !parser_->is_done()) {
    const bool had_head = parser_->is_header_done();
    error_code ec;
    buffer_.consume(parser_->put(buffer_.data(), ec));
    if (ec == http::error::need_more) break;
    if (ec) return refuse(refusal_for(ec, owner_.options_));
    if (!had_head && parser_->is_header_done() && !accept_head()) return;
  }
  if (parser_->is_done()) return run_handler();
  read();
}

// True if the body may be read now; otherwise whatever happens next is under way.
bool http_server::engine::connection::accept_head() {
  const auto& message = parser_->get();
  const std::string_view target = message.target();
  const std::size_t question = target.find('?');
  request_.method = message.method_string();
  request_.path = target.substr(0, question);
  if (question != target.npos) request_.query = target.substr(question + 1);
  for (const auto& field : message) request_.headers.add(field.name_string(), field.value());
  request_.remote_address = remote_;
  head_only_ = request_.method == "HEAD";
  keep_alive_ = message.keep_alive();
  if (!target.starts_with('/') && target != "*") {
    refuse(text_response(400, "The request target must be a path; this server is no proxy."));
    return false;
  }
  if (auto refusal = owner_.guard_.refuse(request_)) {
    refuse(std::move(*refusal));
    return false;
  }
  parser_->eager(true);
  const auto expect = request_.headers.find("Expect");
  if (!expect || message.version() < 11) return true;
  if (!ascii_iequals(*expect, "100-continue")) {
    refuse(text_response(417, "This server knows no other expectation than 100-continue."));
    return false;
  }
  if (parser_->is_done() || buffer_.size() > 0) return true;  // the client did not wait
  send_continue();
  return false;
}

void http_server::engine::connection::send_continue() {
  static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  phase_ = phase::continuing;
  net::async_write(socket_, net::buffer(line),
                   [self = shared_from_this()](const error_code& ec, std::size_t) {
                     if (self->phase_ != phase::continuing) return;
                     if (ec) return self->close();
                     self->phase_ = phase::reading;
                     self->read();
                   });
}

void http_server::engine::connection::run_handler() {
  disarm();
  phase_ = phase::running;
  request_.body = std::move(parser_->get().body().bytes);
  parser_.reset();
  owner_.handle(std::move(request_), owner_.responder_for(id_, ++number_));
}

void http_server::engine::connection::answer(std::uint64_t number, http_response&& response) {
  if (phase_ == phase::running && number == number_) write(std::move(response));
}

// Answers before the request was read to its end, which ends the connection: nobody can tell where the next
// one begins.
void http_server::engine::connection::refuse(http_response&& response) {
  socket_.cancel();
  keep_alive_ = false;
  unread_ = true;
  write(std::move(response));
}

void http_server::engine::connection::write(http_response&& response) {
  phase_ = phase::writing;
  parser_.reset();
  release_body();
  if (response.status < 200 || response.status > 999)
    response = text_response(500, "The answer had no valid status.");
  keep_alive_ = keep_alive_ && !owner_.stopping_;
  head_out_ = response_head(response, keep_alive_);
  body_out_.clear();
  if (!head_only_ && may_have_body(response.status)) body_out_ = std::move(response.body);
  arm(owner_.options_.response_limit);
  const std::array<net::const_buffer, 2> out{net::buffer(head_out_), net::buffer(body_out_)};
  net::async_write(socket_, out, [self = shared_from_this()](const error_code& ec, std::size_t) {
    if (self->phase_ != phase::writing) return;
    if (ec) return self->close();
    self->written();
  });
}

void http_server::engine::connection::written() {
  body_out_ = {};
  if (keep_alive_) return wait_for_request();
  if (unread_ && !owner_.stopping_) return linger();
  close();
}

// Closing a socket with unread bytes resets the connection, and the client might never see the answer. So:
// read and throw away for a moment, until the client has seen it and closes (RFC 9112 §9.6).
void http_server::engine::connection::linger() {
  if (phase_ != phase::lingering) {
    phase_ = phase::lingering;
    error_code ignored;
    socket_.shutdown(tcp_socket::shutdown_send, ignored);
    arm(linger_limit);
  }
  buffer_.clear();
  socket_.async_read_some(buffer_.prepare(body_step),
                          [self = shared_from_this()](const error_code& ec, std::size_t) {
                            if (self->phase_ != phase::lingering) return;
                            if (ec) return self->close();
                            self->linger();
                          });
}

void http_server::engine::connection::begin_stop() {
  if (phase_ == phase::idle || phase_ == phase::lingering) close();
}

void http_server::engine::connection::close() {
  if (phase_ == phase::closed) return;
  phase_ = phase::closed;
  disarm();
  error_code ignored;
  socket_.close(ignored);
  release_body();
  owner_.forget(id_);
}

void http_server::engine::connection::release_body() noexcept {
  owner_.bodies_ -= std::exchange(body_held_, 0);
}

result<void> http_server::engine::listen() {
  if (auto exposed = check_exposure(options_.access); !exposed) return exposed;
  const host_port address{.host = options_.access.listen_host, .port = options_.port};
  error_code ec;
  const auto ip =
      net::ip::make_address(ascii_iequals(address.host, "localhost") ? "127.0.0.1" : address.host, ec);
  if (ec) {
    return failure{
        failure_code::invalid_argument,
        "\"" + address.host + "\" is no address to listen on; give one like 127.0.0.1, ::1 or localhost."};
  }
  const tcp::endpoint endpoint{ip, address.port};
  const auto tried = [&] { return !ec; };
  acceptor_.open(endpoint.protocol(), ec);
  if (tried()) acceptor_.set_option(net::socket_base::reuse_address{true}, ec);
  if (tried()) acceptor_.bind(endpoint, ec);
  if (tried()) acceptor_.listen(net::socket_base::max_listen_connections, ec);
  if (tried()) port_ = acceptor_.local_endpoint(ec).port();
  if (ec) return listen_failure(address, ec);
  return {};
}

void http_server::engine::run() {
  const signals_blocked quiet;
  mailbox_->to = this;
  if (options_.workers > 0) workers_.emplace(options_.workers);
  accept();
  network_ = std::thread{[this] {
    for (bool done = false; !done;) {
      try {
        io_.run();
        done = true;
      } catch (...) {
        // Out of memory in one connection: its deadline closes it, the others go on.
      }
    }
    const std::lock_guard lock{ended_mutex_};
    ended_ = true;
    ended_changed_.notify_all();
  }};
}

void http_server::engine::accept() {
  acceptor_.async_accept([this](const error_code& ec, tcp_socket socket) {
    if (stopping_) return;
    if (!ec) {
      take(std::move(socket));
      return accept();
    }
    // Out of descriptors, mostly: trying again at once would fail as fast.
    accept_again_.expires_after(accept_pause);
    accept_again_.async_wait([this](const error_code&) {
      if (!stopping_) accept();
    });
  });
}

void http_server::engine::take(tcp_socket socket) {
  if (connections_.size() >= options_.connections) return;
  error_code ec;
  socket.set_option(tcp::no_delay{true}, ec);
  const auto remote = socket.remote_endpoint(ec);
  if (ec) return;
  const std::uint64_t id = ++next_id_;
  const auto made = std::make_shared<connection>(*this, id, std::move(socket), remote.address().to_string());
  connections_.emplace(id, made);
  made->wait_for_request();
}

http_responder http_server::engine::responder_for(std::uint64_t id, std::uint64_t number) {
  return http_responder{[mailbox = mailbox_, id, number](http_response&& response) {
    const std::lock_guard lock{mailbox->mutex};
    if (!mailbox->to) return;
    engine& server = *mailbox->to;
    net::post(server.io_, [&server, id, number, response = std::move(response)]() mutable {
      const auto found = server.connections_.find(id);
      if (found == server.connections_.end()) return;
      const auto client = found->second;  // answering may end it, which takes it out of the map
      client->answer(number, std::move(response));
    });
  }};
}

void http_server::engine::handle(http_request&& request, http_responder respond) {
  auto job = [this, request = std::move(request), respond = std::move(respond)]() mutable noexcept {
    try {
      handler_(std::move(request), std::move(respond));
    } catch (...) {
      // The responder is gone by now, which answers 500.
    }
  };
  if (workers_) {
    workers_->run(std::move(job));
  } else {
    job();
  }
}

void http_server::engine::forget(std::uint64_t id) {
  connections_.erase(id);
  if (stopping_ && connections_.empty()) work_.reset();
}

void http_server::engine::begin_stop() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  accept_again_.cancel();
  const auto all = connections_;  // a copy: closing takes out of the map
  for (const auto& [id, client] : all) client->begin_stop();
  if (connections_.empty()) work_.reset();
}

void http_server::engine::close_all() {
  const auto all = connections_;
  for (const auto& [id, client] : all) client->close();
}

bool http_server::engine::stop(std::chrono::milliseconds deadline) {
  if (!network_.joinable()) return true;
  net::post(io_, [this] { begin_stop(); });
  bool drained = false;
  {
    std::unique_lock lock{ended_mutex_};
    drained = ended_changed_.wait_for(lock, deadline, [&] { return ended_; });
  }
  if (!drained) net::post(io_, [this] { close_all(); });
  network_.join();
  {
    const std::lock_guard lock{mailbox_->mutex};
    mailbox_->to = nullptr;
  }
  if (workers_) workers_->stop();
  return drained;
}

result<std::unique_ptr<http_server>> http_server::start(http_server_options options, http_handler handler) {
  try {
    auto made = std::make_unique<engine>(std::move(options), std::move(handler));
    if (auto listening = made->listen(); !listening) return listening.error();
    made->run();
    return std::unique_ptr<http_server>{new http_server{std::move(made)}};
  } catch (const std::exception& error) {
    return failure{failure_code::io,
                   std::string{"The HTTP server could not be started: "} + error.what() + "."};
  }
}

http_server::http_server(std::unique_ptr<engine> made) noexcept : engine_(std::move(made)) {}

http_server::~http_server() = default;

std::uint16_t http_server::port() const noexcept {
  return engine_->port();
}

bool http_server::stop(std::chrono::milliseconds deadline) {
  return engine_->stop(deadline);
}

}  // namespace waybill::inline v0
