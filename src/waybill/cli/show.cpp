#include <waybill/cli/terminal.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/views/json/trace_json.hpp>
#include <waybill/views/terminal/waterfall.hpp>

namespace waybill::inline v0::cli {

int show(const show_arguments& arguments) {
  auto source = open_source(arguments.source);
  if (!source) return complain(source.error());
  const auto trace = resolve_trace(**source, arguments.trace);
  if (!trace) return complain(trace.error());
  const auto story = (*source)->story(*trace);
  if (!story) return complain(story.error());
  const auto explained = explain(*story, *trace);
  if (arguments.look.json) return print(to_json(explained) + "\n");
  auto style = style_of(arguments.look);
  style.most_rows = arguments.rows;
  return print(views::draw_waterfall(explained, style));
}

}  // namespace waybill::inline v0::cli
