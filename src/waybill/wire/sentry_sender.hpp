// What a process tells Sentry of itself in everything that it sends.
#pragma once

#include <string>

namespace waybill::inline v0 {

struct sentry_sender {
  std::string release = {};      // empty: not told
  std::string environment = {};  // empty: not told, and Sentry takes it for production
};

}  // namespace waybill::inline v0
