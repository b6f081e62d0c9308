#include <waybill/propagation/outgoing_message.hpp>

#include <waybill/context/baggage.hpp>
#include <waybill/context/tracestate.hpp>
#include <waybill/formats/known_formats.hpp>
#include <waybill/propagation/baggage_merge.hpp>

#include <array>
#include <cstring>

namespace waybill::inline v0 {
namespace {

constexpr int baggage = header_slots.slot_of("baggage");
constexpr int tracestate = header_slots.slot_of("tracestate");
constexpr int waybill_header = header_slots.slot_of("waybill");
constexpr std::size_t sentry = format_index("sentry");
constexpr std::size_t w3c_baggage_format = format_index("baggage");
constexpr std::size_t waybill_format = format_index("waybill");

void fill(message_stamp& stamp, const span_ids& ids, const stamp_details& details) noexcept {
  stamp.stamped = details.stamped ? *details.stamped : wall_now();
  stamp.sender = ids.span;
  stamp.destination = details.destination;
  stamp.due = details.due;
  stamp.created = details.created;
  stamp.attempt = details.attempt;
}

// Headers in the order in which they are given up. The ids of one format go together: half of them would be wrong.
class sacrifice_order {
 public:
  sacrifice_order(const propagator& formats, bool queue_stamps) noexcept {
    add(header_set::only(baggage));
    add(header_set::only(tracestate));
    if (queue_stamps) add(header_set::only(waybill_header));
    const auto order = formats.order();
    std::size_t preferred = 0;
    while (preferred < order.size() && !known_formats[order[preferred]].names_sender) ++preferred;
    const header_set kept = preferred < order.size() ? format_headers[order[preferred]] : header_set{};
    for (std::size_t i = order.size(); i-- > 0;) {
      if (i != preferred && known_formats[order[i]].names_sender) add(format_headers[order[i]] - kept);
    }
    add(header_set::only(waybill_header));
    add(kept);
  }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < count_; ++i) visit(groups_[i]);
  }

 private:
  void add(header_set headers) noexcept {
    if (!(headers - added_).empty()) groups_[count_++] = headers - added_;
    added_ = added_ | headers;
  }

  std::array<header_set, max_formats + 3> groups_;
  std::size_t count_ = 0;
  header_set added_;
};

}  // namespace

outgoing_message::outgoing_message(const trace_context& context, const injection_options& options) noexcept
    : options_(options), headers_(options.formats.names(), options.formats.headers(), watched, this) {
  if (!context.ids().span) {
    outcome_.no_span = true;
    return;
  }
  outgoing_context from{
      .ids = context.ids(), .tracestate = context.tracestate(), .baggage = context.baggage()};
  if (options.sentry != nullptr || !options.formats.has(w3c_baggage_format)) {
    from.baggage = baggage_to_write(context);
  }
  if (options.formats.has(waybill_format)) fill(from.stamp, context.ids(), options.stamp);
  if (context.ids().unsure) [[unlikely]] {
    write_unsure(from, options.formats);
  } else {
    for (const auto index : options.formats.order()) known_formats[index].write(from, headers_);
  }
  if (options.budget.headers != carrier_budget::unlimited ||
      options.budget.bytes != carrier_budget::unlimited)
    fit();
}

// A carrier with the headers of any format that names a sender, or with a stamp, was used for a message before.
constinit const watched_headers outgoing_message::watched{
    .kept = header_set::only(baggage),
    .naming =
        [] {
          header_set naming;
          for (std::size_t i = 0; i < known_formats.size(); ++i) {
            if (known_formats[i].names_sender || i == waybill_format) naming = naming | format_headers[i];
          }
          return naming - header_set::only(baggage);
        }(),
    .keep =
        [](void* message, std::string_view value) noexcept {
          auto& theirs = static_cast<outgoing_message*>(message)->theirs_;
          if (!theirs) theirs.emplace();
          theirs->add(value);
        },
};

void outgoing_message::found_baggage::add(std::string_view value) noexcept {
  if (value.empty() || value.size() > max_baggage_size || too_many()) return;
  if (count_ == most) {
    ++count_;
    return;
  }
  char* const copy = memory_[count_].claim(value.size());
  if (copy == nullptr) return;
  std::memcpy(copy, value.data(), value.size());
  values_[count_++] = {copy, value.size()};
}

// What the carrier held beside the ids of a message was that message's, and has gone. Alone it is what the caller has put
// there for this one, and takes the room that is left.
void outgoing_message::write_merged(function_ref<header_set(const outgoing_headers&)> write) noexcept {
  if (!headers_.carrier_was_new() || theirs_->too_many() || outcome_.over_budget.has(baggage)) return;
  const bool ours_written = headers_.present().has(baggage);
  if (!ours_written && static_cast<std::uint32_t>(headers_.present().size()) >= options_.budget.headers) {
    outcome_.over_budget.add(baggage);
    return;
  }
  std::size_t room = ours_written ? headers_.value(baggage).size() : 0;
  for (const auto header : theirs_->all()) room += header.size() + 1;
  text_block memory;
  char* const out = memory.claim(2 * room);
  if (out == nullptr) return;
  outgoing_headers again{headers_.names(), header_set::only(baggage)};
  if (!merge({out, 2 * room}, again)) return;
  outcome_.failed = (outcome_.failed - again.ours()) | write(again);
  outcome_.written = ((headers_.present() - again.ours()) | again.present()) - outcome_.failed;
}

// False where the budget has no room. In memory half is for all members, and half for what is left of them.
bool outgoing_message::merge(std::span<char> memory, outgoing_headers& into) noexcept {
  const bool ours_written = headers_.present().has(baggage);
  const std::string_view ours = ours_written ? headers_.value(baggage) : std::string_view{};
  std::string_view merged = merge_baggage(theirs_->all(), ours, memory.data());
  if (const std::size_t bytes = options_.budget.bytes; bytes != carrier_budget::unlimited) {
    const std::size_t name = known_headers[baggage].text().size();
    const std::size_t others = size() - (ours_written ? name + ours.size() : 0) + name;
    const std::size_t limit = others < bytes ? bytes - others : 0;
    if (limit > 0 && merged.size() > limit) {
      char* const out = memory.data() + memory.size() / 2;
      merged = {out, shorten_baggage(merged, limit, sentry_member_prefix, out)};
      outcome_.members_over_budget = true;
    }
    if (limit == 0 || merged.empty()) {
      outcome_.over_budget.add(baggage);
      return false;
    }
  }
  into.set(baggage, merged);
  return true;
}
// Left open in the formats that can: "not sampled" there would say more than what came.
void outgoing_message::write_unsure(const outgoing_context& from, const propagator& formats) noexcept {
  span_ids open = from.ids;
  open.decision = sampling_decision::deferred;
  const outgoing_context left_open{
      .ids = open, .tracestate = from.tracestate, .baggage = from.baggage, .stamp = from.stamp};
  for (const auto index : formats.order())
    known_formats[index].write(known_formats[index].can_defer ? left_open : from, headers_);
}

// Other people's members only when the baggage format is on; Sentry's only for Sentry; and the description of the trace
// for Sentry where we are its head and nobody has given one yet.
std::string_view outgoing_message::baggage_to_write(const trace_context& context) noexcept {
  const std::string_view text = context.baggage();
  const bool for_sentry = options_.formats.has(sentry);
  const bool foreign = options_.formats.has(w3c_baggage_format);
  const bool described =
      !for_sentry || options_.sentry == nullptr || context.sentry_frozen() || has_sentry_members(text);
  if (described && foreign) return text;

  char* const begin =
      made().baggage.claim(text.size() + 1 + (described ? 0 : sentry_head_room(*options_.sentry)));
  if (begin == nullptr) return foreign ? text : std::string_view{};
  kept_text kept;
  if (foreign) {
    kept.keep(text);
  } else {
    keep_baggage(
        {&text, 1}, [&](std::string_view key) { return for_sentry && is_sentry_member(key); }, kept);
  }
  const std::string_view forwarded{begin, static_cast<std::size_t>(kept.write(begin) - begin)};
  if (described) return forwarded;
  char* const at = begin + forwarded.size() + (forwarded.empty() ? 0 : 1);
  const std::string_view own = write_sentry_head(*options_.sentry, context.ids(), at);
  if (own.empty()) return forwarded;
  if (!forwarded.empty()) at[-1] = ',';
  const std::string_view both{begin, static_cast<std::size_t>(at + own.size() - begin)};
  return fits_baggage({&both, 1}) ? both : forwarded;
}

std::size_t outgoing_message::size() const noexcept {
  std::size_t bytes = 0;
  headers_.present().for_each(
      [&](int slot) { bytes += headers_.names()[slot].text().size() + headers_.value(slot).size(); });
  return bytes;
}

// Within bytes, members go before whole headers do.
void outgoing_message::shorten(int slot, std::uint32_t limit) noexcept {
  const std::string_view value = headers_.value(slot);
  const std::size_t excess = size() - limit;
  if (excess >= value.size()) return;
  text_block& block = slot == baggage ? made().short_baggage : made().short_tracestate;
  char* const out = block.claim(value.size());
  if (out == nullptr) return;
  const std::size_t left = slot == baggage
                               ? shorten_baggage(value, value.size() - excess, sentry_member_prefix, out)
                               : shorten_tracestate(value, value.size() - excess, out);
  if (left == 0) return;
  headers_.set(slot, {out, left});
  outcome_.members_over_budget = true;
}

void outgoing_message::fit() noexcept {
  const carrier_budget& budget = options_.budget;
  const sacrifice_order order{options_.formats, budget.queue_stamps};
  const auto drop = [&](header_set group) {
    const header_set there = group & headers_.present();
    there.for_each([&](int slot) { headers_.remove(slot); });
    outcome_.over_budget = outcome_.over_budget | there;
  };
  order.for_each([&](header_set group) {
    if (static_cast<std::uint32_t>(headers_.present().size()) > budget.headers) drop(group);
  });
  order.for_each([&](header_set group) {
    if ((group & headers_.present()).empty() || size() <= budget.bytes) return;
    if (group == header_set::only(baggage)) shorten(baggage, budget.bytes);
    if (group == header_set::only(tracestate)) shorten(tracestate, budget.bytes);
    if (size() > budget.bytes) drop(group);
  });
}

}  // namespace waybill::inline v0
