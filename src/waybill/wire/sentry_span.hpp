// What the spans of transactions and those of span v2 have in common: put together here, and judged at the end.
//
// Private to this room. Throws what sentry_values.hpp throws.
#pragma once

#include <waybill/wire/sentry_process.hpp>
#include <waybill/wire/sentry_values.hpp>

#include <cstdint>
#include <set>
#include <string_view>

namespace waybill::inline v0::sentry_envelope {

// Collects on top of the builder's stacks, so that only one is open at a time.
class open_span {
 public:
  open_span(record_builder& to, sender& by) noexcept : to_(to), by_(by), bottom_(to.attributes.size()) {}

  std::string_view trace{};
  std::string_view id{};
  std::string_view parent{};
  std::string_view name{};
  std::string_view op{};
  std::string_view origin{};
  std::string_view status{};
  std::optional<unix_nanos> start{};
  std::optional<unix_nanos> end{};

  // Keeps it, or takes it for what it says about the span or its sender.
  void add(std::string_view key, const attribute_value& value);
  // Keeps it, unless there is one of that name.
  void add_missing(std::string_view key, const attribute_value& value);
  void read_links(json_value& from);
  // It begins a segment, so that its parent, if it has one, is another process's; and is told what the head of the trace
  // decided.
  void begin_segment(const surroundings& in);

  // Adds the span to the records, or counts it as rejected, with the reason. What our own exporter has put beside a task
  // for Sentry's Queues page is neither: the task is there.
  void finish(const resource* from);

 private:
  void keep(std::string_view key, const attribute_value& value);

  record_builder& to_;
  sender& by_;
  std::size_t bottom_;
  std::set<std::string_view> names_{};  // of what is kept; empty as long as looking through it is quicker
  std::string_view kind_{};
  std::string_view status_message_{};
  std::uint32_t dropped_links_ = 0;
  bool is_twin_ = false;
  bool begins_segment_ = false;
};

}  // namespace waybill::inline v0::sentry_envelope
