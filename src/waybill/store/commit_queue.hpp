// Batches that wait for the writer: bounded by the memory they hold, taken in groups so that many share one
// commit.
#pragma once

#include <waybill/record/span_store.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

namespace waybill::inline v0 {

struct pending_commit {
  span_batch batch;
  span_store::committed done;
};

// Thread-safe: many put, one takes.
class commit_queue {
 public:
  explicit commit_queue(std::size_t bytes_limit) noexcept : bytes_limit_(bytes_limit) {}

  // False, with nothing taken over, when too much waits already. One batch is always let in, however large.
  bool put(span_batch&& batch, span_store::committed& done);

  struct taken_group {
    std::vector<pending_commit> group;
    bool closed;  // and nothing is left
  };
  // Blocks until something waits, then takes the oldest: as many as hold `records` records together, one at
  // least. Their memory counts until the next call. Takes nothing when nothing came within the limit.
  taken_group take(std::size_t records, std::chrono::nanoseconds limit);

  // What waits is still taken; what comes later is refused.
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<pending_commit> waiting_;
  std::size_t bytes_ = 0;        // of what waits and of what was taken last
  std::size_t bytes_taken_ = 0;  // of what was taken last
  bool closed_ = false;
  const std::size_t bytes_limit_;
};

}  // namespace waybill::inline v0
