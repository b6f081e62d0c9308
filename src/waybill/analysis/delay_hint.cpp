#include <waybill/analysis/delay_hint.hpp>

#include <waybill/analysis/message_flow.hpp>
#include <waybill/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {
namespace {

constexpr std::array<std::string_view, 9> words{"delay", "countdown",  "schedul", "defer",  "postpone",
                                                "later", "not_before", "run_at",  "backoff"};

constexpr std::size_t longest_looked_at = 512;  // characters of one text
constexpr std::size_t most_looked_at = 1000;    // spans

bool has_word(std::string_view text) noexcept {
  text = text.substr(0, longest_looked_at);
  return std::ranges::any_of(words, [&](std::string_view word) {
    const auto same = [](char a, char b) { return ascii_lower(a) == b; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
  });
}

bool has_word(const span_record& span) noexcept {
  return has_word(span.name) || std::ranges::any_of(span.attributes, [](const attribute& one) {
           return has_word(one.key) || has_word(one.value.as_text());
         });
}

}  // namespace

bool speaks_of_delay_inside(const span_forest& forest, node_number around, unix_nanos until) {
  const auto sender = forest[around].sender;
  std::vector<node_number> left{around};
  for (std::size_t looked_at = 0; !left.empty() && looked_at < most_looked_at; ++looked_at) {
    const node_number node = left.back();
    left.pop_back();
    if (forest[node].sender != sender || forest[node].start > until) continue;
    if (has_word(*forest[node].record)) return true;
    const auto children = forest.children(node);
    left.insert(left.end(), children.begin(), children.end());
  }
  return !left.empty();  // too much to look at
}

bool speaks_of_delay(const span_forest& forest, node_number sent_by) noexcept {
  const auto sender = forest[sent_by].sender;
  node_number node = sent_by;
  for (int hop = 0; hop < most_hops && node != no_node && forest[node].sender == sender; ++hop) {
    if (has_word(*forest[node].record)) return true;
    node = forest[node].parent;
  }
  return false;
}

}  // namespace waybill::inline v0
