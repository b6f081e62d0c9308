#include <waybill/propagation/trust.hpp>

namespace waybill::inline v0 {

std::optional<trust> trust_from_name(std::string_view name) noexcept {
  if (name == "continue") return trust::follow;
  if (name == "link") return trust::link;
  if (name == "ignore") return trust::ignore;
  return std::nullopt;
}

}  // namespace waybill::inline v0
