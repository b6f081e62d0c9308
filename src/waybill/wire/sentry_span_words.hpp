// A span in Sentry's words: what kind of work it was, who made it, how it ended, what it has beside its attributes.
#pragma once

#include <waybill/record/span_record.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace waybill::inline v0::sentry_words {

// sentry.op where the span has it, else by its messaging, db, http and rpc attributes, else by its kind. Empty: unknown.
std::string_view op_of(const span_record& span) noexcept;

// One of the 17 words. A span that nobody gave a status went well: left out, Sentry would count it as not ok.
std::string_view status_of(const span_record& span) noexcept;

// sentry.origin; auto.queue.<system> for a task of ours; else manual.
std::string origin_of(const span_record& span);

// Whether a segment begins with the span: nothing in this process is its parent.
bool begins_segment(const span_record& span) noexcept;

// Where a segment's name is from, which says whether it may be grouped by: task, route, url or custom.
std::string_view name_source_of(const span_record& span) noexcept;

// Sentry's Queues page counts spans with the op queue.process and no others. A span that works on a message and has a
// better op (hatchet.task) gets one beside it, its child, of the same times, status and messaging attributes. The
// attribute waybill.span = queue_process tells it from a real one. Its id; empty where there is none.
std::optional<span_id> queue_process_twin(const span_record& span) noexcept;
bool twin_has(std::string_view attribute_key) noexcept;

// What Sentry shall know of a span beside its attributes. Views live as long as the record.
class extra_attributes {
 public:
  explicit extra_attributes(const span_record& span) noexcept;
  std::span<const attribute> view() const noexcept { return {all_.data(), count_}; }

 private:
  std::array<attribute, 5> all_;
  std::size_t count_ = 0;
};

}  // namespace waybill::inline v0::sentry_words
