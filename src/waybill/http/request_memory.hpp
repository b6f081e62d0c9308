// How much memory requests may hold together, from their first byte until nothing made of them is held any
// more: what keeps a server small under any load.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace waybill::inline v0 {

// Two limits, so that work that has begun can end: beyond the first no further request is let in, up to the
// second those that are in may grow.
class memory_budget {
 public:
  memory_budget(std::size_t admission_limit, std::size_t memory_limit) noexcept
      : admission_limit_(admission_limit), memory_limit_(memory_limit) {}

  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  friend class memory_share;

  bool take(std::size_t bytes, std::size_t limit) noexcept {
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
      if (used > limit || bytes > limit - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  std::atomic<std::size_t> used_{0};
  const std::size_t admission_limit_;
  const std::size_t memory_limit_;
};

// What one request holds of a budget; given back at its end. Not for concurrent use; may move between threads.
class memory_share {
 public:
  explicit memory_share(std::shared_ptr<memory_budget> budget) noexcept : budget_(std::move(budget)) {}
  memory_share(const memory_share&) = delete;
  memory_share& operator=(const memory_share&) = delete;
  ~memory_share() { budget_->give_back(bytes_); }

  // For a body that is yet to come. It must leave as much room as it takes, so that a few large bodies do not
  // shut out the many small ones; these have some room of their own.
  bool admit(std::size_t more) noexcept {
    const std::size_t limit = budget_->admission_limit_;
    const bool fits = more <= small_body ? budget_->take(more, limit + limit / 4)
                                         : more <= limit / 2 && budget_->take(more, limit - more);
    if (fits) bytes_ += more;
    return fits;
  }

  // For what is made of a body that is there.
  bool grow(std::size_t more) noexcept {
    if (!budget_->take(more, budget_->memory_limit_)) return false;
    bytes_ += more;
    return true;
  }

  void shrink_to(std::size_t bytes) noexcept {
    if (bytes >= bytes_) return;
    budget_->give_back(bytes_ - bytes);
    bytes_ = bytes;
  }

  std::size_t bytes() const noexcept { return bytes_; }

  static constexpr std::size_t small_body = 64 * 1024;

 private:
  std::shared_ptr<memory_budget> budget_;
  std::size_t bytes_ = 0;
};

}  // namespace waybill::inline v0
