// What this process is to Sentry: said once, by start; asked by every span that begins a trace, and by whoever reads a
// message that one of Sentry's SDKs has sent.
#pragma once

#include <waybill/formats/sentry_head.hpp>

#include <string>
#include <string_view>

namespace waybill::inline v0 {

struct sentry_identity {
  std::string public_key = {};   // of the DSN; empty: this process does not report, and describes no trace
  std::string release = {};      // SENTRY_RELEASE
  std::string environment = {};  // SENTRY_ENVIRONMENT
  std::string org_id = {};       // of the DSN's host, or as configured
  // A trace is continued only when it comes from this organisation for certain (Sentry: strictTraceContinuation).
  bool strict_continuation = false;

  // The part of a trace's description that is the same for all traces.
  sentry_head head() const noexcept {
    return {.public_key = public_key, .release = release, .environment = environment, .org_id = org_id};
  }
};

// For spans that are started, and messages that are read, from now on. Earlier ones keep what they had. Thread-safe.
void use_sentry_head(sentry_identity identity);
void use_no_sentry_head() noexcept;

// Null when this process has nothing to do with Sentry. Stays valid.
const sentry_identity* process_sentry() noexcept;

}  // namespace waybill::inline v0
