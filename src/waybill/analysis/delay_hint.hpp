// Whether whoever sent a message may have asked for it to be held back, as far as spans of any tool let that through.
#pragma once

#include <waybill/analysis/span_forest.hpp>

namespace waybill::inline v0 {

// Whether the span, or one below it of the same process that began before `until`, does. For a span around the sending.
bool speaks_of_delay_inside(const span_forest& forest, node_number around, unix_nanos until);

// A word such as delay, countdown or schedule in the name or an attribute of the span, or of those around it in its own
// process: `job.opts.delay`, `?delay=2`. True proves nothing; false makes a delay unlikely.
bool speaks_of_delay(const span_forest& forest, node_number sent_by) noexcept;

}  // namespace waybill::inline v0
