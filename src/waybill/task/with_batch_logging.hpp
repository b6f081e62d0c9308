// The twin of with_task_logging for messages that a worker takes several of at once.
#pragma once

#include <waybill/task/batch.hpp>
#include <waybill/task/with_task_logging.hpp>
#include <waybill/tracing/extract_trace_context.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace waybill::inline v0 {

namespace task_detail {

// Anything with size() and operator[]: a vector, a span, an array.
template <class Messages>
concept message_range = requires(const Messages& messages) {
  { messages.size() } -> std::convertible_to<std::size_t>;
  messages[std::size_t{}];
};

// What user's functions throw on the way is contained, message by message.
template <message_range Messages>
void begin(batch& begun, const Messages& messages, task_name name, const task_options& options) noexcept {
  const uncancelled held;
  const auto info_at = [&](std::size_t i) noexcept {
    message_info info;
    contained([&] { info = message_detail::info_of(messages[i]); });
    return info;
  };
  message_info common;
  if (messages.size() != 0) {
    const message_info first = info_at(0);
    common.system = first.system;
    common.queue = first.queue;
    common.worker = first.worker;
  }
  begun.begin(name, common, messages.size(), options);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    contained([&] {
      auto&& metadata = message_detail::metadata_of(messages[i]);
      received_headers headers{process_headers()};
      const bool read = read_headers(metadata, headers);
      begun.add(name, info_at(i), headers, read, options);
    });
  }
  begun.announce();
}

}  // namespace task_detail

// Runs fn(batch&) or fn() over messages that are worked on together: under one span task:<kind>/<action> in a trace of its
// own, with a link to the sender of each message and that message's own wait on it, never an average. A wait is also drawn in
// the sender's trace, as for a single message. Of more messages than a span may have links (128) the rest is counted. See
// with_task_logging for everything else. options.trusted and .relation apply to each message; none of them becomes the parent.
template <task_detail::message_range Messages, class Fn>
decltype(auto) with_batch_logging(const Messages& messages, task_name name, Fn&& fn,
                                  const task_options& options = {}) {
  using message_type = std::remove_cvref_t<decltype(messages[std::size_t{}])>;
  task_detail::check_message<message_type>();
  const auto body = [&fn](batch& running) -> decltype(auto) {
    if constexpr (std::is_invocable_v<Fn&, batch&>) {
      return fn(running);
    } else {
      return fn();
    }
  };
  using result_type = std::invoke_result_t<decltype(body)&, batch&>;
  static_assert(!task_detail::unfinished_work<result_type>,
                "waybill: the callback returns a future, a coroutine or another awaitable, so its span would "
                "end before the work does");
  const auto context_at = [&messages](std::size_t i) {
    return context_from_carrier(message_detail::metadata_of(messages[i]));
  };
  batch running{context_at};
  task_detail::begin(running, messages, name, options);
  const auto run = [&]() -> result_type { return body(running); };
  return task_detail::run_recorded(running, run);
}

}  // namespace waybill::inline v0
