// The program's own description of its verbs and options, from the one place where they are declared: the manual page and
// the completions of shells. The build writes them with the hidden verb `describe`.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace waybill::inline v0::cli {

// What `waybill describe` can write.
enum class reference_kind : unsigned char { man, bash, zsh, fish };

std::string describe(const CLI::App& program, reference_kind kind);

}  // namespace waybill::inline v0::cli
