#include <waybill/tracing/local_root.hpp>

#include <waybill/context/baggage.hpp>
#include <waybill/formats/sentry_sampling.hpp>
#include <waybill/formats/sentry_trace.hpp>
#include <waybill/propagation/sampling_state.hpp>
#include <waybill/propagation/text_block.hpp>
#include <waybill/tracing/process_sentry.hpp>
#include <waybill/tracing/tracer.hpp>

#include <array>

namespace waybill::inline v0 {
namespace {

// A name that was made from an address says something else each time; Sentry wants it left out.
bool is_good_transaction_name(std::string_view name) noexcept {
  return name.find("://") == std::string_view::npos && name.find('?') == std::string_view::npos;
}

// The text of a context while it changes.
class changing_text {
 public:
  explicit changing_text(const trace_context* parent) noexcept {
    if (parent == nullptr) return;
    tracestate_ = parent->tracestate();
    baggage_[0] = parent->baggage();
    frozen_ = parent->sentry_frozen();
  }

  std::string_view tracestate() const noexcept { return tracestate_; }
  bool described() const noexcept { return frozen_; }
  bool changed() const noexcept { return changed_; }
  bool empty() const noexcept { return tracestate_.empty() && baggage_[0].empty() && !frozen_; }

  void erase_threshold() noexcept {
    char* const out = tracestate_room_.claim(tracestate_.size() + 1);
    if (out == nullptr) return;
    tracestate_ = {out, waybill::erase_threshold(tracestate_, out)};
    changed_ = true;
  }

  // Where Sentry's members came with the trace; we add none to an empty description.
  void replace_sample_rate(std::string_view rate) noexcept {
    if (!has_sentry_members(baggage_[0])) return;
    char* const out = baggage_room_.claim(baggage_[0].size() + sentry_member_room(rate));
    if (out == nullptr) return;
    baggage_[0] = replace_sentry_member({&baggage_[0], 1}, sentry_sample_rate_member, rate, out);
    changed_ = true;
  }

  // Both have to fit: half a description is worth less than none.
  void describe(const sentry_head& head, const span_ids& ids) noexcept {
    char* const out = baggage_room_.claim(sentry_head_room(head));
    if (out == nullptr) return;
    baggage_[1] = write_sentry_head(head, ids, out);
    frozen_ = changed_ = true;
    if (!fits_baggage(baggage_)) baggage_[1] = {};
  }

  context_text* make() const noexcept { return context_text::make({&tracestate_, 1}, baggage_, frozen_); }

 private:
  std::string_view tracestate_;
  std::array<std::string_view, 2> baggage_;
  bool frozen_ = false;
  bool changed_ = false;
  text_block tracestate_room_;
  text_block baggage_room_;
};

}  // namespace

context_text* text_of_local_root(const tracer& made_by, const span_ids& ids, const trace_context* parent,
                                 std::string_view name, bool decided_here) noexcept {
  changing_text text{parent};
  if (!text.tracestate().empty() && !threshold_holds(text.tracestate(), ids.trace, ids.decision))
    text.erase_threshold();
  const auto* const sentry = process_sentry();
  if (text.described()) {
    if (decided_here) text.replace_sample_rate(made_by.sample_rate());
  } else if (sentry != nullptr && !sentry->public_key.empty()) {
    sentry_head head = sentry->head();
    const bool begins_here = parent == nullptr || !parent->ids().span;
    if (begins_here && is_good_transaction_name(name)) head.transaction = name;
    if (decided_here) head.sample_rate = made_by.sample_rate();
    char rand[sample_rand_size];
    head.sample_rand = derive_sample_rand(
        parent != nullptr ? randomness_of(*parent) : trace_randomness(ids.trace),
        decided_here ? std::optional{made_by.sampling().ratio()} : std::nullopt, ids.decision, rand);
    text.describe(head, ids);
  }
  if (text.changed()) {
    context_text* const made = text.make();
    if (made != nullptr || text.empty()) return made;
  }
  return parent != nullptr ? parent->shared_text() : nullptr;
}

}  // namespace waybill::inline v0
