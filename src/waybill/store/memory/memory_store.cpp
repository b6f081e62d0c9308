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
      for (const std::uint64_t key : built.ties) by_key_[key].insert(number);
      for (auto& task : built.tasks) task.chunk = static_cast<std::uint32_t>(number);
      chunks_.push_back({std::move(built.bytes), pack_tasks(built.tasks), wall_now()});
    }
  }
  done({});
}

std::optional<std::string> memory_store::expired(const trace_id&) const {
  return std::nullopt;
}

store_state memory_store::state() const {
  const std::shared_lock lock{mutex_};
  store_state told;
  for (const auto& chunk : chunks_) told.bytes += chunk.bytes.size() + chunk.tasks.size();
  return told;
}

std::string memory_store::name_of(chunk_number chunk) const {
  return "chunk " + std::to_string(chunk) + " in memory";
}

result<kept_chunk> memory_store::load(chunk_number chunk) const {
  const std::shared_lock lock{mutex_};
  return kept_chunk{chunks_[static_cast<std::size_t>(chunk)].bytes, nullptr};
}

result<std::vector<memory_store::chunk_number>> memory_store::chunks_of(const trace_id& trace) const {
  const std::shared_lock lock{mutex_};
  const auto found = by_trace_.find(trace);
  return found == by_trace_.end() ? std::vector<chunk_number>{} : found->second;
}

result<std::vector<memory_store::chunk_number>> memory_store::chunks_under(std::uint64_t key) const {
  const std::shared_lock lock{mutex_};
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::vector<chunk_number>{};
  return std::vector<chunk_number>{found->second.rbegin(), found->second.rend()};
}

result<std::vector<memory_store::chunk_number>> memory_store::chunks_between(
    const trace_id::bytes_type& first, const trace_id::bytes_type& last, std::size_t limit) const {
  const std::shared_lock lock{mutex_};
  std::vector<chunk_number> found;
  for (const auto& [trace, chunks] : by_trace_) {
    if (trace.bytes() >= first && trace.bytes() <= last) found.push_back(chunks.back());
  }
  std::sort(found.rbegin(), found.rend());
  found.resize(std::min(found.size(), limit));
  return found;
}

result<void> memory_store::walk_back(unix_nanos stored_since,
                                     function_ref<bool(std::string_view chunk)> visit) const {
  const std::shared_lock lock{mutex_};
  for (auto chunk = chunks_.rbegin(); chunk != chunks_.rend() && chunk->stored >= stored_since; ++chunk) {
    if (!visit(chunk->bytes)) break;
  }
  return {};
}

result<void> memory_store::walk_tasks(
    unix_nanos, unix_nanos, function_ref<bool(chunk_number origin, std::string_view tasks)> visit) const {
  const std::shared_lock lock{mutex_};
  for (auto chunk = chunks_.rbegin(); chunk != chunks_.rend(); ++chunk) {
    if (!visit(0, chunk->tasks)) break;
  }
  return {};
}

}  // namespace waybill::inline v0
