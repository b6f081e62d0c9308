#include <waybill/base/name_pattern.hpp>

#include <algorithm>

namespace waybill::inline v0 {

result<name_pattern> name_pattern::parse(std::string_view text) {
  if (text.empty()) return failure{failure_code::invalid_argument, "a name is missing"};
  name_pattern read;
  read.open_ = text.back() == '*';
  if (read.open_) text.remove_suffix(1);
  if (text.find('*') != std::string_view::npos) {
    return failure{failure_code::invalid_argument, "a * can only stand at the end of a name"};
  }
  read.beginning_ = text;
  return read;
}

bool name_pattern::fits(std::initializer_list<std::string_view> parts) const noexcept {
  std::string_view rest = beginning_;
  for (const auto part : parts) {
    const std::size_t common = std::min(part.size(), rest.size());
    if (part.substr(0, common) != rest.substr(0, common)) return false;
    if (common < part.size()) return open_;
    rest.remove_prefix(common);
  }
  return rest.empty();
}

}  // namespace waybill::inline v0
