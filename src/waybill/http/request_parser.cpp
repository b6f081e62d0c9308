#include <waybill/http/request_parser.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using error_code = boost::system::error_code;

constexpr std::size_t small_step = 4 * 1024;  // of heads and of chunks: what may be read of the next request

// A body that is charged as it grows.
struct charged_body {
  struct value_type {
    std::string bytes;
    std::shared_ptr<memory_share> charged;  // null: nothing is kept
  };

  class reader {
   public:
    template <bool IsRequest, class Fields>
    reader(http::header<IsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, error_code& ec) { ec = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& ec) {
      ec = {};
      std::size_t taken = 0;
      for (const net::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
        taken += part.size();
        if (!body_.charged) continue;
        if (!make_room(part.size())) {
          ec = boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);
          return taken;
        }
        body_.bytes.append(static_cast<const char*>(part.data()), part.size());
      }
      return taken;
    }

    void finish(error_code& ec) { ec = {}; }

   private:
    bool make_room(std::size_t more) {
      const std::size_t needed = body_.bytes.size() + more + http_request::body_slack;
      const std::size_t capacity = body_.bytes.capacity();
      if (needed <= capacity) return true;
      const std::size_t wanted = std::max({needed, 2 * capacity, 2 * small_step});
      if (!body_.charged->admit(wanted - (body_.bytes.empty() ? 0 : capacity))) return false;
      body_.bytes.reserve(wanted);
      return true;
    }

    value_type& body_;
  };
};

}  // namespace

struct request_parser::state {
  limits allowed;
  http::request_parser<charged_body> parser;
  error_code wrong;
  bool head_told = false;
};

request_parser::request_parser(const limits& allowed) : state_(std::make_unique<state>()) {
  state_->allowed = allowed;
  state_->parser.header_limit(static_cast<std::uint32_t>(allowed.header));
  state_->parser.body_limit(allowed.body);
}

request_parser::~request_parser() = default;

request_parser::step request_parser::put(std::string_view bytes) {
  auto& parser = state_->parser;
  std::size_t consumed = 0;
  while (true) {
    if (parser.is_header_done() && !state_->head_told) {
      state_->head_told = true;
      parser.eager(true);  // from here on as much as there is
      return {progress::head, consumed};
    }
    if (parser.is_done()) return {progress::complete, consumed};
    if (consumed == bytes.size()) return {progress::partial, consumed};
    error_code ec;
    consumed += parser.put(net::buffer(bytes.substr(consumed)), ec);
    if (ec == http::error::need_more) return {progress::partial, consumed};
    if (ec) {
      state_->wrong = ec;
      return {progress::failed, consumed};
    }
  }
}

http_response request_parser::refusal() const {
  if (state_->wrong == http::error::body_limit) {
    return text_response(413, "The body is over this server's limit of " +
                                  std::to_string(state_->allowed.body) + " bytes; send less at once.");
  }
  if (state_->wrong == http::error::header_limit) {
    return text_response(431, "The headers are over this server's limit of " +
                                  std::to_string(state_->allowed.header) +
                                  " bytes; send fewer or shorter ones.");
  }
  if (state_->wrong == boost::system::errc::not_enough_memory) return busy_response();
  return text_response(400, "This is no HTTP/1.1 request: " + state_->wrong.message() + ".");
}

http_request request_parser::take_head() const {
  const auto& message = state_->parser.get();
  const std::string_view target = message.target();
  const std::size_t question = target.find('?');
  http_request request;
  request.method = message.method_string();
  request.path = target.substr(0, question);
  if (question != target.npos) request.query = target.substr(question + 1);
  for (const auto& field : message) request.headers.add(field.name_string(), field.value());
  return request;
}

bool request_parser::keep_alive() const {
  return state_->parser.get().keep_alive();
}

bool request_parser::knows_continue() const {
  return state_->parser.get().version() >= 11;
}

bool request_parser::has_body() const {
  return !state_->parser.is_done();
}

std::optional<std::size_t> request_parser::body_size() const {
  if (state_->parser.chunked()) return std::nullopt;
  return static_cast<std::size_t>(state_->parser.content_length_remaining().value_or(0));
}

void request_parser::keep_body(std::shared_ptr<memory_share> charged) {
  auto& body = state_->parser.get().body();
  if (const auto size = body_size()) body.bytes.reserve(*size + http_request::body_slack);
  body.charged = std::move(charged);
}

std::string request_parser::take_body() {
  return std::move(state_->parser.get().body().bytes);
}

std::size_t request_parser::readable_step(std::size_t most) const {
  const auto& parser = state_->parser;
  if (!parser.is_header_done() || parser.chunked()) return std::min(most, small_step);
  const std::uint64_t left = parser.content_length_remaining().value_or(0);
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(left, 1, most));
}

}  // namespace waybill::inline v0
