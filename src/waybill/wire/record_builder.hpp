// Where decoders of this room put together records: an arena, a budget of memory, and stacks for what is
// still open.
//
// Attributes, events and links of nested messages arrive before their owner is complete. Each level pushes
// onto the same stack, takes its own part off the top when it ends, and so needs no vector of its own.
#pragma once

#include <waybill/record/record_arena.hpp>
#include <waybill/wire/decoded_records.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

// Thrown when a body wants more memory than its limit; caught where the decoder was entered.
struct over_memory_limit {};

class record_builder {
 public:
  explicit record_builder(const decode_limits& limits) noexcept
      : max_depth(limits.depth), memory_left_(limits.memory) {}

  record_arena arena;
  decode_report report;
  std::vector<attribute> attributes;
  std::vector<attribute_value> elements;
  std::vector<span_event> events;
  std::vector<span_link> links;
  std::vector<entity_ref> entities;
  std::vector<std::string_view> keys;
  const unsigned max_depth;

  void spend(std::size_t bytes) {
    if (bytes > memory_left_) throw over_memory_limit{};
    memory_left_ -= bytes;
  }

  template <class T>
  void push(std::vector<T>& stack, const T& value) {
    spend(sizeof(T));
    stack.push_back(value);
  }

  // Moves what lies above `bottom` into the arena.
  template <class T>
  std::span<const T> take(std::vector<T>& stack, std::size_t bottom) {
    const std::size_t count = stack.size() - bottom;
    if (count == 0) return {};
    T* const to = arena.allocate<T>(count);
    std::uninitialized_copy(stack.begin() + static_cast<std::ptrdiff_t>(bottom), stack.end(), to);
    stack.resize(bottom, stack.front());
    return {to, count};
  }

  // Only the first problem is told: the others are its siblings, as a rule.
  void note(std::string_view problem) {
    if (report.first_problem.empty()) report.first_problem = problem;
  }

  // Appends a span or log record whose fields are filled in place; drop_last takes it back.
  span_record& add_span() {
    spend(sizeof(span_record));
    return arena.spans().emplace_back(
        span_record{.trace = placeholder<trace_id>(), .span = placeholder<span_id>()});
  }
  log_record& add_log() {
    spend(sizeof(log_record));
    return arena.logs().emplace_back();
  }
  void reject_last_span(std::string_view why) {
    arena.spans().pop_back();
    ++report.rejected_spans;
    note(why);
  }
  void reject_last_log(std::string_view why) {
    arena.logs().pop_back();
    ++report.rejected_logs;
    note(why);
  }

  decoded_records finish() { return {arena.finish(), std::move(report)}; }

 private:
  template <class Id>
  static Id placeholder() noexcept {
    typename Id::bytes_type ones;
    ones.fill(0xFF);
    return *Id::from_bytes(ones);
  }

  std::size_t memory_left_;
};

// Times beyond the year 2262 do not fit a signed count; the latest one that does stands for them.
constexpr unix_nanos to_unix_nanos(std::uint64_t nanos) noexcept {
  constexpr auto latest = std::numeric_limits<unix_nanos>::max();
  return nanos > static_cast<std::uint64_t>(latest) ? latest : static_cast<unix_nanos>(nanos);
}

constexpr span_kind to_span_kind(std::int64_t number) noexcept {
  return number >= 0 && number <= 5 ? static_cast<span_kind>(number) : span_kind::unspecified;
}

constexpr status_code to_status_code(std::int64_t number) noexcept {
  return number >= 0 && number <= 2 ? static_cast<status_code>(number) : status_code::unset;
}

}  // namespace waybill::inline v0
