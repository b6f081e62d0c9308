#include <waybill/wire/json_text.hpp>

namespace waybill::inline v0 {

std::string_view read_text(json_value& from, record_builder& to) {
  if (from.type() != json_type::string) return {};
  const std::string_view token = raw_token(from);
  const std::string_view written = token.substr(1, token.size() - 2);
  if (written.find('\\') == std::string_view::npos) return written;
  std::string_view plain;
  if (from.get_string().get(plain) != simdjson::SUCCESS) {
    to.note("A text holds an escape that stands for no character; it was kept as it was written.");
    return written;
  }
  to.spend(plain.size());
  return to.arena.copy(plain);
}

}  // namespace waybill::inline v0
