// Text in JSON as records have it. Private to this room.
#pragma once

#include <waybill/wire/json_values.hpp>
#include <waybill/wire/record_builder.hpp>

#include <string_view>

namespace waybill::inline v0 {

// Without escapes a view into the body; with them a copy, because the parser's buffer is used again. Empty for what is
// no text.
std::string_view read_text(json_value& from, record_builder& to);

// As each_field, with keys that last as long as the records.
template <class Visit>
void each_lasting_field(json_value& from, record_builder& to, Visit visit) {
  if (from.type() != json_type::object) return;
  for (simdjson::ondemand::field field : from.get_object()) {
    const char* const written = field.key().raw();
    std::string_view key = field.unescaped_key();
    if (std::string_view{written, key.size()} == key && written[key.size()] == '"') {
      key = {written, key.size()};
    } else {
      to.spend(key.size());
      key = to.arena.copy(key);
    }
    visit(key, field.value());
  }
}

}  // namespace waybill::inline v0
