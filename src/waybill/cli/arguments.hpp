// The command line, read and checked.
#pragma once

#include <waybill/cli/trace_source.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace waybill::inline v0::cli {

struct serve_arguments {
  std::string store;
  std::string listen{default_address};
  std::string grpc;  // an address, "off", or empty: the default
  std::string token;
  bool sync_full = false;
  std::string keep{"7d"};
  std::string max_disk{"10GiB"};
};

enum class color_choice : unsigned char { automatic, always, never };

struct look_arguments {
  std::optional<std::size_t> width;
  color_choice color = color_choice::automatic;
  bool ascii = false;
  bool json = false;
};

struct list_arguments {
  source_choice source;
  look_arguments look;
  std::size_t limit = 20;
};

struct show_arguments {
  source_choice source;
  look_arguments look;
  std::string trace = "latest";
  std::size_t rows = 500;
};

struct waits_arguments {
  source_choice source;
  look_arguments look;
  std::int64_t since = 0;  // ns before now; 0: all there is
};

struct export_arguments {
  source_choice source;
  std::string trace;
  std::int64_t since = 0;  // ns before now; 0: one trace
  std::string output;
};

struct decode_arguments {
  std::vector<std::string> text;  // nothing: standard input
  look_arguments look;            // of it, whether JSON, and the colour
};

// The program is done already (--help, --version, bad usage): end with this code.
struct finished {
  int exit_code;
};

// Bad usage is told on stderr in one line, and ends with 2.
std::variant<finished, serve_arguments, list_arguments, show_arguments, waits_arguments, export_arguments,
             decode_arguments>
read_arguments(int argc, char** argv);

}  // namespace waybill::inline v0::cli
