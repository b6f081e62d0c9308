// The session of this process, and its end: by its destructor, or when the process leaves through exit() without that.
#pragma once

#include <chrono>

namespace waybill::inline v0 {

class tracer;
class batching_sink;

// Makes it the one that end_session ends. Sees to it that exit() does so too, in the middle of a task for example: before
// the libraries that the exporting thread uses are torn down under it.
void begin_session(tracer& made, batching_sink& sink, std::chrono::milliseconds flush_limit) noexcept;

// Flushes, at most flush_limit, and stops recording; contexts still travel. Once; for whoever comes first.
void end_session() noexcept;

}  // namespace waybill::inline v0
