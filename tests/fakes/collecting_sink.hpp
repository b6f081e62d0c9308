// A sink that keeps what it is given, to be looked at.
#pragma once

#include <waybill/record/span_sink.hpp>

#include <mutex>
#include <string>
#include <vector>

namespace waybill::fakes {

class collecting_sink : public span_sink {
 public:
  void accept(span_batch&& finished) noexcept override {
    const std::lock_guard lock{mutex_};
    kept_.append(std::move(finished));
  }
  bool flush(std::chrono::milliseconds) noexcept override { return true; }
  std::uint64_t dropped() const noexcept override { return 0; }

  // Pointers into what was kept so far; valid until clear().
  std::vector<const span_record*> spans() const {
    const std::lock_guard lock{mutex_};
    std::vector<const span_record*> all;
    kept_.for_each_span([&](const span_record& one) { all.push_back(&one); });
    return all;
  }
  std::vector<const log_record*> logs() const {
    const std::lock_guard lock{mutex_};
    std::vector<const log_record*> all;
    kept_.for_each_log([&](const log_record& one) { all.push_back(&one); });
    return all;
  }
  const span_record* span_named(std::string_view name) const {
    for (const auto* one : spans()) {
      if (one->name == name) return one;
    }
    return nullptr;
  }
  const log_record* event_named(std::string_view name) const {
    for (const auto* one : logs()) {
      if (one->event_name == name) return one;
    }
    return nullptr;
  }
  void clear() {
    const std::lock_guard lock{mutex_};
    kept_ = span_batch{};
  }

 private:
  mutable std::mutex mutex_;
  span_batch kept_;
};

}  // namespace waybill::fakes
