#include <waybill/http/server.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/http/address.hpp>
#include <waybill/http/server_connection.hpp>
#include <waybill/http/signals_blocked.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0 {
namespace {

namespace net = boost::asio;
using error_code = boost::system::error_code;

constexpr std::size_t scratch_size =
    256 * 1024;  // Beast's own 512-byte steps cost a factor of ten on large bodies
constexpr std::size_t small_answer = 64 * 1024;
constexpr std::chrono::milliseconds accept_pause{50};
constexpr std::chrono::milliseconds room_pause{10};
constexpr std::size_t passed_over = 16;  // of those that wait for room, before the others must wait, too

// The largest body must fit an empty server (memory_share::admit), or it would be told for ever to come again.
http_server_options sound(http_server_options options) {
  options.body_limit = std::min(options.body_limit, options.admission_limit / 2 - http_request::body_slack);
  return options;
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

http_server::engine::engine(http_server_options options, http_handler handler)
    : options_(sound(std::move(options))),
      guard_(options_.access),
      handler_(std::move(handler)),
      memory_(std::make_shared<memory_budget>(options_.admission_limit, options_.memory_limit)),
      scratch_(scratch_size) {}

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
  if (connections_.size() >= options_.connections) close_longest_idle();
  if (connections_.size() >= options_.connections) return;
  error_code ec;
  socket.set_option(tcp::no_delay{true}, ec);
  socket.non_blocking(true, ec);
  const auto remote = socket.remote_endpoint(ec);
  if (ec) return;
  const std::uint64_t id = ++next_id_;
  const auto made = std::make_shared<connection>(*this, id, std::move(socket), remote.address().to_string());
  connections_.emplace(id, made);
  made->wait_for_request();
}

void http_server::engine::close_longest_idle() {
  std::shared_ptr<connection> longest;
  for (const auto& [id, client] : connections_) {
    if (client->idle_since() && (!longest || *client->idle_since() < *longest->idle_since()))
      longest = client;
  }
  if (longest) longest->close();
}

bool http_server::engine::hold_answer(std::size_t bytes) noexcept {
  if (bytes > small_answer && answers_ != 0 && answers_ + bytes > options_.answers_limit) return false;
  answers_ += bytes;
  return true;
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
      if (!server.waiting_.empty()) server.look_for_room();
    });
  }};
}

void http_server::engine::wait_for_room(std::shared_ptr<connection> client) {
  waiting_.push_back(std::move(client));
  if (waiting_.size() == 1) look_again_later();
}

// Called at each answer, which gives memory back soon, and now and then while someone waits. A large body
// that does not fit yet lets smaller ones pass.
void http_server::engine::look_for_room() {
  auto among = std::exchange(waiting_, {});
  std::size_t refused = 0;
  for (auto& client : among) {
    if (refused < passed_over && client->try_again()) continue;
    ++refused;
    waiting_.push_back(std::move(client));
  }
  if (!waiting_.empty()) look_again_later();
}

void http_server::engine::look_again_later() {
  look_again_.expires_after(room_pause);
  look_again_.async_wait([this](const error_code& ec) {
    if (!ec) look_for_room();
  });
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
  waiting_.clear();
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
