// What is wrong with a trace, in sentences: oddities of its spans, clocks that disagree, messages nobody
// took.
#pragma once

#include <waybill/analysis/queue_wait.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// The words of to_text are part of the JSON shape: never renamed.
enum class problem_kind : std::uint8_t {
  orphan,
  repeated_span,
  own_parent,
  cycle,
  ends_before_start,
  unfinished,
  absurd_time,
  starts_before_parent,
  clocks_differ,
  negative_wait,
  overlapping_attempts,
  not_started,
  expired,
  unreadable,
};
std::string_view to_text(problem_kind kind) noexcept;

struct problem {
  problem_kind kind;
  std::optional<span_id> span;  // empty where a line stands for many
  std::string sentence;
};

// Collects problems; of each kind only the first few in full, the rest as one line with their number.
class problem_list {
 public:
  // The sentence is made only if it is kept.
  template <class MakeSentence>
  void add(problem_kind kind, const span_id& span, MakeSentence&& make_sentence) {
    auto& count = counts_[static_cast<std::size_t>(kind)];
    if (++count <= most_in_full) list_.push_back({kind, span, make_sentence()});
  }
  // One that stands for the whole trace.
  void add(problem_kind kind, std::string sentence) {
    list_.push_back({kind, std::nullopt, std::move(sentence)});
  }
  std::vector<problem> finish();

  static constexpr std::size_t most_in_full = 10;

 private:
  std::vector<problem> list_;
  std::size_t counts_[static_cast<std::size_t>(problem_kind::unreadable) + 1] = {};
};

// A parent that is missing from a trace of which part has expired counts as expired.
void add_oddities(problem_list& to, const span_forest& forest, node_number node, bool has_expired);
void add_wait_problems(problem_list& to, const message_flow& flow, const queue_wait& wait);
void add_not_started(problem_list& to, const message_flow& flow, node_number enqueued);

}  // namespace waybill::inline v0
