// What a message's headers say, as views into its carrier: the sender's context, what came with it, what was not usable.
#pragma once

#include <waybill/carrier/received_headers.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/formats/received_context.hpp>
#include <waybill/propagation/propagator.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// How far two formats of one message are apart. The preferred one's word counts.
enum class disagreement : std::uint8_t {
  none,
  decision,  // one says sampled, the other not
  span,      // the same trace, another sender: somebody re-parented one of them
  trace,     // another trace
};

// Every view in it is valid until the carrier changes, and the spans of views only as long as this lives. to_context() makes
// what lives longer.
class extracted {
 public:
  extracted(const received_headers& headers, const propagator& formats, bool carrier_read) noexcept;

  // The sender; empty when nothing usable was there. Whoever wants a trace then starts one of its own.
  const std::optional<span_ids>& ids() const noexcept { return ids_; }
  // The format that ids() came from, by its name; empty when there are none.
  std::string_view source() const noexcept { return source_; }
  // What one format says, whether it counts or not; empty also for a name that is not known.
  std::optional<span_ids> ids_from(std::string_view format) const noexcept;
  waybill::disagreement disagreement() const noexcept { return disagreement_; }
  // Calls visit(header, ids) for each format that names a sender in another trace; header is the first of its headers.
  template <class Visit>
  void for_each_other_sender(Visit&& visit) const {
    if (disagreement_ != disagreement::trace) return;
    for (const auto& named : received_.senders.all()) {
      if (named.ids.trace != ids_->trace) visit(first_header(named.format), named.ids);
    }
  }

  // Up to four headers each, not empty, without white space around them. tracestate is valid, and is there only with ids()
  // of its own trace. baggage may hold members that are not valid; baggage_members tells which.
  std::span<const std::string_view> tracestate() const noexcept { return received_.tracestate.all(); }
  std::span<const std::string_view> baggage() const noexcept { return received_.baggage.all(); }
  // The value of the last valid member of that key, decoded.
  std::optional<std::string> baggage_value(std::string_view key) const;

  const std::optional<message_stamp>& stamp() const noexcept { return received_.stamp; }
  // When a Sentry SDK sent the message, by its clock.
  const std::optional<unix_nanos>& sentry_enqueued() const noexcept { return received_.sentry_enqueued; }

  rejection_set rejected() const noexcept { return received_.rejected; }

  // What this format says does not count, as if it had not been there: the queue's own engine made it up.
  void disregard(std::string_view format) noexcept;

  // Nothing of what it says of a trace counts, baggage included, and why is told. The message's stamp stays.
  void refuse(rejection why) noexcept;

  // What came without a sender, such as "b3: 0": counts, and is in to_context(), where there are no ids.
  const partial_sender& without_sender() const noexcept { return received_.bare; }

  // The organisation that Sentry's members of baggage name; empty when none of them counts, or none names one.
  std::string_view sentry_org_id() const noexcept;
  // The sender's headers are Sentry's: its sentry-trace counts.
  bool from_sentry() const noexcept { return from_sentry_; }

  // Owns: ids, and the text of tracestate and baggage, byte for byte but for members that are not valid or that the
  // propagator's list holds back; and Sentry's sample_rand, where its members came without. Without ids, a trace of its own: no span yet, and a new trace id, unless
  // without_sender() says which. No allocation beyond a pooled block for up to about a kilobyte of text.
  trace_context to_context() const noexcept;

 private:
  static std::string_view first_header(std::size_t format) noexcept;
  void decide() noexcept;
  void compare_with(const span_ids& other, bool can_defer, bool other_can_defer) noexcept;
  bool is_followed(const span_ids* sender) const noexcept;
  span_ids ids_without_sender() const noexcept;
  void decide_on_sentry_baggage() noexcept;

  received_context received_;
  propagator formats_;
  std::optional<span_ids> ids_;
  std::string_view source_;
  context_text* text_with_sample_rand(const span_ids& ids,
                                      std::span<const std::string_view> baggage) const noexcept;

  bool from_sentry_ = false;
  bool sentry_frozen_ = false;        // what baggage holds of Sentry's is final
  bool drop_sentry_baggage_ = false;  // it belongs to another trace
  waybill::disagreement disagreement_ = waybill::disagreement::none;
};

}  // namespace waybill::inline v0
