// One trace of Jaeger's JSON: its spans, and the processes that they name. Private to this room.
#pragma once

#include <waybill/wire/json_text.hpp>

#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace waybill::inline v0::jaeger_json {

// Throws what otlp_json_values.hpp names.
class trace_reading {
 public:
  explicit trace_reading(record_builder& to) noexcept : to_(to) {}

  // A field of the trace's object; false if it is none that a trace has.
  bool read(std::string_view key, json_value& content);

 private:
  void read_span(json_value& from);
  // Spans come before their processes: each process has its place from when it is first named.
  resource* process(std::string_view id);
  void read_process(json_value& from, resource& into);

  record_builder& to_;
  std::unordered_map<std::string_view, resource*> processes_;
};

}  // namespace waybill::inline v0::jaeger_json
