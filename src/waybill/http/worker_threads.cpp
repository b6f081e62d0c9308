#include <waybill/http/worker_threads.hpp>

#include <utility>

namespace waybill::inline v0 {

worker_threads::worker_threads(std::size_t count) {
  threads_.reserve(count);
  try {
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
  } catch (...) {
    stop();  // the destructor does not run for an object that was never finished
    throw;
  }
}

void worker_threads::run(job next) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    waiting_.push_back(std::move(next));
  }
  wake_.notify_one();
}

void worker_threads::stop() noexcept {
  std::deque<job> forgotten;  // destroyed outside the lock: a job's end may run anything
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    forgotten.swap(waiting_);
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void worker_threads::work() {
  for (;;) {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const job next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next();
  }
}

}  // namespace waybill::inline v0
