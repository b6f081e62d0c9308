#include <waybill/base/clock.hpp>
#include <waybill/cli/terminal.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/views/terminal/wait_table.hpp>
#include <waybill/wire/read_answers.hpp>

namespace waybill::inline v0::cli {

int waits(const waits_arguments& arguments) {
  auto source = open_source(arguments.source);
  if (!source) return complain(source.error());
  wait_query query;
  if (arguments.since != 0) query.from = wall_now() - arguments.since;
  const auto queues = (*source)->waits(query);
  if (!queues) return complain(queues.error());
  tell_problems(**source);
  return print(arguments.look.json ? read_answers::encode_waits(*queues) + "\n"
                                   : views::draw_wait_table(*queues, style_of(arguments.look)));
}

}  // namespace waybill::inline v0::cli
