#include <waybill/cli/terminal.hpp>

#include <waybill/cli/verbs.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace waybill::inline v0::cli {
namespace {

constexpr std::size_t width_in_a_pipe = 100;

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* const columns = std::getenv("COLUMNS")) {
    const long number = std::strtol(columns, nullptr, 10);
    if (number > 0) return static_cast<std::size_t>(number);
  }
  return width_in_a_pipe;
}

// https://no-color.org: set and not empty means no colour, whatever the terminal can do.
bool wants_color() {
  const char* const no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* const terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view{terminal} != "dumb";
}

}  // namespace

views::terminal_style style_of(const look_arguments& look) {
  return {
      .width = look.width.value_or(terminal_width()),
      .color = look.color == color_choice::always || (look.color == color_choice::automatic && wants_color()),
      .ascii = look.ascii};
}

int print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) return 0;
    if (written < 0) {
      return complain(
          {failure_code::io, "cannot write to standard output: " + std::string{std::strerror(errno)}});
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace waybill::inline v0::cli
