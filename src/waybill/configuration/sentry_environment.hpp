// The variables that say whether and how records go to Sentry, read and checked once.
#pragma once

#include <waybill/configuration/environment_value.hpp>
#include <waybill/export/sentry_exporter.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

struct sentry_environment {
  std::optional<sentry_options> exporter = {};  // empty: nothing goes to Sentry
  std::string org_id = {};                      // WAYBILL_SENTRY_ORG_ID, else the DSN's
  bool strict_continuation = false;             // WAYBILL_SENTRY_STRICT
};

// dsn: as given to start, else SENTRY_DSN. resource: for release and environment where SENTRY_RELEASE and
// SENTRY_ENVIRONMENT say nothing. A value that cannot be used is a failure that names the variable and what would do.
result<sentry_environment> read_sentry_environment(
    std::string_view dsn, const std::vector<std::pair<std::string, std::string>>& resource,
    environment_getter get);

}  // namespace waybill::inline v0
