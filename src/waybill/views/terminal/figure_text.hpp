// The length of a wait as a table shows it: 30.2 s, ~30.2 s by two clocks, ≤ or ≥ where only a bound is known, ? else.
#pragma once

#include <waybill/analysis/wait_phrase.hpp>

#include <string>

namespace waybill::inline v0::views {

std::string figure_text(const wait_figure& figure, bool ascii);

}  // namespace waybill::inline v0::views
