// What the program can do. Each returns the exit code: 0, 1 when it did not work out (told on stderr), 2 for bad usage.
#pragma once

#include <waybill/cli/arguments.hpp>

namespace waybill::inline v0::cli {

int serve(const serve_arguments& arguments);  // until Ctrl-C or SIGTERM
int list(const list_arguments& arguments);
int show(const show_arguments& arguments);
int waits(const waits_arguments& arguments);
int export_traces(const export_arguments& arguments);
int decode_text(const decode_arguments& arguments);

// One line on stderr; the exit code for it.
int complain(const failure& why);

}  // namespace waybill::inline v0::cli
