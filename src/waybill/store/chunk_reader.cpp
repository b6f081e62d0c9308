#include <waybill/store/chunk_reader.hpp>

#include <waybill/base/hex.hpp>
#include <waybill/record/store_notes.hpp>
#include <waybill/store/chunk.hpp>
#include <waybill/store/record_identity.hpp>
#include <waybill/store/related_keys.hpp>
#include <waybill/store/task_row.hpp>
#include <waybill/store/wait_statistics.hpp>

#include <algorithm>
#include <map>
#include <unordered_set>

namespace waybill::inline v0 {

namespace {

constexpr auto everything = [](const trace_id&) { return true; };

void add_note(record_arena& to, const trace_id& trace, std::string_view sentence) {
  to.logs().push_back({.trace = trace, .event_name = store_notes::unreadable, .body = to.copy(sentence)});
}

}  // namespace

result<std::vector<trace_id>> chunk_reader::newest(const trace_query& query) const {
  std::vector<trace_id> found;
  std::unordered_set<trace_id, trace_id_hash> seen;
  const auto walked = walk_back(query.stored_since, [&](std::string_view chunk) {
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

result<std::vector<trace_id>> chunk_reader::traces_in(const std::vector<chunk_number>& chunks,
                                                      std::size_t limit,
                                                      function_ref<bool(const trace_id&)> wanted) const {
  std::vector<trace_id> found;
  std::unordered_set<trace_id, trace_id_hash> seen;
  for (const chunk_number number : chunks) {
    if (found.size() >= limit) break;
    const auto chunk = load(number);
    if (!chunk) return chunk.error();
    const auto traces = chunk_traces(chunk->bytes);
    if (!traces) continue;
    for (auto trace = traces->rbegin(); trace != traces->rend() && found.size() < limit; ++trace) {
      if (wanted(*trace) && seen.insert(*trace).second) found.push_back(*trace);
    }
  }
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
  const auto chunks = chunks_between(first, last, limit);
  if (!chunks) return chunks.error();
  return traces_in(*chunks, limit,
                   [&](const trace_id& trace) { return trace.bytes() >= first && trace.bytes() <= last; });
}

result<span_batch> chunk_reader::read(std::span<const trace_id> traces) const {
  const std::unordered_set<trace_id, trace_id_hash> wanted{traces.begin(), traces.end()};
  std::map<chunk_number, trace_id> chunks;  // and one of the traces that lie there
  for (const auto& trace : wanted) {
    const auto numbers = chunks_of(trace);
    if (!numbers) return numbers.error();
    for (const chunk_number number : *numbers) chunks.emplace(number, trace);
  }
  record_arena records;
  for (const auto& [number, trace] : chunks) {
    const auto chunk = load(number);
    result<void> done = chunk ? result<void>{} : result<void>{chunk.error()};
    if (chunk) {
      done = read_chunk(
          chunk->bytes, chunk->packed_against(), [&](const trace_id& one) { return wanted.contains(one); },
          records);
    }
    if (done) continue;
    if (done.error().code == failure_code::busy) return done.error();
    add_note(records, trace,
             name_of(number) + " can't be read, " + done.error().message +
                 ". What lies there is missing here; traces that lie elsewhere are not affected.");
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
    const auto there = traces_in(*chunks, 1, [&](const trace_id& one) { return one == target; });
    if (!there) return there.error();
    if (!there->empty()) found.push_back(target);
  }
  std::unordered_set<std::uint64_t> asked;
  for (const std::uint64_t key : keys) {
    if (found.size() >= limit) return found;
    if (!asked.insert(key).second) continue;
    const auto chunks = chunks_under(key);
    if (!chunks) return chunks.error();
    std::size_t looked_at = 0;
    for (const chunk_number number : *chunks) {
      if (found.size() >= limit || ++looked_at > limit + 8) break;
      const auto chunk = load(number);
      if (!chunk) continue;
      record_arena records;
      (void)read_chunk(chunk->bytes, chunk->packed_against(), everything, records);
      const auto add_tied = [&](const auto& record, const trace_id& of) {
        for_each_key(record, [&](std::uint64_t tied) {
          if (tied == key && found.size() < limit && seen.insert(of).second) found.push_back(of);
        });
      };
      for (const auto& span : records.spans()) add_tied(span, span.trace);
      for (const auto& log : records.logs()) {
        if (log.trace) add_tied(log, *log.trace);
      }
    }
  }
  return found;
}

result<std::vector<trace_id>> chunk_reader::worked_on_between(unix_nanos from, unix_nanos to,
                                                              std::size_t limit) const {
  constexpr std::size_t most_packs = 256;  // some hundred thousand tasks
  std::vector<std::pair<chunk_number, std::uint32_t>> places;
  std::size_t packs = 0;
  const auto walked = walk_tasks(from, to, [&](chunk_number origin, std::string_view tasks) {
    std::vector<std::pair<chunk_number, std::uint32_t>> here;
    try {
      task_walk walk{tasks};
      task_row row;
      std::uint32_t queue = 0;
      while (walk.next(row, queue)) {
        const unix_nanos ended = chunk_format::after(row.started, row.work);
        if (row.works && row.started <= to && ended >= from) here.emplace_back(origin + row.chunk, row.trace);
      }
    } catch (const damaged_chunk&) {
      return true;
    }
    std::stable_sort(here.begin(), here.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    places.insert(places.end(), here.begin(), here.end());
    return ++packs < most_packs && places.size() < 4 * limit;
  });
  if (!walked) return walked.error();

  std::vector<trace_id> found;
  std::unordered_set<trace_id, trace_id_hash> seen;
  result<std::vector<trace_id>> traces{std::vector<trace_id>{}};
  chunk_number read_last = -1;
  for (const auto& [chunk, place] : places) {
    if (found.size() >= limit) break;
    if (chunk != read_last) {
      const auto loaded = load(chunk);
      traces = loaded ? chunk_traces(loaded->bytes) : result<std::vector<trace_id>>{loaded.error()};
      read_last = chunk;
    }
    if (traces && place < traces->size() && seen.insert((*traces)[place]).second)
      found.push_back((*traces)[place]);
  }
  return found;
}

result<std::vector<queue_waits>> chunk_reader::waits(const wait_query& query) const {
  wait_statistics statistics{query};
  const auto walked = walk_tasks(query.from, query.to, [&](chunk_number, std::string_view tasks) {
    try {
      statistics.add(tasks);
    } catch (const damaged_chunk&) {
    }
    return true;
  });
  if (!walked) return walked.error();
  return statistics.finish();
}

}  // namespace waybill::inline v0
