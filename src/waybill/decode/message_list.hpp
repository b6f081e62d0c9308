// Which messages a JSON value is, or holds.
#pragma once

#include <simdjson.h>

#include <string_view>
#include <vector>

namespace waybill::inline v0::decode {

// The system whose message this is, by the table of places; empty when nobody knows it.
std::string_view system_of(simdjson::dom::element message);

// The messages in a client's answer, a list, a hash of Redis or an entry of a stream: what stands around a message is no part
// of where its headers lie. Empty when the value is a message itself.
std::vector<simdjson::dom::element> messages_in(simdjson::dom::element answer);

}  // namespace waybill::inline v0::decode
