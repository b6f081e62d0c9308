// One variable of the environment, as all that read some see it.
#pragma once

#include <waybill/base/ascii.hpp>
#include <waybill/base/function_ref.hpp>
#include <waybill/base/result.hpp>

#include <string>
#include <string_view>

namespace waybill::inline v0 {

// getenv, or a test's.
using environment_getter = function_ref<const char*(const char*)>;

// Unset and empty mean the same (OpenTelemetry, environment variable specification, "Parsing empty value").
inline std::string_view environment_value(environment_getter get, const char* name) {
  const char* const value = get(name);
  return value == nullptr ? std::string_view{} : trim_ows(value);
}

// A value that cannot be used.
inline failure wrong_environment_value(const char* name, std::string_view value, std::string_view wanted) {
  return failure{failure_code::invalid_argument,
                 std::string{name}.append(" is \"").append(value).append("\"; it should be ").append(wanted)};
}

inline bool is_switched_off(std::string_view value) noexcept {
  return value == "off" || value == "false" || value == "0";
}

}  // namespace waybill::inline v0
