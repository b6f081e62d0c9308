// Runs a callable inside a trace context, and carries the current context to another thread, executor or coroutine.
#pragma once

#include <waybill/tracing/ambient.hpp>

#include <type_traits>
#include <utility>

namespace waybill::inline v0 {

// Makes a context current for the block of code it stands in.
class context_scope {
 public:
  explicit context_scope(const trace_context& context, std::int64_t clock_offset = 0) noexcept
      : node_(enter_ambient(context, clock_offset)) {}
  ~context_scope() { leave_context(node_); }
  context_scope(const context_scope&) = delete;
  context_scope& operator=(const context_scope&) = delete;

 private:
  context_node* node_;
};

namespace run_in_detail {

// A result on its way out of a backend's run_under, which returns void.
template <class R>
class carried_result {
 public:
  template <class Fn>
  void fill(Fn&& fn) {
    if constexpr (std::is_reference_v<R>) {
      pointer_ = std::addressof(fn());
    } else {
      value_.emplace(fn());
    }
  }
  R take() {
    if constexpr (std::is_reference_v<R>) {
      return static_cast<R>(*pointer_);
    } else {
      return std::move(*value_);
    }
  }

 private:
  std::add_pointer_t<R> pointer_ = nullptr;
  std::conditional_t<std::is_reference_v<R>, char, std::optional<std::decay_t<R>>> value_{};
};

}  // namespace run_in_detail

// Returns what fn returns and lets its exceptions through. With a backend registered, context is current in its SDK too;
// only a result that cannot be moved has to do without that.
template <class Fn>
std::invoke_result_t<Fn&> run_in(const trace_context& context, Fn&& fn, std::int64_t clock_offset = 0) {
  using R = std::invoke_result_t<Fn&>;
  if (!has_backend()) {
    const context_scope scope{context, clock_offset};
    return fn();
  }
  if constexpr (std::is_void_v<R>) {
    run_under_backend(context, [&] {
      const context_scope scope{context, clock_offset};
      fn();
    });
  } else if constexpr (std::is_reference_v<R> || std::is_move_constructible_v<R>) {
    run_in_detail::carried_result<R> result;
    run_under_backend(context, [&] {
      const context_scope scope{context, clock_offset};
      result.fill(fn);
    });
    return result.take();
  } else {
    const context_scope scope{context, clock_offset};
    return fn();
  }
}

// The current context, to be kept and run in elsewhere. Copies cost one atomic increment.
class captured_context {
 public:
  captured_context() noexcept : around_(find_ambient()) {}

  const std::optional<trace_context>& context() const noexcept { return around_.context; }

  template <class Fn>
  std::invoke_result_t<Fn&> run(Fn&& fn) const {
    if (!around_.context) return fn();
    return run_in(*around_.context, std::forward<Fn>(fn), around_.clock_offset);
  }

 private:
  ambient_context around_;
};

inline captured_context capture() noexcept {
  return {};
}

// fn, to be called later and anywhere, inside what is current now.
template <class Fn>
auto bind(Fn&& fn) {
  return [around = capture(),
          bound = std::forward<Fn>(fn)]<class... Args>(Args&&... args) mutable -> decltype(auto) {
    return around.run([&]() -> decltype(auto) { return bound(std::forward<Args>(args)...); });
  };
}

}  // namespace waybill::inline v0
