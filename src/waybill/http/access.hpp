// Who may speak to a server of ours: the guard that every request passes before its body is read.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/http/message.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

struct access_options {
  std::string listen_host = "127.0.0.1";  // where the server listens: a literal address or "localhost"
  std::string token;                      // what `Authorization: Bearer` must carry; empty: none is asked for
  std::vector<std::string> names;         // further names that this server goes by, without ports

  // Where else a request may carry the token: clients of another protocol cannot write an Authorization of this kind.
  // Looks at the head alone; nothing where it carries none. null: nowhere else.
  std::optional<std::string_view> (*further_token)(const http_request& request) noexcept = nullptr;

  // Which requests pages of other servers on this machine (http://localhost:3000) may send, beside this server's own
  // pages. Looks at the head alone. null: none.
  bool (*open_to_local_pages)(const http_request& request) noexcept = nullptr;
};

// Whoever opens the server to other machines must ask for a token: a failure that says so, otherwise nothing.
result<void> check_exposure(const access_options& options);

// Whether an Authorization header's value is "Bearer " and this token. Takes the same time wherever they differ.
bool bears_token(std::string_view authorization, std::string_view token) noexcept;

// Whether an Origin header names a page that was served from this machine. Not "null", which anyone's sandboxed frame is.
bool is_local_origin(std::string_view origin) noexcept;

// Immutable once made, so any thread may ask it.
class access_guard {
 public:
  explicit access_guard(access_options options) : options_(std::move(options)) {}

  // The answer that ends this request, or nothing if it may go on. Looks at method and headers only.
  // - 400: no Host header, or several, or one that cannot be read (RFC 9112 §3.2).
  // - 403: a Host that is neither loopback, nor the listen address, nor one of the names. A page on the
  // internet whose
  //   name was made to resolve to 127.0.0.1 (DNS rebinding) is stopped by this. A server on a wildcard
  //   address cannot know its names, so there the token alone decides, which such a page does not have.
  // - 403: a browser sends a changing request (not GET, HEAD or OPTIONS) from a page that is not this
  // server's own, and may not send all the same.
  // - 401: the token is missing or wrong.
  std::optional<http_response> refuse(const http_request& request) const;

 private:
  bool knows_host(std::string_view host) const noexcept;
  bool carries_further_token(const http_request& request) const noexcept;
  bool may_come_from(std::string_view origin, std::string_view host,
                     const http_request& request) const noexcept;

  access_options options_;
};

}  // namespace waybill::inline v0
