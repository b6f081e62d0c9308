// A Sentry DSN: where a project's envelopes go, and the key that lets them in.
#pragma once

#include <waybill/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

struct sentry_dsn {
  std::string scheme;  // "http" or "https"
  std::string public_key;
  std::string secret_key;  // of DSNs from before 2019; empty as a rule
  std::string host;        // lower case, an IPv6 literal without its brackets
  std::uint16_t port = 0;
  std::string path;        // what stands before the project, "/" in front; empty as a rule
  std::string project_id;  // digits
  std::string org_id;      // the digits of a host that begins with o<digits>. ; else empty

  // Where envelopes are posted to.
  std::string envelope_url() const;
};

// {scheme}://{key}[:{secret}]@{host}[:{port}][{path}]/{project}. A query and a slash at the end are ignored.
// invalid_argument: a sentence that says what is wrong and how one is written; the key is not in it.
result<sentry_dsn> parse_sentry_dsn(std::string_view text);

}  // namespace waybill::inline v0
