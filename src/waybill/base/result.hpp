// A value, or the failure that stood in its way: what functions return where C++23 would use std::expected.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace waybill::inline v0 {

// Chosen by what the caller does next, not by where it went wrong.
enum class failure_code : unsigned char {
  invalid_argument,  // the caller's input is wrong: change it
  not_found,         // there is no such thing
  malformed,         // bytes from outside could not be read: refuse them
  too_large,         // over a limit: send less
  busy,              // try again later
  unreachable,       // the other side did not answer
  refused,           // the other side answered no
  io,                // this machine's disk, socket or process failed
};

struct failure {
  failure_code code;
  std::string message;  // one sentence for a person: what was wrong, where, what to do
};

// The names are std::expected's, so that C++23 is one alias later. Reading the value of a failure is undefined.
template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : value_(std::move(value)) {}
  result(failure why) : failure_{std::move(why)} {}

  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return value_.has_value(); }

  T& operator*() & noexcept { return *value_; }
  const T& operator*() const& noexcept { return *value_; }
  T&& operator*() && noexcept { return std::move(*value_); }
  T* operator->() noexcept { return &*value_; }
  const T* operator->() const noexcept { return &*value_; }

  template <class U>
  T value_or(U&& otherwise) && {
    return value_ ? std::move(*value_) : static_cast<T>(std::forward<U>(otherwise));
  }

  const failure& error() const noexcept { return failure_; }

 private:
  std::optional<T> value_;
  failure failure_{failure_code::invalid_argument, {}};
};

template <>
class [[nodiscard]] result<void> {
 public:
  result() noexcept = default;
  result(failure why) : failure_{std::move(why)} {}

  bool has_value() const noexcept { return !failure_; }
  explicit operator bool() const noexcept { return !failure_; }
  const failure& error() const noexcept { return *failure_; }

 private:
  std::optional<failure> failure_;
};

}  // namespace waybill::inline v0
