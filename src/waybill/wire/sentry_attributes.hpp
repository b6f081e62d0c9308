// Attributes as Sentry's span v2 and log items have them: {"key":{"value":…,"type":"string"}, …}.
#pragma once

#include <waybill/base/json_writer.hpp>
#include <waybill/record/attribute.hpp>

#include <span>
#include <string_view>

namespace waybill::inline v0::sentry_attributes {

// Types are string, integer, double and boolean: a group's members stand beside the others as group.member, a list is the
// text of its JSON. Writes members of an object that the caller has begun; nothing for what is absent.
void write(json_writer& to, std::string_view key, const attribute_value& value);
void write_all(json_writer& to, std::span<const attribute> attributes);

}  // namespace waybill::inline v0::sentry_attributes
