// A few threads that run jobs in the order in which they came.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace waybill::inline v0 {

// Not bounded by itself: its user bounds the jobs (the server has at most one for each connection).
class worker_threads {
 public:
  using job = std::function<void()>;  // must not throw

  // Throws std::system_error if the machine has no thread left.
  explicit worker_threads(std::size_t count);
  worker_threads(const worker_threads&) = delete;
  worker_threads& operator=(const worker_threads&) = delete;
  ~worker_threads() { stop(); }

  // Thread-safe. After stop(): forgets the job.
  void run(job next);

  // Waits for the jobs that are running, forgets those that wait for their turn.
  void stop() noexcept;

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<job> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace waybill::inline v0
