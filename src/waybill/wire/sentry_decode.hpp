// What a Sentry envelope holds, as records: transactions, spans (v2, and v1 sent alone) and logs.
//
// The words of docs/sentry.md's table. Errors, sessions, profiles, replays, client reports and whatever else there is
// are no records: left out, and counted.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/wire/decoded_records.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0::sentry_envelope {

// What the first line says of the envelope itself; empty where it says nothing.
struct identity {
  std::string event_id;  // 32 hex digits, or empty
  std::string dsn;
};

// failure_code::malformed: the first line is no JSON object.
result<identity> identify(std::string_view body);

struct decoded_envelope {
  decoded_records decoded;
  std::size_t other_items = 0;  // of kinds that are not kept
};

// Reads all items. Lenient where SDKs differ: ids in any case, times as numbers or ISO 8601, null where a value is
// missing, unknown keys. Spans without valid ids or a start are left out and counted. Text without escapes is a view
// into the body. `project` is the DSN's, which stands in the path. failure_code::malformed: broken framing, or an item
// that is not JSON; nothing was kept. too_large: over a limit.
result<decoded_envelope> decode(std::string body, std::string_view project, const decode_limits& limits = {});

}  // namespace waybill::inline v0::sentry_envelope
