// The HTTP front: a real server on a socket of loopback, with what waybill serve puts behind it and a store in memory. The
// first byte says in how small pieces the rest is sent; in whatever pieces, the answers have to be the same.
#include <waybill/http/server.hpp>
#include <waybill/receive/router.hpp>
#include <waybill/store/memory/memory_store.hpp>
#include <waybill/wire/otlp_json.hpp>

#include "claim.hpp"
#include "w3c_grammar.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

constexpr std::size_t header_limit = 1024;

// Says that all is well, and keeps nothing: every input finds the same server. It refuses logs, as a store may.
class forgetful_store final : public span_store {
 public:
  void commit(span_batch&& received, committed done) override {
    if (received.log_count() == 0) return done({});
    const auto code = received.log_count() == 1 ? failure_code::busy : failure_code::io;
    done(failure{code, "There is no room."});
  }
};

// Two traces to be read, whose ids begin alike.
void fill(memory_store& store) {
  for (const std::string last : {"6", "7"}) {
    auto records = otlp_json::decode(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":")" +
                                     std::string(31, '4') + last + R"(","spanId":"00f067aa0ba902b7"}]}]}]})");
    store.commit(std::move(records->records), [](const result<void>&) {});
  }
}

void check_request(const http_request& request) {
  must(!request.method.empty(), "a request has a method");
  must(request.path.starts_with('/') || request.path == "*", "a request has a path");
  must(request.path.find_first_of("? \r\n") == std::string::npos, "a path ends where the query begins");
  must(request.headers.count("Host") == 1, "nobody comes in without a Host");
  must(request.body.empty() || request.body.capacity() >= request.body.size() + http_request::body_slack,
       "behind a body there is room to read");
  must(request.body.size() <= 3000, "a body keeps its limit");
  request.headers.for_each([](std::string_view name, std::string_view value) {
    must(!name.empty() && name.find_first_of(" \t\r\n:") == std::string_view::npos,
         "the name of a header is one word");
    must(value.find_first_of("\r\n") == std::string_view::npos, "a header is one line");
  });
}

std::uint16_t start_server() {
  static forgetful_store store;
  static memory_store kept;
  fill(kept);
  static const http_handler route = route_requests(store, kept);
  http_server_options options;
  options.workers = 0;
  options.header_limit = header_limit;
  options.body_limit = 4096;
  options.admission_limit = 2400;  // and a quarter more for small bodies
  options.admission_wait = std::chrono::milliseconds{1};
  static auto server = http_server::start(options, [](http_request&& request, http_responder respond) {
    check_request(request);
    route(std::move(request), std::move(respond));
  });
  must(server.has_value(), "a server can be started");
  options.port = (*server)->port();
  must(!http_server::start(options, route), "two servers do not share a port");
  options.access.listen_host = "127.0.0.1.";
  must(!http_server::start(options, route), "a server listens on an address");
  return (*server)->port();
}

// The fuzzer's own alarm interrupts system calls.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// Sends, says that this was all, and reads until the server has closed.
std::string converse(std::uint16_t port, std::string_view input, std::size_t piece) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // From one of many addresses of this machine: a pair of addresses has 28,000 ports, each of which rests for a minute.
  static std::uint32_t count = 0;
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + ++count % 60'000);
  must(::bind(descriptor, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0,
       "loopback has many addresses");
  must(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
       "the server is there");
  const int yes = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  while (!input.empty()) {
    const auto sent = uninterrupted(
        [&] { return ::send(descriptor, input.data(), std::min(piece, input.size()), MSG_NOSIGNAL); });
    if (sent <= 0) break;
    input.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(descriptor, SHUT_WR);
  std::string answers;
  char room[4096];
  for (;;) {
    const auto got = uninterrupted([&] { return ::recv(descriptor, room, sizeof room, 0); });
    if (got <= 0) break;
    answers.append(room, static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  return answers;
}

// The status of each answer, all of which are well-formed: head, and as many bytes of body as the head says.
std::string statuses(std::string_view answers, std::string_view input) {
  std::string all;
  const bool head_asked = input.find("HEAD") != input.npos;  // then nobody can tell what has a body
  while (!answers.empty()) {
    const std::size_t end = answers.find("\r\n\r\n");
    must(end != answers.npos, "the head of an answer is whole");
    const std::string_view head = answers.substr(0, end);
    answers.remove_prefix(end + 4);
    must(head.starts_with("HTTP/1.1 ") && head.size() >= 12 && all_of(head.substr(9, 3), is_digit),
         "an answer begins with a status line");
    const std::string_view status = head.substr(9, 3);
    if (status == "100") continue;
    all.append(status).append(" ");
    if (head_asked) return all;
    for (const auto line : split(head, '\n')) {
      must(line.find_first_of("\r") == line.npos || line.find('\r') == line.size() - 1,
           "a header is one line");
    }
    std::size_t length = 0;
    const std::size_t at = head.find("Content-Length: ");
    must(at != head.npos, "an answer says how long it is");
    std::from_chars(head.data() + at + 16, head.data() + head.size(), length);
    must(length <= answers.size(), "an answer is as long as it says");
    answers.remove_prefix(length);
  }
  return all;
}

// What is wrong with a head, and which of two things, depends on what was seen of it: the parser looks at once, and if that
// was not all, again when the head is whole or over its limit.
std::string_view without_refusal(std::string_view statuses) {
  if (statuses.ends_with("400 ") || statuses.ends_with("431 ")) statuses.remove_suffix(4);
  return statuses;
}

bool are_alike(std::string_view a, std::string_view b) {
  return a == b || without_refusal(a) == b || a == without_refusal(b) ||
         without_refusal(a) == without_refusal(b);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::uint16_t port = start_server();
  std::string_view input = text_of(data, size);
  const std::size_t piece = std::size_t{1} + take_byte(input);
  const std::string whole = statuses(converse(port, input, input.size()), input);
  if (input.size() / piece > 64 || input.size() > header_limit)
    return 0;  // at the limit, a piece more or less counts
  const std::string in_pieces = statuses(converse(port, input, piece), input);
  must(are_alike(whole, in_pieces), "answers do not depend on the pieces of a request");
  return 0;
}
