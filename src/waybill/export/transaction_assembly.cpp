#include <waybill/export/transaction_assembly.hpp>

#include <waybill/wire/sentry_span_words.hpp>
#include <waybill/wire/sentry_trace_header.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace waybill::inline v0 {
namespace {

namespace transactions = sentry_transaction;
using encoded = transactions::encoded_span;

// Takes spans off the front until one transaction is full.
class filling {
 public:
  std::string_view fill(std::vector<encoded>::iterator& at, std::vector<encoded>::iterator end) {
    text_.clear();
    records_ = 0;
    for (std::size_t count = 0; at != end && count < transactions::most_spans; ++at) {
      if (records_ > 0 && text_.size() + at->bytes() > transactions::most_bytes) break;
      transactions::append_span(*at, text_);
      count += at->twin.empty() ? 1 : 2;
      ++records_;
    }
    return text_;
  }
  std::size_t records() const noexcept { return records_; }

 private:
  std::string text_;
  std::size_t records_ = 0;
};

// Spans without their root: the one that began first leads. It is an ancestor of the others or their equal.
void visit_led(std::vector<encoded>::iterator at, std::vector<encoded>::iterator end,
               const transactions::encoded_process& process, std::string_view trace_header,
               transaction_assembly::visitor visit) {
  filling full;
  while (at != end) {
    std::iter_swap(
        at, std::min_element(at, end, [](const encoded& a, const encoded& b) { return a.start < b.start; }));
    const encoded& lead = *at++;
    const auto spans = full.fill(at, end);
    visit({lead, spans, full.records() + 1, process, trace_header});
  }
}

}  // namespace

void transaction_assembly::add(const span_batch& batch, steady_nanos now, visitor visit) {
  // Children first: one that ended on another thread a moment after its root still goes with it.
  batch.for_each_span([&](const span_record& span) {
    if (!sentry_words::begins_segment(span)) wait(span, now);
  });
  batch.for_each_span([&](const span_record& span) {
    if (sentry_words::begins_segment(span)) finish(span, visit);
  });
  release(false, now, visit);
}

void transaction_assembly::wait(const span_record& span, steady_nanos now) {
  auto& in = rows_[span.trace];
  if (in.spans.empty()) {
    in.trace_header = encode_sentry_trace_header(span.baggage, span.trace);
    in.process = transactions::encode_process(span.resource);
    in.since = now;
  }
  in.spans.push_back(transactions::encode_span(span));
  const std::size_t bytes = in.spans.back().bytes();
  in.bytes += bytes;
  bytes_ += bytes;
  ++waiting_;
}

// Parents end after their children and stand behind them, so that one pass from the back is enough as a rule.
std::vector<encoded> transaction_assembly::take_descendants(const encoded& root) {
  std::vector<encoded> taken;
  const auto found = rows_.find(root.trace);
  if (found == rows_.end()) return taken;
  row& from = found->second;
  std::unordered_set<span_id, span_id_hash> family{root.span};
  for (std::size_t before = 0; before != family.size();) {
    before = family.size();
    for (auto one = from.spans.rbegin(); one != from.spans.rend(); ++one) {
      if (one->parent && family.contains(*one->parent)) family.insert(one->span);
    }
  }
  const auto stay = std::stable_partition(from.spans.begin(), from.spans.end(),
                                          [&](const encoded& one) { return !family.contains(one.span); });
  taken.assign(std::make_move_iterator(stay), std::make_move_iterator(from.spans.end()));
  from.spans.erase(stay, from.spans.end());
  for (const auto& one : taken) {
    from.bytes -= one.bytes();
    bytes_ -= one.bytes();
  }
  waiting_ -= taken.size();
  if (from.spans.empty()) rows_.erase(found);
  return taken;
}

void transaction_assembly::finish(const span_record& record, visitor visit) {
  const encoded root = transactions::encode_span(record);
  const auto process = transactions::encode_process(record.resource);
  const std::string trace_header = encode_sentry_trace_header(record.baggage, record.trace);
  auto members = take_descendants(root);
  filling full;
  auto at = members.begin();
  const auto spans = full.fill(at, members.end());
  visit({root, spans, full.records() + 1, process, trace_header});
  visit_led(at, members.end(), process, trace_header, visit);
}

void transaction_assembly::release_row(row& one, visitor visit) {
  bytes_ -= one.bytes;
  waiting_ -= one.spans.size();
  visit_led(one.spans.begin(), one.spans.end(), one.process, one.trace_header, visit);
}

void transaction_assembly::release(bool all, steady_nanos now, visitor visit) {
  for (auto at = rows_.begin(); at != rows_.end();) {
    row& one = at->second;
    const bool full = one.spans.size() >= transactions::most_spans;
    if (all || full || now - one.since >= limits_.longest_wait) {
      release_row(one, visit);
      at = rows_.erase(at);
    } else {
      ++at;
    }
  }
  while (bytes_ > limits_.waiting_bytes) {
    const auto longest =
        std::ranges::max_element(rows_, {}, [](const auto& entry) { return entry.second.bytes; });
    release_row(longest->second, visit);
    rows_.erase(longest);
  }
}

}  // namespace waybill::inline v0
