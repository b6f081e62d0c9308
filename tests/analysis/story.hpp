// Makes up traces for tests, in seconds and short names.
#pragma once

#include <waybill/analysis/explained_trace.hpp>
#include <waybill/record/record_arena.hpp>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace waybill::testing {

inline constexpr unix_nanos story_begin = 1'800'000'000'000'000'000;

constexpr unix_nanos at(double seconds) {
  return story_begin + static_cast<std::int64_t>(seconds * 1e9);
}

template <class Id>
Id named(std::string_view name) {
  typename Id::bytes_type bytes{};
  std::memcpy(bytes.data(), name.data(), std::min(name.size(), bytes.size()));
  return *Id::from_bytes(bytes);
}

struct told_link {
  std::string_view trace;
  std::string_view span;
};

struct told_span {
  std::string_view id;
  std::string_view name = {};
  std::string_view parent = {};
  span_kind kind = span_kind::internal;
  double from = 0;
  double to = 0;
  const resource* by = nullptr;
  std::initializer_list<attribute> says = {};
  std::vector<told_link> links = {};
  std::string_view trace = "trace";
  std::string_view scope = {};
  status_code status = status_code::unset;
};

class story {
 public:
  // A process with an id of its own, unless instance is empty.
  const resource* process(std::string_view service, std::string_view instance,
                          std::initializer_list<attribute> more = {}) {
    std::vector<attribute> attributes{{"service.name", service}};
    if (!instance.empty()) attributes.push_back({"service.instance.id", instance});
    attributes.insert(attributes.end(), more);
    return arena_.make(resource{arena_.copy(attributes)});
  }

  story& tell(const told_span& told) {
    span_record span{.trace = named<trace_id>(told.trace), .span = named<span_id>(told.id)};
    if (!told.parent.empty()) span.parent = named<span_id>(told.parent);
    span.kind = told.kind;
    span.name = arena_.copy(told.name.empty() ? told.id : told.name);
    span.start = at(told.from);
    span.end = at(told.to);
    span.status = told.status;
    span.resource = told.by;
    span.attributes = arena_.copy({told.says.begin(), told.says.size()});
    if (!told.scope.empty()) span.scope = arena_.make(instrumentation_scope{.name = arena_.copy(told.scope)});
    std::vector<span_link> links;
    for (const auto& [trace, id] : told.links) {
      links.push_back(span_link{.trace = named<trace_id>(trace), .span = named<span_id>(id)});
    }
    span.links = arena_.copy_array(links);
    arena_.spans().push_back(span);
    return *this;
  }

  record_arena& arena() { return arena_; }
  span_batch finish() { return arena_.finish(); }

 private:
  record_arena arena_;
};

// The wait of the only delivery that this span worked on.
inline const queue_wait& wait_of(const explained_trace& trace, std::string_view span) {
  for (const auto& wait : trace.waits) {
    if (wait.work_span == named<span_id>(span)) return wait;
  }
  static const queue_wait nothing{};
  return nothing;
}

inline double seconds(const std::optional<std::int64_t>& nanos) {
  return nanos ? static_cast<double>(*nanos) / 1e9 : -1000.0;
}

}  // namespace waybill::testing
