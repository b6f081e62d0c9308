#include <waybill/propagation/checked_context.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/tracestate.hpp>

namespace waybill::inline v0 {

trace_context checked_context(const span_ids& ids, std::string_view tracestate,
                              std::string_view baggage) noexcept {
  tracestate = trim_ows(tracestate);
  if (tracestate.size() > max_tracestate_size ||
      count_tracestate_members(tracestate).value_or(max_tracestate_members + 1) > max_tracestate_members) {
    tracestate = {};
  }
  kept_text kept;
  if (baggage.size() <= max_baggage_size)
    keep_baggage(
        {&baggage, 1}, [](std::string_view) { return true; }, kept);
  return {ids, context_text::make({&tracestate, 1}, kept.pieces(), false)};
}

}  // namespace waybill::inline v0
