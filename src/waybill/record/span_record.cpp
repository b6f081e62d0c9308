#include <waybill/record/span_record.hpp>

namespace waybill::inline v0 {

attribute_value find_attribute(std::span<const attribute> attributes, std::string_view key) noexcept {
  for (const auto& one : attributes) {
    if (one.key == key) return one.value;
  }
  return {};
}

std::string_view service_name(const resource* sender) noexcept {
  return sender == nullptr ? std::string_view{}
                           : find_attribute(sender->attributes, "service.name").as_text();
}

}  // namespace waybill::inline v0
