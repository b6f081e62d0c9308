// Stands for any other tracing SDK: it keeps its own current span, one a thread, and knows nothing of waybill.
#pragma once

#include <optional>
#include <string>

namespace other_sdk {

struct span_context {
  std::string trace_id;  // 32 hex digits
  std::string span_id;   // 16
  bool sampled = true;
  std::string tracestate;
  std::string baggage;
};

inline thread_local std::optional<span_context> current_span;

// Makes a span current, and brings back what was.
class scope {
 public:
  explicit scope(span_context entered) : before_(current_span) { current_span = std::move(entered); }
  ~scope() { current_span = before_; }
  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;

 private:
  std::optional<span_context> before_;
};

}  // namespace other_sdk
