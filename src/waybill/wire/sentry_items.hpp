// The items of span v2 and of logs: {"version":2,"items":[…]}, each with typed attributes. Private to this room.
#pragma once

#include <waybill/wire/sentry_span.hpp>

namespace waybill::inline v0::sentry_envelope {

// Add what is in the list to the records of `to`, or count it there as rejected. Throw what sentry_values.hpp throws.
void read_spans(json_value& items, record_builder& to, const surroundings& in);
void read_logs(json_value& items, record_builder& to, const surroundings& in);

}  // namespace waybill::inline v0::sentry_envelope
