#include <waybill/propagation/restamp.hpp>

#include <waybill/formats/known_formats.hpp>

namespace waybill::inline v0 {
namespace {

constexpr int waybill_header = header_slots.slot_of("waybill");

template <class T>
void replace(std::optional<T>& old, const std::optional<T>& now) noexcept {
  if (now) old = now;
}

}  // namespace

later_stamp::later_stamp(const received_headers& headers, const stamp_details& details) noexcept
    : headers_(default_headers, headers.present() & header_set::only(waybill_header)) {
  if (headers.count(waybill_header) != 1) return;
  auto stamp = read_waybill(headers.values(waybill_header).front());
  if (!stamp) return;
  if (!stamp->created) stamp->created = stamp->stamped;
  replace(stamp->created, details.created);
  replace(stamp->destination, details.destination);
  replace(stamp->due, details.due);
  replace(stamp->attempt, details.attempt);
  stamp->stamped = details.stamped ? *details.stamped : wall_now();
  if (char* const room = headers_.claim(max_waybill_size)) {
    headers_.set(waybill_header,
                 write_waybill(*stamp, std::span<char, max_waybill_size>{room, max_waybill_size}));
  }
}

}  // namespace waybill::inline v0
