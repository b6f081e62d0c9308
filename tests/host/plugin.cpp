// A plug-in that was linked with a copy of waybill of its own.
#include "plugin.hpp"

#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <optional>
#include <string>

namespace {

std::optional<waybill::result<waybill::session>> tracing;

const plugin offered{
    .start =
        [](const char* service, const char* collector) {
          tracing.emplace(waybill::start({.service_name = service, .export_to = collector}));
        },
    .begin_span = [](const char* name) -> void* {
      return new waybill::active_span{waybill::start_detached_span(name)};
    },
    .end_span = [](void* span) { delete static_cast<waybill::active_span*>(span); },
    .traceparent =
        [] {
          thread_local std::string text;
          text = waybill::inject_trace_context()["traceparent"];
          return text.c_str();
        },
    .end = [] { tracing.reset(); },
};

}  // namespace

extern "C" [[gnu::visibility("default")]] const plugin* offered_plugin() {
  return &offered;
}
