// An exporter that answers as a test has written down, and remembers what it was given.
#pragma once

#include <waybill/export/batch_exporter.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace waybill::fakes {

struct exporter_script {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<export_outcome> answers;  // "sent" when it runs out
  std::vector<std::size_t> batches;    // records of each batch that was encoded
  std::size_t sends = 0;
  bool hang = false;  // send() returns only when it is cancelled
  bool cancelled = false;
};

class scripted_exporter final : public batch_exporter {
 public:
  explicit scripted_exporter(exporter_script& script) : script_(script) {}

  void encode(const span_batch& batch) override {
    const std::lock_guard lock{script_.mutex};
    script_.batches.push_back(batch.span_count() + batch.log_count());
  }
  export_outcome send() override {
    std::unique_lock lock{script_.mutex};
    ++script_.sends;
    script_.changed.notify_all();
    if (script_.hang) {
      script_.changed.wait(lock, [&] { return script_.cancelled; });
      return {.what = export_outcome::kind::try_again, .problem = "cancelled"};
    }
    if (script_.answers.empty()) return {};
    const auto answer = script_.answers.front();
    script_.answers.pop_front();
    return answer;
  }
  void cancel() noexcept override {
    const std::lock_guard lock{script_.mutex};
    script_.cancelled = true;
    script_.changed.notify_all();
  }

 private:
  exporter_script& script_;
};

}  // namespace waybill::fakes
