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

inline constexpr unix_nanos story_begin = 1'800'000'000'000'000'000;  // 2027-01-15T08:00:00Z

constexpr unix_nanos at(double seconds) {
  return story_begin + static_cast<std::int64_t>(seconds * 1e9);
}

template <class Id>
Id named(std::string_view name) {
  typename Id::bytes_type bytes{};
  std::memcpy(bytes.data(), name.data(), std::min(name.size(), bytes.size()));
  return *Id::from_bytes(bytes);
}

using attributes_told = std::initializer_list<attribute>;

struct link_told {
  std::string_view trace;
  std::string_view span;
  attributes_told says = {};
};

// Borrows everything: to be told in the expression that makes it.
struct span_told {
  std::string_view id;
  std::string_view parent;  // empty: a root
  double from = 0;
  double to = 0;
  const resource* by = nullptr;
  attributes_told says = {};
  span_kind kind = span_kind::internal;
  std::string_view name = {};  // empty: the id
  std::string_view trace = "trace";
  std::string_view scope = {};
  std::vector<link_told> links = {};
  status_code status = status_code::unset;

  span_told called(std::string_view text) const {
    return changed([&](span_told& s) { s.name = text; });
  }
  span_told in(std::string_view text) const {
    return changed([&](span_told& s) { s.trace = text; });
  }
  span_told made_by(std::string_view text) const {
    return changed([&](span_told& s) { s.scope = text; });
  }
  span_told of_kind(span_kind other) const {
    return changed([&](span_told& s) { s.kind = other; });
  }
  span_told linked(std::vector<link_told> to_spans) const {
    return changed([&](span_told& s) { s.links = to_spans; });
  }
  span_told failed() const {
    return changed([](span_told& s) { s.status = status_code::error; });
  }

 private:
  template <class Change>
  span_told changed(Change&& change) const {
    span_told copy = *this;
    change(copy);
    return copy;
  }
};

inline span_told did(std::string_view id, std::string_view parent, double from, double to, const resource* by,
                     attributes_told says = {}) {
  return {id, parent, from, to, by, says};
}
inline span_told sent(std::string_view id, double from, double to, const resource* by,
                      attributes_told says = {}) {
  return did(id, {}, from, to, by, says).of_kind(span_kind::producer);
}
inline span_told worked(std::string_view id, std::string_view parent, double from, double to,
                        const resource* by, attributes_told says = {}) {
  return did(id, parent, from, to, by, says).of_kind(span_kind::consumer);
}

// web and worker: two processes, on hosts nobody compared.
class story {
  record_arena arena_;
  span_batch batch_;

 public:
  const resource* web = process("web", "w-1");
  const resource* worker = process("worker", "k-1");

  // Without an instance nobody can tell it from others of its name.
  const resource* process(std::string_view service, std::string_view instance, attributes_told more = {}) {
    std::vector<attribute> attributes{{"service.name", service}};
    if (!instance.empty()) attributes.push_back({"service.instance.id", instance});
    attributes.insert(attributes.end(), more);
    return arena_.make(resource{arena_.copy(attributes)});
  }

  span_record& tell(const span_told& told) {
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
    for (const auto& [trace, id, says] : told.links) {
      links.push_back(span_link{.trace = named<trace_id>(trace),
                                .span = named<span_id>(id),
                                .attributes = arena_.copy({says.begin(), says.size()})});
    }
    span.links = arena_.copy_array(links);
    return arena_.spans().emplace_back(span);
  }

  record_arena& arena() { return arena_; }

  // Ends the telling. What is returned lives as long as the story.
  const span_batch& finish() {
    batch_ = arena_.finish();
    return batch_;
  }
  explained_trace explained(std::string_view trace = "trace") {
    return explain(finish(), named<trace_id>(trace));
  }
};

// The first wait of this span; one that says nothing if there is none.
inline const queue_wait& wait_of(const explained_trace& trace, std::string_view span) {
  static const queue_wait nothing{};
  const auto found = std::ranges::find(trace.waits, named<span_id>(span), &queue_wait::work_span);
  return found != trace.waits.end() ? *found : nothing;
}

inline double seconds(const std::optional<std::int64_t>& nanos) {
  return nanos ? static_cast<double>(*nanos) / 1e9 : -1000.0;
}

// No figure, only that it is not negative.
inline bool is_bounded(const queue_wait& wait, wait_rule rule) {
  return wait.rule == rule && !wait.duration && !wait.exact && wait.low == 0;
}

}  // namespace waybill::testing
