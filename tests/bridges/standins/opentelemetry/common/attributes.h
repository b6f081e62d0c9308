#pragma once

#include <opentelemetry/nostd/standard_types.h>

#include <chrono>
#include <cstdint>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace common {

using AttributeValue =
    nostd::variant<bool, std::int32_t, std::int64_t, std::uint32_t, double, const char*, nostd::string_view,
                   nostd::span<const bool>, nostd::span<const std::int32_t>, nostd::span<const std::int64_t>,
                   nostd::span<const std::uint32_t>, nostd::span<const double>,
                   nostd::span<const nostd::string_view>, std::uint64_t, nostd::span<const std::uint64_t>,
                   nostd::span<const std::uint8_t>>;

class KeyValueIterable {
 public:
  virtual ~KeyValueIterable() = default;
  virtual bool ForEachKeyValue(
      nostd::function_ref<bool(nostd::string_view, AttributeValue)> visit) const noexcept = 0;
  virtual std::size_t size() const noexcept = 0;
};

template <class Clock>
class Timestamp {
 public:
  Timestamp() noexcept = default;
  explicit Timestamp(std::chrono::nanoseconds since) noexcept : since_(since) {}
  Timestamp(typename Clock::time_point when) noexcept : since_(when.time_since_epoch()) {}
  std::chrono::nanoseconds time_since_epoch() const noexcept { return since_; }

 private:
  std::chrono::nanoseconds since_{};
};
using SystemTimestamp = Timestamp<std::chrono::system_clock>;
using SteadyTimestamp = Timestamp<std::chrono::steady_clock>;

}  // namespace common
OPENTELEMETRY_END_NAMESPACE
