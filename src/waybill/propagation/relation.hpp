// How a task relates to whoever sent its message: as a child, by a link, or not at all.
#pragma once

#include <cstdint>
#include <optional>

namespace waybill::inline v0 {

enum class relation : std::uint8_t {
  parent,  // in the sender's trace, as a child of its span
  link,    // in a trace of its own, with a link to the sender's span
  fresh,   // in a trace of its own, without a trace of the sender
};

// What is known of a message when its task starts.
struct message_circumstances {
  bool batched = false;                  // one of several that are worked on together
  bool scheduled = false;                // by a timetable (cron), not by a request
  bool replayed = false;                 // sent again by hand or by a tool, long after its trace has ended
  std::optional<std::int64_t> age = {};  // ns since it was created
};

struct relation_rule {
  std::optional<relation> always = {};  // what the user configured for this queue or task
  std::optional<std::int64_t> max_age =
      {};  // ns; an older message is linked: its trace has long been looked at
};

// The user's word if there is one. Otherwise one message continues its sender's trace; batches, timetables, replays and
// messages over max_age are linked: they would make one trace of thousands of tasks, or one that never ends.
constexpr relation choose_relation(const relation_rule& rule, const message_circumstances& message) noexcept {
  if (rule.always) return *rule.always;
  const bool too_old = rule.max_age && message.age && *message.age > *rule.max_age;
  return message.batched || message.scheduled || message.replayed || too_old ? relation::link
                                                                             : relation::parent;
}

}  // namespace waybill::inline v0
