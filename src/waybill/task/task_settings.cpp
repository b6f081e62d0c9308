#include <waybill/task/task_settings.hpp>

#include <atomic>
#include <mutex>

namespace waybill::inline v0 {
namespace {

// All that were ever used, so that none is destroyed under a running task; a process uses one or two.
struct all_settings {
  std::mutex mutex;
  std::vector<applied_task_settings*> kept;
};
all_settings& history() {
  static auto* const all = new all_settings;
  return *all;
}

constinit std::atomic<const applied_task_settings*> in_use{nullptr};

const applied_task_settings& defaults() noexcept {
  static const auto* const settings = new applied_task_settings;
  return *settings;
}

}  // namespace

void use_task_settings(task_settings settings) {
  auto words = redaction::default_words();
  words.insert(words.end(), settings.secret_words.begin(), settings.secret_words.end());
  auto* const applied =
      new applied_task_settings{std::move(settings.event_metadata), redaction{std::move(words)}};
  {
    const std::lock_guard lock{history().mutex};
    history().kept.push_back(applied);
  }
  in_use.store(applied, std::memory_order_release);
}

const applied_task_settings& current_task_settings() noexcept {
  const auto* const settings = in_use.load(std::memory_order_acquire);
  return settings != nullptr ? *settings : defaults();
}

}  // namespace waybill::inline v0
