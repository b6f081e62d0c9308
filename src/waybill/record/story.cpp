#include <waybill/record/story.hpp>

#include <waybill/record/record_arena.hpp>
#include <waybill/record/store_notes.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t most_related = 50;
constexpr std::size_t most_meanwhile = 50;

// A parent that is not here, or nothing at all.
bool misses_something(const span_batch& trace) {
  std::vector<span_id> here;
  trace.for_each_span([&](const span_record& span) { here.push_back(span.span); });
  std::ranges::sort(here);
  bool misses = here.empty();
  trace.for_each_span([&](const span_record& span) {
    misses = misses || (span.parent && !std::ranges::binary_search(here, *span.parent));
  });
  return misses;
}

std::pair<unix_nanos, unix_nanos> time_of(const span_batch& records) {
  unix_nanos from = std::numeric_limits<unix_nanos>::max();
  unix_nanos to = std::numeric_limits<unix_nanos>::min();
  records.for_each_span([&](const span_record& span) {
    from = std::min(from, span.start);
    to = std::max({to, span.start, span.end});
  });
  return {from, to};
}

span_batch note_of_expiry(const trace_id& trace, std::string_view sentence) {
  record_arena arena;
  arena.logs().push_back({.trace = trace, .event_name = store_notes::expired, .body = arena.copy(sentence)});
  return arena.finish();
}

}  // namespace

result<span_batch> read_story(const trace_reader& reader, const trace_id& trace) {
  auto own = reader.read(std::span{&trace, 1});
  if (!own) return own;
  if (misses_something(*own)) {
    if (const auto sentence = reader.expired(trace)) own->append(note_of_expiry(trace, *sentence));
  }
  if (own->span_count() == 0) return own;
  auto traces = reader.related(trace, most_related);
  if (!traces) return traces.error();
  std::erase(*traces, trace);  // it is here already
  auto related = reader.read(*traces);
  if (!related) return related;
  own->append(std::move(*related));

  // A message may have been sent in one of these and worked on in the other.
  const auto [from, to] = time_of(*own);
  auto others = reader.worked_on_between(from, to, most_meanwhile);
  if (!others) return others.error();
  traces->push_back(trace);
  std::erase_if(*others,
                [&](const trace_id& one) { return std::ranges::find(*traces, one) != traces->end(); });
  auto rest = reader.read(*others);
  if (!rest) return rest;
  own->append(std::move(*rest));
  return own;
}

}  // namespace waybill::inline v0
