// A transaction of Sentry: a root span with the process that it ran in, and all its children. Private to this room.
#pragma once

#include <waybill/wire/sentry_span.hpp>

namespace waybill::inline v0::sentry_envelope {

// Adds its spans to the records of `to`, or counts them there as rejected. Throws what sentry_values.hpp throws.
void read_transaction(simdjson::ondemand::object& from, record_builder& to, const surroundings& in);

// One of its children, or a span that was sent alone. Without a trace or a parent it has those of `root`.
void read_child(json_value& from, record_builder& to, sending_process& process, const open_span* root);

}  // namespace waybill::inline v0::sentry_envelope
