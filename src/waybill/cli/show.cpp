#include <waybill/cli/terminal.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/record/store_notes.hpp>
#include <waybill/views/json/trace_json.hpp>
#include <waybill/views/terminal/waterfall.hpp>

#include <optional>
#include <string>

namespace waybill::inline v0::cli {

namespace {

// A trace of which nothing is here, and what is known about that.
std::optional<failure> why_nothing(const span_batch& story, const trace_id& trace) {
  std::string note;
  bool something = false;
  story.for_each_span([&](const span_record& span) { something = something || span.trace == trace; });
  story.for_each_log([&](const log_record& log) {
    if (!log.trace || *log.trace != trace) return;
    if (store_notes::is_note(log.event_name)) {
      note = log.body.as_text();
    } else {
      something = true;
    }
  });
  if (something) return std::nullopt;
  return failure{failure_code::not_found, note.empty() ? "there is no trace " + trace.to_hex() : note};
}

}  // namespace

int show(const show_arguments& arguments) {
  auto source = open_source(arguments.source);
  if (!source) return complain(source.error());
  const auto trace = resolve_trace(**source, arguments.trace);
  if (!trace) return complain(trace.error());
  const auto story = (*source)->story(*trace);
  if (!story) return complain(story.error());
  tell_problems(**source);
  if (const auto nothing = why_nothing(*story, *trace)) return complain(*nothing);
  const auto explained = explain(*story, *trace);
  if (arguments.look.json) return print(to_json(explained) + "\n");
  auto style = style_of(arguments.look);
  style.most_rows = arguments.rows;
  return print(views::draw_waterfall(explained, style));
}

}  // namespace waybill::inline v0::cli
