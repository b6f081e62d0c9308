// What the targets of single header families have in common: one family alone, read, written and read again.
#pragma once

#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include "claim.hpp"

#include <string>

namespace waybill_fuzz {

// What a hop makes of headers: it reads them, and writes them again from the same span.
inline void check_hop(const waybill::header_list& headers, const waybill::propagator& formats) {
  using namespace waybill;
  const extracted found = extract(headers, formats);
  const trace_context context = found.to_context();
  if (!found.ids()) {
    must(!context.ids().span, "without a sender there is no span");
    must(context.ids().decision == found.without_sender().decision, "a decision without a sender is kept");
    return;
  }
  must(!found.ids()->debug || found.ids()->decision == sampling_decision::sampled, "debug says sampled");
  metadata sent;
  inject(context, sent, {.formats = formats});
  const header_list list{sent.begin(), sent.end()};
  if (list.empty()) return;  // a trace id that the format cannot say
  const extracted again = extract(list, formats);
  must(again.rejected().empty(), "what is written is read without a complaint");
  must(again.ids().has_value(), "what is written names the sender");
  must(again.ids()->trace == found.ids()->trace && again.ids()->span == found.ids()->span,
       "the sender that was written is the one that was read");
  must(again.ids()->decision == found.ids()->decision,
       "the decision that was written is the one that was read");
}

}  // namespace waybill_fuzz
