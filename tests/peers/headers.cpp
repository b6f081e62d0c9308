// Metadata as waybill writes it, one JSON line for each sampling decision, with what waybill says of the sender itself.
#include "driver_line.hpp"
#include "told_context.hpp"

#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/inject.hpp>

#include <array>

namespace {

using decision = waybill::sampling_decision;

// The head of a trace that reports to Sentry, with a value that has to be percent-encoded and a member of somebody else's.
void tell_metadata(std::string_view name, decision made) {
  constexpr std::string_view foreign = "tenant=Am%C3%A9lie";
  const waybill::span_ids ids{
      .trace = waybill::trace_id::make(), .span = waybill::span_id::make(), .decision = made};
  const waybill::trace_context context{ids, waybill::context_text::make({}, {&foreign, 1}, false)};
  const waybill::sentry_head head{.public_key = "key",
                                  .release = "shop@1.2.3",
                                  .environment = "production",
                                  .transaction = "POST /api/déploy, 100 %",
                                  .sample_rate = made == decision::deferred ? "" : "0.25",
                                  .sample_rand = made == decision::sampled ? "0.1" : "0.7"};
  waybill::metadata metadata;
  waybill::inject(context, metadata, {.sentry = &head});
  peers::tell(name, [&](waybill::json_writer& json) {
    peers::tell_ids(json, ids);
    peers::tell_baggage(json, metadata["baggage"]);
    json.key("metadata").begin_object();
    for (const auto& [key, value] : metadata) json.key(key).text(value);
    json.end_object();
  });
}

}  // namespace

int main() {
  tell_metadata("sampled", decision::sampled);
  tell_metadata("not_sampled", decision::not_sampled);
  tell_metadata("deferred", decision::deferred);
}
