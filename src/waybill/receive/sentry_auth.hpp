// Who a Sentry SDK says it is: the public key of its DSN, which it names in one of three places.
//
// Any key is good, as it is meant for no secret: it says which project a program belongs to. Where a server asks for a
// token, the key is that token (access_options::further_token).
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/http/message.hpp>

#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// What SDKs send to at Sentry.
enum class sentry_endpoint : unsigned char {
  envelope,
  store,  // errors alone, of SDKs before envelopes, and of some that send all else as envelopes
  otlp    // OpenTelemetry's own exporters, behind …/integration/otlp
};

struct sentry_address {
  sentry_endpoint endpoint;
  std::string_view project;    // all digits; a view into the path
  std::string_view rest = {};  // of otlp: /v1/traces
};

// Of `[/prefix]/api/<project>/envelope[/]`, `…/store[/]` and `…/integration/otlp/v1/…[/]`; nothing for any other path.
std::optional<sentry_address> read_sentry_address(std::string_view path) noexcept;

// The key in X-Sentry-Auth (or Authorization: Sentry …), or else in the query. Nothing when there is none, or when two
// say different things. View into the request.
std::optional<std::string_view> sentry_key(const http_request& request) noexcept;

// The same for requests that go to Sentry's addresses, and nothing for others: what access_options::further_token asks.
std::optional<std::string_view> sentry_token(const http_request& request) noexcept;

// With the DSN of the envelope's header, which may be empty. failure_code::invalid_argument: no key anywhere; refused:
// two that differ, or a DSN of another project than the path's. Each with a sentence.
result<void> check_sentry_key(const http_request& request, std::string_view project, std::string_view dsn);

}  // namespace waybill::inline v0
