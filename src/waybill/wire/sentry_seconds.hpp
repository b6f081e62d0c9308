// Times as Sentry has them: seconds since 1970 with six decimals, a JSON number.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/base/json_writer.hpp>

namespace waybill::inline v0 {

// Times before 1970 become 0.
void write_sentry_seconds(json_writer& to, unix_nanos time);

}  // namespace waybill::inline v0
