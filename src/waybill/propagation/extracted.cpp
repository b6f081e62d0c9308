#include <waybill/propagation/extracted.hpp>

#include <waybill/context/baggage.hpp>
#include <waybill/context/trace_randomness.hpp>
#include <waybill/formats/known_formats.hpp>
#include <waybill/formats/sentry_sampling.hpp>
#include <waybill/propagation/baggage_list.hpp>
#include <waybill/propagation/text_block.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t w3c = format_index("tracecontext");
constexpr std::size_t sentry = format_index("sentry");

std::size_t find_format(std::string_view name) noexcept {
  std::size_t index = 0;
  while (index < known_formats.size() && known_formats[index].name != name) ++index;
  return index;
}

// Of what is kept, which need not be what was read last: too many members are cut.
std::string_view last_sample_rand(std::span<const std::string_view> pieces) noexcept {
  std::string_view last;
  for (const auto piece : pieces) {
    for (baggage_members members{piece}; members.next();) {
      if (members.key() == sentry_sample_rand_member) last = members.value();
    }
  }
  return last;
}

}  // namespace

extracted::extracted(const received_headers& headers, const propagator& formats, bool carrier_read) noexcept
    : formats_(formats) {
  if (!carrier_read) received_.rejected.add(rejection::carrier_failed);
  if (headers.present().empty()) return;
  for (const auto index : formats.order()) {
    if (!(headers.present() & format_headers[index]).empty()) known_formats[index].read(headers, received_);
  }
  decide();
}

void extracted::decide() noexcept {
  ids_.reset();
  source_ = {};
  disagreement_ = disagreement::none;
  const auto senders = received_.senders.all();
  if (!senders.empty()) {
    const format& preferred = known_formats[senders.front().format];
    ids_ = senders.front().ids;
    ids_->unsure = !preferred.can_defer && ids_->decision == sampling_decision::not_sampled;
    source_ = preferred.name;
    for (const auto& other : senders.subspan(1)) {
      compare_with(other.ids, preferred.can_defer, known_formats[other.format].can_defer);
    }
  }
  if (!is_followed(received_.senders.find(w3c))) received_.tracestate.clear();
  from_sentry_ = is_followed(received_.senders.find(sentry));
  drop_sentry_baggage_ = false;
  if (received_.sentry_baggage && formats_.has(sentry)) decide_on_sentry_baggage();
  sentry_frozen_ = from_sentry_ || (received_.sentry_baggage && !drop_sentry_baggage_);
}

bool extracted::is_followed(const span_ids* sender) const noexcept {
  return sender != nullptr && sender->trace == ids_->trace;
}

// It goes when it is known to describe another trace: the one of a sentry-trace that does not count, or, without any, the one
// it says itself. Beside the sentry-trace that counts, what it says itself is only told: Sentry's SDKs forward it as it is.
void extracted::decide_on_sentry_baggage() noexcept {
  const bool says_other =
      received_.sentry_baggage->trace && (!ids_ || *received_.sentry_baggage->trace != ids_->trace);
  const bool has_sender = received_.senders.find(sentry) != nullptr;
  drop_sentry_baggage_ = !ids_ || (has_sender ? !from_sentry_ : says_other);
  if (drop_sentry_baggage_ || says_other) received_.rejected.add(rejection::sentry_baggage_elsewhere);
}

void extracted::compare_with(const span_ids& other, bool can_defer, bool other_can_defer) noexcept {
  const auto differ = [&](waybill::disagreement how) { disagreement_ = std::max(disagreement_, how); };
  if (other.trace != ids_->trace) return differ(disagreement::trace);
  ids_->random = ids_->random || other.random;
  ids_->debug = ids_->debug || other.debug;
  if (other.span != ids_->span) return differ(disagreement::span);
  // traceparent has only one word for "no" and for "not decided"; the format beside it knows which was meant.
  constexpr auto no = sampling_decision::not_sampled;
  constexpr auto open = sampling_decision::deferred;
  if (other_can_defer && other.decision == no) ids_->unsure = false;
  if (other.decision == ids_->decision) return;
  if (!can_defer && ids_->decision == no && other.decision == open) {
    ids_->decision = open;
    ids_->unsure = false;
  } else if (other_can_defer || other.decision != no || ids_->decision != open) {
    differ(disagreement::decision);
  }
}

std::optional<span_ids> extracted::ids_from(std::string_view format) const noexcept {
  const span_ids* const named = received_.senders.find(find_format(format));
  return named == nullptr ? std::nullopt : std::optional{*named};
}

void extracted::disregard(std::string_view format) noexcept {
  received_.senders.remove(find_format(format));
  decide();
}

std::string_view extracted::first_header(std::size_t format) noexcept {
  return *known_formats[format].headers.begin();
}

void extracted::refuse(rejection why) noexcept {
  received_.senders = {};
  received_.bare = {};
  received_.baggage.clear();
  received_.sentry_baggage.reset();
  decide();
  received_.rejected.add(why);
}

std::string_view extracted::sentry_org_id() const noexcept {
  return received_.sentry_baggage && !drop_sentry_baggage_ ? received_.sentry_baggage->org_id
                                                           : std::string_view{};
}

std::optional<std::string> extracted::baggage_value(std::string_view key) const {
  std::optional<std::string_view> encoded;
  for (const auto header : baggage()) {
    for (baggage_members members{header}; members.next();) {
      if (members.valid() && members.key() == key) encoded = members.value();
    }
  }
  if (!encoded) return std::nullopt;
  return decode_baggage_value(*encoded);
}

span_ids extracted::ids_without_sender() const noexcept {
  const partial_sender& bare = received_.bare;
  return {.trace = bare.trace ? *bare.trace : trace_id::make(),
          .decision = bare.decision,
          .random = !bare.trace,
          .debug = bare.debug};
}

trace_context extracted::to_context() const noexcept {
  const span_ids ids = ids_ ? *ids_ : ids_without_sender();
  const bool drop_foreign = received_.baggage_read && !received_.foreign_baggage;
  const baggage_list* const list = formats_.baggage();
  const auto may_add_sample_rand = [&] {
    return from_sentry_ && received_.sentry_baggage && !drop_sentry_baggage_ &&
           (list == nullptr || list->lets_through(sentry_sample_rand_member));
  };
  const bool add_sample_rand =
      may_add_sample_rand() && !read_sample_rand(received_.sentry_baggage->sample_rand);
  if (!add_sample_rand && received_.baggage_clean && !drop_sentry_baggage_ && !drop_foreign &&
      list == nullptr) {
    return {ids, context_text::make(tracestate(), baggage(), sentry_frozen_)};
  }
  kept_text kept;
  keep_baggage(
      baggage(),
      [&](std::string_view key) {
        if (is_sentry_member(key) ? drop_sentry_baggage_ : drop_foreign) return false;
        return list == nullptr || list->lets_through(key);
      },
      kept);
  if (may_add_sample_rand() && !read_sample_rand(last_sample_rand(kept.pieces()))) {
    if (auto* const text = text_with_sample_rand(ids, kept.pieces())) return {ids, text};
  }
  return {ids, context_text::make(tracestate(), kept.pieces(), sentry_frozen_)};
}

// Null where there is none to add, or no room.
context_text* extracted::text_with_sample_rand(const span_ids& ids,
                                               std::span<const std::string_view> baggage) const noexcept {
  char digits[sample_rand_size];
  const auto sample_rand =
      derive_sample_rand(trace_randomness(ids.trace), read_sample_rate(received_.sentry_baggage->sample_rate),
                         ids.decision, digits);
  std::size_t room = sentry_member_room(sample_rand);
  for (const auto piece : baggage) room += piece.size() + 1;
  text_block memory;
  char* const out = sample_rand.empty() ? nullptr : memory.claim(room);
  if (out == nullptr) return nullptr;
  const auto edited = replace_sentry_member(baggage, sentry_sample_rand_member, sample_rand, out);
  return fits_baggage({&edited, 1}) ? context_text::make(tracestate(), {&edited, 1}, sentry_frozen_)
                                    : nullptr;
}

}  // namespace waybill::inline v0
