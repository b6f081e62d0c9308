// A trace of which only events have arrived: an unsampled task exports no span, but its start and its end.
#pragma once

#include <waybill/analysis/explained_trace.hpp>

namespace waybill::inline v0 {

// Names, dates and measures a trace without spans by its logs. One with spans, or without logs, stays as it is.
void describe_by_events(explained_trace& trace);

}  // namespace waybill::inline v0
