#include <waybill/propagation/propagator.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/formats/known_formats.hpp>

namespace waybill::inline v0 {
namespace {

// A choice of formats while it is made.
struct chosen_formats {
  std::array<std::uint8_t, known_formats.size()> order = {};
  std::size_t count = 0;
  header_set headers;

  constexpr void add(std::size_t format) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      if (order[i] == format) return;
    }
    order[count++] = static_cast<std::uint8_t>(format);
    headers = headers | format_headers[format];
  }
  constexpr propagator finish() const noexcept { return {{order.data(), count}, headers}; }
};

constexpr propagator choose_defaults() noexcept {
  chosen_formats chosen;
  for (std::size_t i = 0; i < default_format_count; ++i) chosen.add(i);
  return chosen.finish();
}

failure unknown_format(std::string_view name, std::string_view list) {
  std::string message = "There is no propagation format \"" + std::string{name} + "\" in \"" +
                        std::string{list} + "\"; known are";
  for (const auto& row : known_formats) message.append(" ").append(row.name).append(",");
  message += " or none.";
  return {failure_code::invalid_argument, std::move(message)};
}

}  // namespace

constinit const propagator default_formats = choose_defaults();

propagator::propagator() noexcept : propagator(default_formats) {}

result<propagator> propagator::from_names(std::string_view list) {
  chosen_formats chosen;
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
  if (none && chosen.count > 0) {
    return failure{failure_code::invalid_argument, "The propagation formats \"" + std::string{list} +
                                                       "\" say none and others; choose one of the two."};
  }
  if (!none && chosen.count == 0) return default_formats;
  return chosen.finish();
}

propagator propagator::with_waybill() const noexcept {
  if (count_ == 0) return *this;
  chosen_formats chosen;
  for (const auto format : order()) chosen.add(format);
  chosen.add(format_index("waybill"));
  return chosen.finish().with_baggage_list(baggage_);
}

}  // namespace waybill::inline v0
