#include <waybill/task/task_settings.hpp>

#include <atomic>
#include <memory>
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

// Never destroyed: tasks may run while statics are.
union kept_settings {
  constexpr kept_settings() noexcept : settings{} {}
  ~kept_settings() {}
  applied_task_settings settings;
};
constinit const kept_settings defaults;

}  // namespace

void use_task_settings(task_settings settings) {
  std::unique_ptr<applied_task_settings> applied{
      new applied_task_settings{std::move(settings.event_metadata),
                                redaction{std::move(settings.secret_words)}, std::move(settings.policies)}};
  auto& all = history();
  const std::lock_guard lock{all.mutex};
  all.kept.push_back(applied.get());
  in_use.store(applied.release(), std::memory_order_release);
}

const applied_task_settings& current_task_settings() noexcept {
  const auto* const settings = in_use.load(std::memory_order_acquire);
  return settings != nullptr ? *settings : defaults.settings;
}

}  // namespace waybill::inline v0
