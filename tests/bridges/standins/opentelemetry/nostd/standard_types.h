#pragma once

#include <opentelemetry/version.h>

#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace nostd {

using std::get_if;
using std::holds_alternative;
using std::monostate;
using std::shared_ptr;
using std::string_view;
using std::unique_ptr;
using std::variant;

template <class T, std::size_t Extent = std::dynamic_extent>
using span = std::span<T, Extent>;

template <class Signature>
class function_ref;
template <class R, class... Args>
class function_ref<R(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, function_ref>) function_ref(F&& called)
      : object_(const_cast<void*>(static_cast<const void*>(&called))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(args...);
        }) {}
  R operator()(Args... args) const { return call_(object_, args...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

}  // namespace nostd
OPENTELEMETRY_END_NAMESPACE
