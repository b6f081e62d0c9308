// Words for one wait, as the verdict puts them together.
#pragma once

#include <waybill/analysis/queue_wait.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// What there is room for in a column.
enum class figure_kind : std::uint8_t {
  exact,
  about,     // two clocks, or too short to be told from overhead
  at_most,   // delay, backoff or another step's time may be in it
  at_least,  // until the message came; the handler began then or later
  unknown,
};
std::string_view to_text(figure_kind kind) noexcept;  // part of the JSON shape

struct wait_figure {
  figure_kind kind;
  std::int64_t nanos;
};
wait_figure figure_of(const queue_wait& wait) noexcept;

// Too little to be worth a figure in a sentence that rounds to step, or to be told from what sending and starting take.
bool is_short(const queue_wait& wait, std::int64_t step) noexcept;

// `queued on "deployment"`; without a queue's name `queued for build_image`.
std::string place_of(const queue_wait& wait);

// Before the figure: `about `, `up to ` or nothing.
std::string_view how_sure(const queue_wait& wait) noexcept;

// After it: what the time may hold besides waiting, or whose clocks it rests on. Empty if it is plain.
std::string_view reservation(const queue_wait& wait) noexcept;

// `, behind report:monthly and 2 more on worker-2`; empty if nothing is known.
std::string behind_phrase(const queue_wait& wait);

}  // namespace waybill::inline v0
