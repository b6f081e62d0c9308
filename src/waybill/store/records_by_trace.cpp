#include <waybill/store/records_by_trace.hpp>

#include <waybill/base/random.hpp>
#include <waybill/store/hash.hpp>

namespace waybill::inline v0 {

records_by_trace::records_by_trace() : seed_(random_bits()) {}

std::uint32_t records_by_trace::place_of(const trace_id& trace) {
  const auto next = static_cast<std::uint32_t>(traces_.size());
  const std::uint32_t place = places_.find_or_add(hash_bytes(trace.view(), seed_), next,
                                                  [&](std::uint32_t at) { return traces_[at] == trace; });
  if (place == next) {
    traces_.push_back(trace);
    counts_.push_back(0);
  }
  ++counts_[place];
  return place;
}

void records_by_trace::add(const span_batch& batch) {
  batch.for_each_span([&](const span_record& span) {
    all_.push_back({place_of(span.trace), &span, nullptr});
  });
  batch.for_each_log([&](const log_record& log) {
    all_.push_back({log.trace ? place_of(*log.trace) : no_trace, nullptr, &log});
  });
}

// A counting sort: two passes, whatever the order was.
void records_by_trace::sort() {
  std::size_t begin = 0;
  for (auto& count : counts_) {
    const std::size_t size = count;
    count = begin;
    begin += size;
  }
  std::size_t without_trace = begin;
  sorted_.resize(all_.size());
  for (const auto& one : all_) {
    sorted_[one.trace == no_trace ? without_trace++ : counts_[one.trace]++] = one;
  }
}

void records_by_trace::clear() noexcept {
  traces_.clear();
  counts_.clear();
  places_.clear();
  all_.clear();
  sorted_.clear();
}

}  // namespace waybill::inline v0
