// Finds the span that an SDK has made for a context of waybill's, for as long as that span lives.
#pragma once

#include <waybill/carrier/contained.hpp>
#include <waybill/context/trace_context.hpp>

#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace waybill::inline v0 {

// Thread-safe. Without memory for it, a span is not found.
template <class Span>
class live_spans {
 public:
  void add(const span_ids& ids, Span span) noexcept {
    if (!ids.span) return;
    const std::lock_guard lock{mutex_};
    contained([&] { spans_.insert_or_assign(*ids.span, entry{ids.trace, std::move(span)}); });
  }
  void remove(const span_ids& ids) noexcept {
    if (!ids.span) return;
    const std::lock_guard lock{mutex_};
    spans_.erase(*ids.span);
  }
  std::optional<Span> find(const span_ids& ids) const noexcept {
    if (!ids.span) return std::nullopt;
    const std::lock_guard lock{mutex_};
    const auto found = spans_.find(*ids.span);
    if (found == spans_.end() || found->second.trace != ids.trace) return std::nullopt;
    return found->second.span;
  }

 private:
  struct entry {
    trace_id trace;
    Span span;
  };
  mutable std::mutex mutex_;
  std::unordered_map<span_id, entry, span_id_hash> spans_;
};

}  // namespace waybill::inline v0
