// What the head of a trace tells Sentry about it: its dynamic sampling context, as configured.
#pragma once

#include <string_view>

namespace waybill::inline v0 {

// What this process tells Sentry about the traces it starts. Empty values, and those over 200 bytes, are left out.
struct sentry_head {
  std::string_view public_key = {};
  std::string_view release = {};
  std::string_view environment = {};
  std::string_view org_id = {};
  std::string_view transaction = {};
  std::string_view sample_rate = {};  // decimal text, such as 0.25
  std::string_view sample_rand =
      {};  // decimal text in [0, 1); below sample_rate exactly when the trace is sampled
};

}  // namespace waybill::inline v0
