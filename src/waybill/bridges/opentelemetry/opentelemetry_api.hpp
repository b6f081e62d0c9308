// What of opentelemetry-cpp's API the bridge uses. Headers alone; both of its ABI versions.
#pragma once

#if !__has_include(<opentelemetry/version.h>)
#error \
    "waybill: this header needs opentelemetry-cpp's API (find_package(opentelemetry-cpp), target opentelemetry-cpp::api)"
#endif

#include <opentelemetry/baggage/baggage_context.h>
#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>
#include <opentelemetry/version.h>

#include <string_view>

namespace waybill::inline v0::opentelemetry_bridge {

namespace api = ::opentelemetry;

// Their string_view is std's or their own, as the API was built.
inline api::nostd::string_view to_theirs(std::string_view text) noexcept {
  return {text.data(), text.size()};
}
inline std::string_view to_ours(api::nostd::string_view text) noexcept {
  return {text.data(), text.size()};
}

}  // namespace waybill::inline v0::opentelemetry_bridge
