#include <waybill/store/memory/memory_store.hpp>

#include <algorithm>

namespace waybill::inline v0 {

void memory_store::commit(span_batch&& received, committed done) {
  {
    const span_batch batch = std::move(received);
    const std::unique_lock lock{mutex_};
    batch.for_each_span([&](const span_record& span) { builder_.add(span); });
    batch.for_each_log([&](const log_record& log) { builder_.add(log); });
    if (builder_.records() != 0) {
      built_chunk built = builder_.finish();
      const auto number = static_cast<chunk_number>(chunks_.size());
      for (const auto& trace : built.traces) by_trace_[trace].push_back(number);
      for (const auto& tie : built.ties) by_key_[tie.key].insert(tie.trace);
      chunks_.push_back({std::move(built.bytes), built.earliest, built.latest});
    }
  }
  done({});
}

std::string memory_store::name_of(chunk_number chunk) const {
  return "chunk " + std::to_string(chunk) + " in memory";
}

result<std::vector<memory_store::chunk_number>> memory_store::chunks_of(const trace_id& trace) const {
  const std::shared_lock lock{mutex_};
  const auto found = by_trace_.find(trace);
  return found == by_trace_.end() ? std::vector<chunk_number>{} : found->second;
}

result<std::string> memory_store::load(chunk_number chunk) const {
  const std::shared_lock lock{mutex_};
  return chunks_[static_cast<std::size_t>(chunk)].bytes;
}

result<void> memory_store::walk_back(const time_window& window,
                                     function_ref<bool(std::string_view chunk)> visit) const {
  const std::shared_lock lock{mutex_};
  for (auto chunk = chunks_.rbegin(); chunk != chunks_.rend(); ++chunk) {
    const bool in_window = chunk->latest >= window.from && chunk->earliest <= window.to;
    if (in_window && !visit(chunk->bytes)) break;
  }
  return {};
}

result<std::vector<trace_id>> memory_store::traces_between(const trace_id::bytes_type& first,
                                                           const trace_id::bytes_type& last,
                                                           std::size_t limit) const {
  const std::shared_lock lock{mutex_};
  std::vector<std::pair<chunk_number, trace_id>> found;
  for (const auto& [trace, chunks] : by_trace_) {
    if (trace.bytes() >= first && trace.bytes() <= last) found.emplace_back(chunks.back(), trace);
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<trace_id> traces;
  for (const auto& [chunk, trace] : found) {
    if (traces.size() < limit) traces.push_back(trace);
  }
  return traces;
}

result<std::vector<trace_id>> memory_store::traces_under(std::uint64_t key, std::size_t limit) const {
  const std::shared_lock lock{mutex_};
  std::vector<trace_id> traces;
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    for (const auto& trace : found->second) {
      if (traces.size() < limit) traces.push_back(trace);
    }
  }
  return traces;
}

}  // namespace waybill::inline v0
