// Sentry's words for what a span is and how it ended, and ours: both ways.
//
// An op says more than a kind, and a status word more than a code; where both sides can keep a word it is kept
// beside (sentry.op, the status message).
#pragma once

#include <waybill/record/span_record.hpp>

#include <string_view>

namespace waybill::inline v0::sentry_words {

// The kind of span that an op belongs to (queue.publish: producer, queue.task.celery: consumer); unspecified
// where it says nothing about that.
span_kind kind_of_op(std::string_view op) noexcept;

// The op of a span of which nothing is known but its kind; empty for internal and unspecified ones.
std::string_view op_of_kind(span_kind kind) noexcept;

struct status {
  status_code code = status_code::unset;
  std::string_view message{};  // the word, where it says why
};

// ok is ok, every other of the 17 words an error with that word as its message, as Sentry's own SDKs have it.
// A word that is none of them ends up unset, with the word as message; absent and unknown say nothing.
status read_status(std::string_view word) noexcept;

// One of the 17 words: the message of an error where it is one, otherwise internal_error. Empty: leave it out.
std::string_view status_word(status_code code, std::string_view message) noexcept;

}  // namespace waybill::inline v0::sentry_words
