// Text that somebody pasted: finds the trace headers in it, whatever queue's message or dump it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0::decode {

inline constexpr std::size_t max_text_size = std::size_t{1} << 20;

struct found_header {
  std::string place;  // "headers.headers"; empty: the message itself
  std::string key;    // as it stands there
  std::string name;   // the header that it is
  std::string value;
};

// What else a message says that matters here: when it was sent, which attempt it is.
struct message_fact {
  std::string key;
  std::string value;
};

struct message_text {
  std::string kind;                   // "Celery message", "headers", "traceparent": in words
  std::string written_by;             // who writes to the first place that has headers; empty: not known
  std::vector<found_header> headers;  // the outer ones first
  std::vector<message_fact> facts;
  std::vector<std::string> notes;  // sentences about the text itself: how many messages, what it lacks
};

// Never fails; without headers, there was nothing that is known. What is beyond max_text_size is not looked at, and neither is
// what lies deeper than a message's headers can. Nothing is evaluated: of a pickle, its strings are looked at.
message_text read_message(std::string_view text);

}  // namespace waybill::inline v0::decode
