// The terminal that the program writes to: how wide it is, whether it shows colours, and writing without half lines.
#pragma once

#include <waybill/cli/arguments.hpp>
#include <waybill/views/terminal/style.hpp>

#include <string_view>

namespace waybill::inline v0::cli {

views::terminal_style style_of(const look_arguments& look);

// To standard output; the exit code for that. That nobody reads any more (a closed pipe) is no error, a full disk is.
int print(std::string_view text);

}  // namespace waybill::inline v0::cli
