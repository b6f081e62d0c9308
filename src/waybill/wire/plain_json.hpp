// A value as plain JSON, without its type beside it: what event lines and Sentry's data hold.
#pragma once

#include <waybill/base/json_writer.hpp>
#include <waybill/record/attribute.hpp>

namespace waybill::inline v0 {

// Bytes as base64; absent, and numbers that are not finite, as null.
void write_plain_json(json_writer& to, const attribute_value& value);

}  // namespace waybill::inline v0
