// The decision on sampling for formats and SDKs that cannot leave it open.
#pragma once

#include <waybill/context/trace_context.hpp>

namespace waybill::inline v0 {

// The context's own; where it is deferred, what this process's sampler says. Still deferred when waybill was not started.
sampling_decision decided_sampling(const trace_context& context) noexcept;

}  // namespace waybill::inline v0
