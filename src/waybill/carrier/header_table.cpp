#include <waybill/carrier/header_table.hpp>

#include <waybill/base/ascii.hpp>

namespace waybill::inline v0 {

int header_table::find_long(std::string_view name, int slot, int end) const noexcept {
  for (; slot < end; ++slot) {
    if (ascii_iequals(name, names_[slot].text())) return slot;
  }
  return -1;
}

}  // namespace waybill::inline v0
