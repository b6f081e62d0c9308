#include <waybill/base/clock.hpp>
#include <waybill/cli/terminal.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/views/json/trace_json.hpp>
#include <waybill/views/terminal/trace_table.hpp>

#include <vector>

namespace waybill::inline v0::cli {

int list(const list_arguments& arguments) {
  auto source = open_source(arguments.source);
  if (!source) return complain(source.error());
  const auto traces = (*source)->newest({.limit = arguments.limit});
  if (!traces) return complain(traces.error());

  std::vector<span_batch> stories;  // the summaries are views into them
  std::vector<trace_summary> summaries;
  std::string json;
  for (const auto& trace : *traces) {
    auto story = (*source)->story(trace);
    if (!story) return complain(story.error());
    const auto summary = summarise(*story, trace);
    if (arguments.look.json) {
      json.append(to_json(summary)).append("\n");
    } else {
      stories.push_back(std::move(*story));
      summaries.push_back(summary);
    }
  }
  tell_problems(**source);
  return print(
      arguments.look.json ? json : views::draw_trace_table(summaries, style_of(arguments.look), wall_now()));
}

}  // namespace waybill::inline v0::cli
