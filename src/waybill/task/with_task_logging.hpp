// What task authors use: extraction, a span, the queue's timing and one wide event around a callback.
#pragma once

#include <waybill/base/uncancelled.hpp>
#include <waybill/carrier/carrier.hpp>
#include <waybill/task/message_traits.hpp>
#include <waybill/task/task.hpp>
#include <waybill/tracing/process_headers.hpp>
#include <waybill/tracing/run_in.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace waybill::inline v0 {

namespace task_detail {

template <class Fn>
struct body_result {
  using type = std::invoke_result_t<Fn&>;
};
template <class Fn>
requires std::is_invocable_v<Fn&, task&>
struct body_result<Fn> {
  using type = std::invoke_result_t<Fn&, task&>;
};

template <class Fn>
concept task_body = std::is_invocable_v<Fn&, task&> || std::is_invocable_v<Fn&>;

// Work that is not done yet when the callback returns: futures, coroutines, awaitables.
template <class R>
concept unfinished_work = requires {
  typename std::remove_cvref_t<R>::promise_type;
}
|| requires(std::remove_reference_t<R>& result) {
  result.await_ready();
}
|| requires(std::remove_reference_t<R>& result) {
  result.operator co_await();
}
|| requires(std::remove_reference_t<R>& result) {
  operator co_await(result);
}
|| requires(std::remove_reference_t<R>& result) {
  result.wait();
  result.get();
};

// Begins a task for a message. What the user's own functions throw on the way is contained: the task then begins without
// what they would have said, and the message is worked on all the same. A pthread_cancel waits until the body.
template <class Message>
void begin(task& begun, const Message& message, task_name name, const task_options& options) noexcept {
  const uncancelled held;
  contained([&] {
    auto&& metadata = message_detail::metadata_of(message);
    message_info info;
    contained([&] { info = message_detail::info_of(message); });
    received_headers headers{process_headers()};
    const bool read = read_headers(metadata, headers);
    begun.begin(name, info, headers, read, options);
    if constexpr (enumerable_carrier<decltype(metadata)>) {
      if (!begun.wants_metadata()) return;
      traits_of<decltype(metadata)>::for_each(
          metadata, [&](std::string_view key, std::string_view value) { begun.offer_metadata(key, value); });
    }
  });
  if (!begun.has_begun()) begun.begin(name, {}, received_headers{process_headers()}, true, options);
  begun.announce();
}

template <class Message>
constexpr void check_message() {
  static_assert(
      message_detail::has_metadata<Message>,
      "waybill: this type has no metadata that a task could continue from. Give it a member "
      "additional_metadata(), specialise waybill::message_traits for it, or pass the carrier itself");
}

template <class Fn>
constexpr void check_body() {
  static_assert(!unfinished_work<typename body_result<Fn>::type>,
                "waybill: the callback returns a future, a coroutine or another awaitable, so its span would "
                "end before the work does. Use waybill::start_task, and end it when the work is done");
}

// Runs body inside what is running, a task or a batch; an exception is recorded there and passes on.
template <class Recorded, class Body>
std::invoke_result_t<Body&> run_recorded(Recorded& running, Body& body) {
#if defined(__cpp_exceptions)
  // No rethrow inside a handler to look at the type: that would abort when the thread is being cancelled.
  try {
    return run_in(running.context(), body, running.clock_offset());
  } catch (const std::exception& error) {
    running.fail_with(error);
    throw;
  } catch (...) {
    running.fail_with_unknown();
    throw;
  }
#else
  return run_in(running.context(), body, running.clock_offset());
#endif
}

}  // namespace task_detail

// Runs fn(task&) or fn() as a task: inside the sender's trace, under a span task:<kind>/<action>, current on this thread. A
// start record leaves when it begins, one wide event exactly once when it ends, also by an exception (recorded, then passed
// on unchanged) or when the thread is ended. Returns what fn returns, whatever it is. Unsampled: no span, but both records.
//
// message: see message_traits. The span's name and its relation to the sender deviate on purpose from OpenTelemetry's
// messaging conventions, which would say "process <queue>" and a link: a task is what people look for, and its trace is
// the request's.
template <class Message, task_detail::task_body Fn>
typename task_detail::body_result<Fn>::type with_task_logging(const Message& message, task_name name, Fn&& fn,
                                                              const task_options& options = {}) {
  task_detail::check_message<Message>();
  task_detail::check_body<Fn>();
  using result_type = typename task_detail::body_result<Fn>::type;
  task running;
  task_detail::begin(running, message, name, options);
  const auto body = [&]() -> result_type {
    if constexpr (std::is_invocable_v<Fn&, task&>) {
      return fn(running);
    } else {
      return fn();
    }
  };
  return task_detail::run_recorded(running, body);
}

// The same, positional: kind first, then action.
template <class Message, task_detail::task_body Fn>
typename task_detail::body_result<Fn>::type with_task_logging(const Message& message, std::string_view kind,
                                                              std::string_view action, Fn&& fn,
                                                              const task_options& options = {}) {
  return with_task_logging(message, task_name{.kind = kind, .action = action}, std::forward<Fn>(fn), options);
}

template <class Message, class Fn>
void with_task_logging(const Message&, std::nullptr_t, std::string_view, Fn&&,
                       const task_options& = {}) = delete;
template <class Message, class Fn>
void with_task_logging(const Message&, std::string_view, std::nullptr_t, Fn&&,
                       const task_options& = {}) = delete;

}  // namespace waybill::inline v0
