#include <waybill/store/commit_queue.hpp>

#include <utility>

namespace waybill::inline v0 {

bool commit_queue::put(span_batch&& batch, span_store::committed& done) {
  {
    const std::lock_guard lock{mutex_};
    const std::size_t bytes = batch.bytes();
    if (closed_ || (bytes_ != 0 && bytes_ + bytes > bytes_limit_)) return false;
    waiting_.push_back({std::move(batch), std::move(done)});
    bytes_ += bytes;
  }
  filled_.notify_one();
  return true;
}

commit_queue::taken_group commit_queue::take(std::size_t records, std::chrono::nanoseconds limit) {
  std::unique_lock lock{mutex_};
  bytes_ -= std::exchange(bytes_taken_, 0);
  filled_.wait_for(lock, limit, [&] { return closed_ || !waiting_.empty(); });
  std::vector<pending_commit> taken;
  std::size_t held = 0;
  while (!waiting_.empty()) {
    const span_batch& next = waiting_.front().batch;
    held += next.span_count() + next.log_count();
    if (!taken.empty() && held > records) break;
    bytes_taken_ += next.bytes();
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  const bool closed = closed_ && taken.empty();
  return {std::move(taken), closed};
}

void commit_queue::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  filled_.notify_all();
}

}  // namespace waybill::inline v0
