// A borrowed callable: two words, never allocates. For parameters only; it must not outlive what it refers to.
#pragma once

#include <type_traits>
#include <utility>

namespace waybill::inline v0 {

template <class Signature>
class function_ref;

template <class R, class... Args>
class function_ref<R(Args...)> {
 public:
  // clang-format off
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, function_ref> && std::is_invocable_r_v<R, F&, Args...>)
  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): the constraint leaves copying alone
  function_ref(F&& callable) noexcept
      // clang-format on
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...);
        }) {}

  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

}  // namespace waybill::inline v0
