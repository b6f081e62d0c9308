// Everything that is needed to explain one trace: itself, the traces that belong to it, and what was worked on meanwhile.
#pragma once

#include <waybill/record/span_store.hpp>

namespace waybill::inline v0 {

// Reads a bounded number of traces, whatever the trace links to. Empty when the trace is not there.
result<span_batch> read_story(const trace_reader& reader, const trace_id& trace);

}  // namespace waybill::inline v0
