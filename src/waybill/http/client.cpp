#include <waybill/http/client.hpp>

#include <waybill/http/curl_library.hpp>
#include <waybill/http/url.hpp>

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>
#include <vector>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t header_limit = 64 * 1024;

struct answer {
  http_response response{.status = 0, .headers = {}, .body = {}};
  std::size_t body_limit = 0;
  std::size_t header_bytes = 0;
  bool head_is_whole = false;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* to) noexcept {
  auto& got = *static_cast<answer*>(to);
  try {
    if (size > got.body_limit - got.response.body.size()) {
      got.too_large = true;
      return 0;  // anything but size ends the transfer
    }
    got.response.body.append(data, size);
    return size;
  } catch (...) {
    return 0;
  }
}

// One line, its end included. A status line begins a new answer: 100 and 103 come before the real one.
std::size_t take_header(char* data, std::size_t, std::size_t size, void* to) noexcept {
  auto& got = *static_cast<answer*>(to);
  try {
    std::string_view line{data, size};
    if (size > header_limit - got.header_bytes) {
      got.too_large = true;
      return 0;
    }
    got.header_bytes += size;
    if (line.starts_with("HTTP/")) {
      got.response.headers = {};
      got.head_is_whole = false;
    } else if (line == "\r\n" || line == "\n") {
      got.head_is_whole = true;
    } else if (const auto colon = line.find(':'); colon != line.npos) {
      while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
      got.response.headers.add(line.substr(0, colon), trim_ows(line.substr(colon + 1)));
    }
    return size;
  } catch (...) {
    return 0;
  }
}

struct list_deleter {
  const curl_library* curl;
  void operator()(curl_slist* list) const noexcept { curl->slist_free_all(list); }
};
using header_list = std::unique_ptr<curl_slist, list_deleter>;

bool append(header_list& list, const std::string& line) {
  curl_slist* const longer = list.get_deleter().curl->slist_append(list.get(), line.c_str());
  if (!longer) return false;
  (void)list.release();
  list.reset(longer);
  return true;
}

bool breaks_its_line(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// curl removes a header that is written without a value ("Name:"); an empty one is written with a semicolon.
std::string header_line(const http_header& header) {
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

long milliseconds_for_curl(std::chrono::milliseconds limit) noexcept {
  // 0 would mean "for ever".
  return static_cast<long>(std::clamp<std::int64_t>(limit.count(), 1, std::numeric_limits<int>::max()));
}

// One request and what has come of its answer. The handle is used again.
struct transfer {
  explicit transfer(const curl_library& curl) noexcept : headers(nullptr, list_deleter{&curl}) {}

  CURL* easy = nullptr;
  bool under_way = false;
  std::size_t number = 0;
  http_url url;
  std::chrono::milliseconds connect_limit{};
  std::chrono::milliseconds total_limit{};
  header_list headers;
  answer got;
  char detail[CURL_ERROR_SIZE] = {};
};

failure transfer_failure(const curl_library& curl, CURLcode code, const transfer& one) {
  const std::string origin = one.url.origin();
  if (one.got.too_large) {
    return {failure_code::too_large, origin + " sent an answer that is over the limit of " +
                                         std::to_string(one.got.body_limit) +
                                         " bytes; it was not read to its end."};
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {failure_code::unreachable, origin + " did not answer in time (" +
                                           std::to_string(one.connect_limit.count()) + " ms to connect, " +
                                           std::to_string(one.total_limit.count()) + " ms in all)."};
  }
  const failure_code kind =
      code == CURLE_OUT_OF_MEMORY || code == CURLE_FAILED_INIT ? failure_code::io : failure_code::unreachable;
  return {kind,
          origin + " could not be reached: " + (*one.detail ? one.detail : curl.easy_strerror(code)) + "."};
}

// With NOSIGNAL curl leaves SIGPIPE alone, and TLS writes with write(2): a server that hangs up would end the
// host.
class pipe_signal_held {
 public:
  pipe_signal_held() noexcept {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    was_pending_ = is_pending();
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  pipe_signal_held(const pipe_signal_held&) = delete;
  pipe_signal_held& operator=(const pipe_signal_held&) = delete;
  ~pipe_signal_held() {
    const timespec at_once{};
    if (!was_pending_ && is_pending()) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  static bool is_pending() noexcept {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
  }

  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_;
};

// What the host starts with exec has no business with our connection.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) noexcept {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

class curl_client::session {
 public:
  session(const curl_library& curl, curl_client_options options)
      : curl_(curl), options_(std::move(options)) {}
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() {
    abandon_all();
    for (const auto& one : transfers_) curl_.easy_cleanup(one->easy);
    curl_.multi_cleanup(multi_);
  }

  bool open() {
    multi_ = curl_.multi_init();
    for (std::size_t i = 0; i < std::max<std::size_t>(options_.at_once, 1); ++i) {
      transfers_.push_back(std::make_unique<transfer>(curl_));
      transfers_.back()->easy = curl_.easy_init();
      if (!transfers_.back()->easy) return false;
    }
    return multi_ != nullptr;
  }

  result<void> begin(const http_call& call, std::size_t number);
  std::optional<finished> wait();

  void abandon_all() noexcept {
    for (const auto& one : transfers_) {
      if (one->under_way) curl_.multi_remove_handle(multi_, one->easy);
      one->under_way = false;
    }
  }

  void cancel() noexcept {
    cancelled_.store(true);
    curl_.multi_wakeup(multi_);  // the one call of curl's that is allowed from another thread
  }

 private:
  void configure(const http_call& call, transfer& one);
  finished finish(transfer& one, CURLcode code);
  std::optional<finished> next_done();

  const curl_library& curl_;
  curl_client_options options_;
  std::vector<std::unique_ptr<transfer>> transfers_;  // curl knows their addresses
  CURLM* multi_ = nullptr;  // keeps the connections; a plain easy handle cannot be woken by cancel()
  std::atomic<bool> cancelled_{false};
};

void curl_client::session::configure(const http_call& call, transfer& one) {
  const auto set = [&](CURLoption option, auto value) { curl_.easy_setopt(one.easy, option, value); };
  curl_.easy_reset(one.easy);  // options only; the connection stays
  set(CURLOPT_URL, call.url.c_str());
  set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  set(CURLOPT_QUICK_EXIT, 1L);  // cancel() must not wait for a name that is still being looked up
#endif
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds_for_curl(call.connect_limit));
  set(CURLOPT_TIMEOUT_MS, milliseconds_for_curl(call.total_limit));
  if (is_loopback_host(one.url.host)) set(CURLOPT_PROXY, "");
  if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
  if (call.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (call.method != "GET" || !call.body.empty()) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, call.body.data() ? call.body.data() : "");
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
  }
  set(CURLOPT_HTTPHEADER, one.headers.get());
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&one.got));
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&one.got));
  set(CURLOPT_PRIVATE, static_cast<void*>(&one));
  one.detail[0] = '\0';
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(one.detail));
}

result<void> curl_client::session::begin(const http_call& call, std::size_t number) {
  auto url = parse_http_url(call.url);
  if (!url) return url.error();
  const auto free =
      std::find_if(transfers_.begin(), transfers_.end(), [](const auto& one) { return !one->under_way; });
  if (free == transfers_.end()) return failure{failure_code::io, "Too many requests are under way."};
  transfer& one = **free;
  one.headers.reset();
  bool complete =
      append(one.headers, "Expect:");  // large bodies would wait a second for a 100 that few servers send
  // curl would call any body a form.
  if (!call.headers.find("Content-Type")) complete = append(one.headers, "Content-Type:") && complete;
  for (const auto& header : call.headers) {
    if (breaks_its_line(header.name) || breaks_its_line(header.value)) {
      return failure{failure_code::invalid_argument,
                     "A header of the request holds a line break; take it out."};
    }
    complete = append(one.headers, header_line(header)) && complete;
  }
  if (!complete) return failure{failure_code::io, "There is no memory for a request."};
  one.number = number;
  one.url = std::move(*url);
  one.connect_limit = call.connect_limit;
  one.total_limit = call.total_limit;
  one.got = {};
  one.got.body_limit = options_.body_limit;
  configure(call, one);
  one.under_way = curl_.multi_add_handle(multi_, one.easy) == CURLM_OK;
  if (!one.under_way) return failure{failure_code::io, "libcurl took no request."};
  return {};
}

std::optional<curl_client::finished> curl_client::session::next_done() {
  int left = 0;
  while (const CURLMsg* const message = curl_.multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    transfer* one = nullptr;
    curl_.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &one);
    return finish(*one, message->data.result);
  }
  return std::nullopt;
}

std::optional<curl_client::finished> curl_client::session::wait() {
  const auto under_way =
      std::find_if(transfers_.begin(), transfers_.end(), [](const auto& one) { return one->under_way; });
  if (under_way == transfers_.end()) return std::nullopt;
  for (int running = 1; running > 0 && !cancelled_.load();) {
    if (auto done = next_done()) return done;
    if (curl_.multi_perform(multi_, &running) != CURLM_OK) break;
    if (auto done = next_done()) return done;
    if (running > 0 && !cancelled_.load()) curl_.multi_poll(multi_, nullptr, 0, 1000, nullptr);
  }
  return finish(**under_way, CURLE_ABORTED_BY_CALLBACK);
}

curl_client::finished curl_client::session::finish(transfer& one, CURLcode code) {
  curl_.multi_remove_handle(multi_, one.easy);
  one.under_way = false;
  if (code == CURLE_OK && !one.got.head_is_whole)
    code = CURLE_GOT_NOTHING;  // curl takes half a head for a whole one
  if (code == CURLE_OK) {
    long status = 0;
    curl_.easy_getinfo(one.easy, CURLINFO_RESPONSE_CODE, &status);
    one.got.response.status = static_cast<unsigned>(status);
    return {one.number, std::move(one.got.response)};
  }
  if (cancelled_.load()) {
    return {one.number,
            failure{failure_code::refused, "The request to " + one.url.origin() + " was cancelled."}};
  }
  return {one.number, transfer_failure(curl_, code, one)};
}

result<std::unique_ptr<curl_client>> curl_client::make(curl_client_options options) {
  try {
    const auto curl = load_curl();
    if (!curl) return curl.error();
    auto made = std::make_unique<session>(**curl, std::move(options));
    if (!made->open()) return failure{failure_code::io, "libcurl could not be initialised."};
    return std::unique_ptr<curl_client>{new curl_client{std::move(made)}};
  } catch (const std::exception& error) {
    return failure{failure_code::io, std::string{"An HTTP client could not be made: "} + error.what() + "."};
  }
}

curl_client::curl_client(std::unique_ptr<session> made) noexcept : session_(std::move(made)) {}

curl_client::~curl_client() = default;

result<http_response> curl_client::send(const http_call& call) noexcept {
  try {
    if (const auto begun = session_->begin(call, 0); !begun) return begun.error();
    const pipe_signal_held held;
    return session_->wait()->answer;
  } catch (...) {
    session_->abandon_all();
    return failure{failure_code::io, {}};  // out of memory, so no sentence either
  }
}

result<void> curl_client::begin(const http_call& call, std::size_t number) noexcept {
  try {
    return session_->begin(call, number);
  } catch (...) {
    return failure{failure_code::io, {}};
  }
}

std::optional<curl_client::finished> curl_client::wait() noexcept {
  try {
    const pipe_signal_held held;
    return session_->wait();
  } catch (...) {
    session_->abandon_all();
    return std::nullopt;
  }
}

void curl_client::abandon_all() noexcept {
  session_->abandon_all();
}

void curl_client::cancel() noexcept {
  session_->cancel();
}

}  // namespace waybill::inline v0
