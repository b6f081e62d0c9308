#include <waybill/propagation/propagator.hpp>

#include <waybill/base/ascii.hpp>

namespace waybill::inline v0 {
namespace {

failure unknown_format(std::string_view name, std::string_view list) {
  std::string message = "There is no propagation format \"" + std::string{name} + "\" in \"" +
                        std::string{list} + "\"; known are";
  for (const auto& row : known_formats) message.append(" ").append(row.name).append(",");
  message += " or none.";
  return {failure_code::invalid_argument, std::move(message)};
}

}  // namespace

result<propagator> propagator::from_names(std::string_view list) {
  propagator chosen{empty{}};
  bool none = false;
  for (std::string_view rest = list; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = trim_ows(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (name.empty()) continue;
    if (ascii_iequals(name, "none")) {
      none = true;
      continue;
    }
    std::size_t index = 0;
    while (index < known_formats.size() && !ascii_iequals(name, known_formats[index].name)) ++index;
    if (index == known_formats.size()) return unknown_format(name, list);
    chosen.add(index);
  }
  if (none && chosen.count_ > 0) {
    return failure{failure_code::invalid_argument, "The propagation formats \"" + std::string{list} +
                                                       "\" say none and others; choose one of the two."};
  }
  if (!none && chosen.count_ == 0) return all_formats;
  return chosen;
}

}  // namespace waybill::inline v0
