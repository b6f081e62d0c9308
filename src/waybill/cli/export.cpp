#include <waybill/base/clock.hpp>
#include <waybill/cli/terminal.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/store/sqlite/slice_export.hpp>

#include <string>

namespace waybill::inline v0::cli {
namespace {

constexpr std::size_t most_traces = 10'000;  // of a time: what one file may hold and still be mailed

result<std::size_t> export_one(trace_source& source, const std::string& name, slice_export& to) {
  const auto trace = resolve_trace(source, name);
  if (!trace) return trace.error();
  auto story = source.story(*trace);
  if (!story) return story.error();
  if (story->span_count() + story->log_count() == 0) {
    return failure{failure_code::not_found, "there is no trace " + trace->to_hex()};
  }
  if (auto written = to.add(std::move(*story)); !written) return written.error();
  return std::size_t{1};
}

result<std::size_t> export_since(trace_source& source, unix_nanos since, slice_export& to) {
  const auto traces = source.newest({.limit = most_traces, .stored_since = since});
  if (!traces) return traces.error();
  // From the oldest on: whoever lists the file sees the same order.
  for (auto trace = traces->rbegin(); trace != traces->rend(); ++trace) {
    auto records = source.read(*trace);
    if (!records) return records.error();
    if (auto written = to.add(std::move(*records)); !written) return written.error();
  }
  return traces->size();
}

}  // namespace

int export_traces(const export_arguments& arguments) {
  auto source = open_source(arguments.source);
  if (!source) return complain(source.error());
  auto file = slice_export::create(arguments.output);
  if (!file) return complain(file.error());
  const auto count = arguments.since != 0 ? export_since(**source, wall_now() - arguments.since, **file)
                                          : export_one(**source, arguments.trace, **file);
  if (!count) return complain(count.error());
  tell_problems(**source);
  if (*count == 0) return complain({failure_code::not_found, "nothing was stored in that time"});
  if (auto finished = (*file)->finish(); !finished) return complain(finished.error());
  const std::string what = *count == 1 ? "a trace" : std::to_string(*count) + " traces";
  return print(what + " in " + arguments.output + "; look at it with waybill show --from " +
               arguments.output + "\n" +
               (*count == most_traces ? "waybill: there were more; these are the newest.\n" : ""));
}

}  // namespace waybill::inline v0::cli
