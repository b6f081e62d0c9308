// Tasks that end elsewhere than they began: coroutines, callbacks, futures.
#pragma once

#include <waybill/task/with_task_logging.hpp>

#include <string_view>
#include <utility>

namespace waybill::inline v0 {

// A task that can be moved and kept. It is not current by itself: resume_in makes it so for a stretch. Ends when end() is
// called or the handle is destroyed; not for concurrent use, but for event.
class task_handle {
 public:
  explicit task_handle(task* begun) noexcept : task_(begun) {}  // takes it over
  task_handle(task_handle&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  task_handle& operator=(task_handle&& other) noexcept {
    if (this != &other) delete std::exchange(task_, std::exchange(other.task_, nullptr));
    return *this;
  }
  ~task_handle() { delete task_; }

  task* operator->() const noexcept { return &**this; }
  task& operator*() const noexcept { return task_ != nullptr ? *task_ : task::unrecorded(); }
  void end() noexcept { (**this).finish(); }

 private:
  task* task_;
};

// Begins a task for a message, which need not live longer than this call. Allocates the task; without memory for it, it is
// counted as dropped and the work goes on unrecorded. See with_task_logging for the rest.
template <class Message>
[[nodiscard]] task_handle start_task(const Message& message, task_name name,
                                     const task_options& options = {}) {
  task_detail::check_message<Message>();
  task* const begun = task::make(options);
  if (begun != nullptr) task_detail::begin(*begun, message, name, options);
  return task_handle{begun};
}

template <class Message>
[[nodiscard]] task_handle start_task(const Message& message, std::string_view kind, std::string_view action,
                                     const task_options& options = {}) {
  return start_task(message, task_name{.kind = kind, .action = action}, options);
}

// Runs fn with the task current on this thread, and returns what fn returns. Not across a co_await.
template <class Fn>
decltype(auto) resume_in(const task_handle& handle, Fn&& fn) {
  return run_in(handle->context(), std::forward<Fn>(fn), handle->clock_offset());
}

}  // namespace waybill::inline v0
