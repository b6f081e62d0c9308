#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace demo {
namespace {

constexpr const char* usage =
    "usage: ./dev demo [--wait SECONDS] [--keep] [--break inject|extract|collector]\n"
    "  --wait 30.2s   how long the deploy waits for the worker; 3 s unless given\n"
    "  --keep         leave the collector up, with what it has stored\n"
    "  --break PART   break one part on purpose; the demo must notice and name it\n";

[[noreturn]] void refuse(const std::string& sentence) {
  std::fprintf(stderr, "demo: %s; see ./dev demo --help\n", sentence.c_str());
  std::exit(2);
}

}  // namespace

options parse_options(int argc, char** argv) {
  options wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto value = [&]() -> std::string_view {
      if (i + 1 == argc) refuse(std::string{argument} + " needs a value");
      return argv[++i];
    };
    if (argument == "--help" || argument == "-h") {
      std::fputs(usage, stdout);
      std::exit(0);
    } else if (argument == "--keep") {
      wanted.keep = true;
    } else if (argument == "--wait") {
      const std::string_view text = value();
      const std::string_view digits = text.ends_with('s') ? text.substr(0, text.size() - 1) : text;
      double number = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (error != std::errc{} || end != digits.data() + digits.size() || !(number >= 0.5 && number <= 600)) {
        refuse("--wait is \"" + std::string{text} +
               "\"; it should be seconds from 0.5 to 600, such as 30.2s");
      }
      wanted.wait = seconds{number};
    } else if (argument == "--break") {
      wanted.broken_part = value();
      if (wanted.broken_part != "inject" && wanted.broken_part != "extract" &&
          wanted.broken_part != "collector") {
        refuse("--break is \"" + wanted.broken_part + "\"; it can be inject, extract or collector");
      }
    } else {
      refuse("there is no option \"" + std::string{argument} + "\"");
    }
  }
  return wanted;
}

}  // namespace demo
