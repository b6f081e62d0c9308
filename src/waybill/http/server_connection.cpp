#include <waybill/http/server_connection.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/http/response_head.hpp>

#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace waybill::inline v0 {
namespace {

namespace net = boost::asio;

constexpr std::size_t skipped_body = std::size_t{1}
                                     << 20;  // so much is read rather than the connection ended
constexpr std::size_t kept_idle = 4 * 1024;  // bytes of buffer that an idle connection may keep
constexpr std::chrono::milliseconds linger_limit{2'000};

}  // namespace

http_server::engine::connection::connection(engine& owner, std::uint64_t id, tcp_socket socket,
                                            std::string remote)
    : owner_(owner), id_(id), socket_(std::move(socket)), deadline_(owner.io()), remote_(std::move(remote)) {}

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
  if (phase_ == phase::waiting) return give_up();
  if (phase_ != phase::reading) return close();
  refuse(text_response(408, "The request did not arrive within " +
                                std::to_string(owner_.options().request_limit.count()) + " ms."));
}

void http_server::engine::connection::wait_for_request() {
  if (owner_.stopping()) return close();
  request_ = {};
  refusal_.reset();
  parser_.emplace(
      request_parser::limits{.header = owner_.options().header_limit, .body = owner_.options().body_limit});
  head_only_ = false;
  if (unparsed_.empty()) {
    if (unparsed_.capacity() > kept_idle) unparsed_ = {};
    phase_ = phase::idle;
    idle_since_ = owner_.next_moment();
    arm(owner_.options().idle_limit);
    wait_for_bytes();
  } else {
    phase_ = phase::reading;
    arm(owner_.options().request_limit);
    parse({});
  }
}

void http_server::engine::connection::wait_for_bytes() {
  socket_.async_wait(tcp_socket::wait_read, [self = shared_from_this()](const error_code& ec) {
    if (self->phase_ != phase::idle && self->phase_ != phase::reading) return;
    if (ec) return self->close();
    self->read();
  });
}

void http_server::engine::connection::read() {
  const auto room = owner_.scratch().first(parser_->readable_step(owner_.scratch().size()));
  error_code ec;
  const std::size_t size = socket_.read_some(net::buffer(room.data(), room.size()), ec);
  if (ec == net::error::would_block) return wait_for_bytes();
  if (ec) return close();
  if (phase_ == phase::idle) {
    phase_ = phase::reading;
    arm(owner_.options().request_limit);
  }
  parse({room.data(), size});
}

void http_server::engine::connection::parse(std::string_view fresh) {
  if (!unparsed_.empty()) unparsed_.append(fresh);
  const std::string_view all = unparsed_.empty() ? fresh : unparsed_;
  std::size_t used = 0;
  auto reached = request_parser::progress::partial;
  bool go_on = true;
  do {
    const auto step = parser_->put(all.substr(used));
    used += step.consumed;
    reached = step.reached;
    if (reached == request_parser::progress::head) go_on = accept_head(used < all.size());
  } while (go_on && reached == request_parser::progress::head);

  if (unparsed_.empty()) {
    unparsed_.assign(all.substr(used));
  } else {
    unparsed_.erase(0, used);
  }
  if (!go_on) return;
  switch (reached) {
    case request_parser::progress::complete:
      return finish_request();
    case request_parser::progress::failed:
      return refuse(parser_->refusal());
    default:
      if (unparsed_.size() > owner_.options().header_limit)
        return refuse(text_response(400, "A chunk's size line is too long."));
      wait_for_bytes();
  }
}

// True if the body may be read now; otherwise whatever happens next is under way.
bool http_server::engine::connection::accept_head(bool more_is_there) {
  request_ = parser_->take_head();
  request_.remote_address = remote_;
  head_only_ = request_.method == "HEAD";
  keep_alive_ = parser_->keep_alive();
  if (!request_.path.starts_with('/') && request_.path != "*") {
    refuse(text_response(400, "The request target must be a path; this server is no proxy."));
    return false;
  }
  if (auto refusal = owner_.guard().refuse(request_)) {
    refuse(std::move(*refusal));
    return false;
  }
  if (!parser_->has_body()) return true;
  const auto expect = parser_->knows_continue() ? request_.headers.find("Expect") : std::nullopt;
  if (expect && !ascii_iequals(*expect, "100-continue")) {
    refuse(text_response(417, "This server knows no other expectation than 100-continue."));
    return false;
  }
  asks_first_ = expect && !more_is_there;
  if (make_room()) return begin_body();
  phase_ = phase::waiting;
  arm(owner_.options().admission_wait);
  owner_.wait_for_room(shared_from_this());
  return false;
}

// An announced size is charged before any of it is read; chunks are charged as they come.
bool http_server::engine::connection::make_room() {
  if (!request_.memory) request_.memory = owner_.new_share();
  const auto size = parser_->body_size();
  if (size && !request_.memory->admit(*size + http_request::body_slack)) return false;
  parser_->keep_body(request_.memory);
  return true;
}

// As accept_head.
bool http_server::engine::connection::begin_body() {
  if (!asks_first_) return true;
  send_continue();
  return false;
}

bool http_server::engine::connection::try_again() {
  if (phase_ != phase::waiting) return true;
  if (!make_room()) return false;
  phase_ = phase::reading;
  arm(owner_.options().request_limit);
  if (begin_body()) parse({});
  return true;
}

// A client with a small body on its way keeps its connection; any other is told at once.
void http_server::engine::connection::give_up() {
  if (asks_first_ || parser_->body_size().value_or(0) > skipped_body) return refuse(busy_response());
  refusal_ = busy_response();
  phase_ = phase::reading;
  arm(owner_.options().request_limit);
  parse({});
}

void http_server::engine::connection::send_continue() {
  static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  phase_ = phase::continuing;
  net::async_write(socket_, net::buffer(line),
                   [self = shared_from_this()](const error_code& ec, std::size_t) {
                     if (self->phase_ != phase::continuing) return;
                     if (ec) return self->close();
                     self->phase_ = phase::reading;
                     self->wait_for_bytes();
                   });
}

void http_server::engine::connection::finish_request() {
  disarm();
  if (refusal_) return write(std::move(*refusal_));
  phase_ = phase::running;
  request_.body = parser_->take_body();
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
  request_ = {};
  if (response.status < 200 || response.status > 999)
    response = text_response(500, "The answer had no valid status.");
  if (!owner_.hold_answer(response.body.size())) {
    response = busy_response();
    owner_.hold_answer(response.body.size());  // a small one
  }
  held_answer_ = response.body.size();
  keep_alive_ = keep_alive_ && !owner_.stopping();
  head_out_ = response_head(response, keep_alive_);
  body_out_.clear();
  if (!head_only_ && may_have_body(response.status)) body_out_ = std::move(response.body);
  arm(owner_.options().response_limit);
  const std::array<net::const_buffer, 2> out{net::buffer(head_out_), net::buffer(body_out_)};
  net::async_write(socket_, out, [self = shared_from_this()](const error_code& ec, std::size_t) {
    if (self->phase_ != phase::writing) return;
    if (ec) return self->close();
    self->written();
  });
}

void http_server::engine::connection::written() {
  body_out_ = {};
  owner_.release_answer(std::exchange(held_answer_, 0));
  if (keep_alive_) return wait_for_request();
  if (unread_ && !owner_.stopping()) {
    phase_ = phase::lingering;
    error_code ignored;
    socket_.shutdown(tcp_socket::shutdown_send, ignored);
    arm(linger_limit);
    return linger();
  }
  close();
}

// Closing a socket with unread bytes resets the connection, and the client might never see the answer. So:
// read and throw away for a moment, until the client has seen it and closes (RFC 9112 §9.6).
void http_server::engine::connection::linger() {
  socket_.async_wait(tcp_socket::wait_read, [self = shared_from_this()](const error_code& failed) {
    if (self->phase_ != phase::lingering) return;
    const auto room = self->owner_.scratch();
    error_code ec = failed;
    if (!ec) self->socket_.read_some(net::buffer(room.data(), room.size()), ec);
    if (ec && ec != net::error::would_block) return self->close();
    self->linger();
  });
}

std::optional<std::uint64_t> http_server::engine::connection::idle_since() const noexcept {
  return phase_ == phase::idle ? std::optional{idle_since_} : std::nullopt;
}

void http_server::engine::connection::begin_stop() {
  if (phase_ == phase::lingering) return close();
  if (phase_ != phase::idle) return;
  // A request that is here already, though unread, is answered like those that have begun.
  error_code ec;
  if (socket_.available(ec) == 0 || ec) close();
}

void http_server::engine::connection::close() {
  if (phase_ == phase::closed) return;
  phase_ = phase::closed;
  disarm();
  error_code ignored;
  socket_.close(ignored);
  owner_.release_answer(std::exchange(held_answer_, 0));
  request_ = {};
  parser_.reset();
  owner_.forget(id_);
}

}  // namespace waybill::inline v0
