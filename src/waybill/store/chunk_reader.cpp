#include <waybill/store/chunk_reader.hpp>

#include <waybill/base/hex.hpp>
#include <waybill/store/chunk.hpp>
#include <waybill/store/record_identity.hpp>
#include <waybill/store/related_keys.hpp>

#include <algorithm>
#include <set>
#include <unordered_set>

namespace waybill::inline v0 {

result<std::vector<trace_id>> chunk_reader::newest(const trace_query& query) const {
  std::vector<trace_id> found;
  std::unordered_set<trace_id, trace_id_hash> seen;
  const auto walked = walk_back({}, [&](std::string_view chunk) {
    // A chunk that can't be read does not hide the others; its traces say so when they are read.
    const auto traces = chunk_traces(chunk);
    if (!traces) return true;
    for (auto trace = traces->rbegin(); trace != traces->rend() && found.size() < query.limit; ++trace) {
      if (seen.insert(*trace).second) found.push_back(*trace);
    }
    return found.size() < query.limit;
  });
  if (!walked) return walked.error();
  return found;
}

result<std::vector<trace_id>> chunk_reader::find(std::string_view prefix, std::size_t limit) const {
  if (prefix.empty()) return newest({.limit = limit});
  trace_id::bytes_type first{};
  trace_id::bytes_type last;
  last.fill(0xFF);
  if (prefix.size() > 2 * trace_id::size) return std::vector<trace_id>{};
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    const int digit = hex_digit(prefix[i]);
    if (digit < 0) return std::vector<trace_id>{};
    const unsigned shift = i % 2 == 0 ? 4 : 0;
    const auto bits = static_cast<std::uint8_t>(digit << shift);
    const auto kept = static_cast<std::uint8_t>(~(15U << shift));
    first[i / 2] = static_cast<std::uint8_t>((first[i / 2] & kept) | bits);
    last[i / 2] = static_cast<std::uint8_t>((last[i / 2] & kept) | bits);
  }
  return traces_between(first, last, limit);
}

result<span_batch> chunk_reader::read(std::span<const trace_id> traces) const {
  const std::unordered_set<trace_id, trace_id_hash> wanted{traces.begin(), traces.end()};
  std::set<chunk_number> chunks;
  for (const auto& trace : wanted) {
    const auto numbers = chunks_of(trace);
    if (!numbers) return numbers.error();
    chunks.insert(numbers->begin(), numbers->end());
  }
  record_arena records;
  for (const chunk_number number : chunks) {
    const auto chunk = load(number);
    if (!chunk) return chunk.error();
    const auto done = read_chunk(
        *chunk, [&](const trace_id& trace) { return wanted.contains(trace); }, records);
    if (!done) {
      return failure{done.error().code, "The trace can't be read whole: " + name_of(number) +
                                            " can't be read, " + done.error().message +
                                            ". Traces that lie elsewhere are not affected."};
    }
  }
  keep_each_once(records.spans(), records.logs());
  return records.finish();
}

result<std::vector<trace_id>> chunk_reader::related(const trace_id& trace, std::size_t limit) const {
  const auto own = read(std::span{&trace, 1});
  if (!own) return own.error();
  std::vector<trace_id> linked;
  std::vector<std::uint64_t> keys{key_of_links_to(trace)};
  const auto add_key = [&](std::uint64_t key) { keys.push_back(key); };
  own->for_each_span([&](const span_record& span) {
    for_each_key(span, add_key);
    for (const auto& link : span.links) linked.push_back(link.trace);
  });
  own->for_each_log([&](const log_record& log) { for_each_key(log, add_key); });

  std::vector<trace_id> found;
  std::unordered_set<trace_id, trace_id_hash> seen{trace};
  for (const auto& target : linked) {
    if (found.size() >= limit) return found;
    if (!seen.insert(target).second) continue;
    const auto chunks = chunks_of(target);
    if (!chunks) return chunks.error();
    if (!chunks->empty()) found.push_back(target);
  }
  std::unordered_set<std::uint64_t> asked;
  for (const std::uint64_t key : keys) {
    if (!asked.insert(key).second) continue;
    const auto tied = traces_under(key, limit + seen.size());
    if (!tied) return tied.error();
    for (const auto& other : *tied) {
      if (found.size() >= limit) return found;
      if (seen.insert(other).second) found.push_back(other);
    }
  }
  return found;
}

result<std::vector<trace_id>> chunk_reader::worked_on_between(unix_nanos from, unix_nanos to,
                                                              std::size_t limit) const {
  constexpr std::size_t most_chunks = 64;
  std::vector<trace_id> found;
  std::unordered_set<trace_id, trace_id_hash> seen;
  std::size_t chunks = 0;
  const auto walked = walk_back({from, to}, [&](std::string_view chunk) {
    record_arena records;
    if (!read_chunk(
            chunk, [](const trace_id&) { return true; }, records))
      return true;
    for (const auto& span : records.spans()) {
      const bool overlaps = span.kind == span_kind::consumer && span.start <= to && span.end >= from;
      if (overlaps && found.size() < limit && seen.insert(span.trace).second) found.push_back(span.trace);
    }
    return ++chunks < most_chunks && found.size() < limit;
  });
  if (!walked) return walked.error();
  return found;
}

}  // namespace waybill::inline v0
