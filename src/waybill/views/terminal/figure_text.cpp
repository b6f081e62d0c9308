#include <waybill/views/terminal/figure_text.hpp>

#include <waybill/analysis/duration_text.hpp>

namespace waybill::inline v0::views {

std::string figure_text(const wait_figure& figure, bool ascii) {
  std::string text = duration_text(figure.nanos);
  switch (figure.kind) {
    case figure_kind::exact:
      return text;
    case figure_kind::about:
      return "~" + text;
    case figure_kind::at_most:
      return (ascii ? "<" : "≤ ") + text;
    case figure_kind::at_least:
      return (ascii ? ">" : "≥ ") + text;
    case figure_kind::unknown:
      break;
  }
  return "?";
}

}  // namespace waybill::inline v0::views
