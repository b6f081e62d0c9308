#include <waybill/analysis/delay_hint.hpp>

#include <waybill/analysis/message_flow.hpp>
#include <waybill/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace waybill::inline v0 {
namespace {

constexpr std::array<std::string_view, 9> words{"delay", "countdown",  "schedul", "defer",  "postpone",
                                                "later", "not_before", "run_at",  "backoff"};

constexpr std::size_t longest_looked_at = 512;  // characters of one text

bool has_word(std::string_view text) noexcept {
  text = text.substr(0, longest_looked_at);
  return std::ranges::any_of(words, [&](std::string_view word) {
    const auto same = [](char a, char b) { return ascii_lower(a) == b; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
  });
}

}  // namespace

bool speaks_of_delay(const span_forest& forest, node_number sent_by) noexcept {
  const auto sender = forest[sent_by].sender;
  node_number node = sent_by;
  for (int hop = 0; hop < most_hops && node != no_node && forest[node].sender == sender; ++hop) {
    const auto& span = *forest[node].record;
    const bool said = has_word(span.name) || std::ranges::any_of(span.attributes, [](const attribute& one) {
                        return has_word(one.key) || has_word(one.value.as_text());
                      });
    if (said) return true;
    node = forest[node].parent;
  }
  return false;
}

}  // namespace waybill::inline v0
