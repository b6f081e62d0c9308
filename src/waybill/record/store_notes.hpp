// What a store says about a trace beside its records: log records of the trace under names of our own. They
// travel like any other record, so whoever explains the trace hears it, over any distance.
#pragma once

#include <string_view>

namespace waybill::inline v0::store_notes {

// Part of the trace was here once, and was removed by the store's limits. Body: a sentence.
inline constexpr std::string_view expired = "waybill.store.expired";
// Part of the trace is here but can't be read. Body: a sentence.
inline constexpr std::string_view unreadable = "waybill.store.unreadable";

constexpr bool is_note(std::string_view event_name) noexcept {
  return event_name == expired || event_name == unreadable;
}

}  // namespace waybill::inline v0::store_notes
