// The table of tools whose spans tell of queues: by what a span is recognised, and what may be concluded from
// it.
//
// A new tool is a new row. A row claims only what that tool's own code does; whatever is not known to be
// harmless is taken to hide a delay, because a delay sold as waiting is worse than no figure.
#pragma once

#include <waybill/analysis/messaging_attributes.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

enum class message_role : std::uint8_t {
  none,
  enqueue,  // hands a message to the queue
  process,  // works on a message
  receive,  // asks the queue for messages: idle time, never work
  queued,   // a wait that somebody drew as a span
  opens,    // ends a queue's pause: its messages can be taken from now on
};

// Whether a message can be held back on purpose before it may be worked on.
enum class delay_rule : std::uint8_t {
  none,                    // the queue has no such thing
  shown,                   // an attribute tells; no attribute means no delay
  hidden,                  // possible, and no span tells of it
  seldom,                  // the same, with a tool that is mostly used without
  by_a_call,               // asked for by a call of its own, which a traced sender shows
  hidden_without_run,      // hidden for messages that belong to no run (Temporal's standalone activities)
  hidden_outside_streams,  // Redis: entries of a stream can be read at once, lists and sets are what the
                           // program makes of them
};

// What the start of a processing span is.
enum class handler_rule : std::uint8_t {
  wrapped,    // the handler begins with the span
  delivered,  // the message has arrived; the handler begins now or later
};

struct role_word {
  std::string_view word;  // the whole text, or what stands before a '.' in it
  message_role role;
  std::optional<delay_rule> delay = {};  // where it differs from the row's
};

struct tool_signature {
  enum class sign : std::uint8_t {
    has_attribute,     // key is there
    attribute_begins,  // the text under key begins with value
    scope_begins,      // the instrumentation scope's name begins with value
    name_fits,         // the name is one of the words, a ':' and more
    system_is,         // messaging.system, spellings folded
    any_messaging,     // any messaging attribute, or kind producer or consumer
  };
  enum class words_in : std::uint8_t { operation, name };  // name: up to the first ':' if there is one

  std::string_view tool;
  sign known_by;
  std::string_view key;
  std::string_view value;
  words_in look_in;
  std::span<const role_word> words;
  bool words_are_all;  // a span that none of the words fits has no role; else its kind decides
  delay_rule delay;
  handler_rule handler;
  bool receive_handles;   // its receive spans are about one message and its handler, not about asking
  bool engine_clock;      // times of spans in its engine's runs are the engine's
  bool retry_is_message;  // a retry is enqueued anew, by a span of its own
  bool direct_route;      // a message worked on under another name than it was sent to went a way of its own
  bool run_has_steps;     // several messages of one run may depend on each other
  plain_names plain;
};

// The first row that fits; null when nothing about the span speaks of messages.
const tool_signature* find_tool(const span_record& span, std::string_view system) noexcept;

// messaging.system as the conventions spell it: aws.sqs and AmazonSQS are aws_sqs.
std::string_view canonical_system(std::string_view system) noexcept;

}  // namespace waybill::inline v0
