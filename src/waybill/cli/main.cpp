#include <waybill/cli/verbs.hpp>
#include <waybill/views/terminal/display_text.hpp>

#include <cstdio>
#include <exception>

namespace {

struct run_verb {
  int operator()(waybill::cli::finished done) const { return done.exit_code; }
  int operator()(const waybill::cli::serve_arguments& arguments) const {
    return waybill::cli::serve(arguments);
  }
  int operator()(const waybill::cli::list_arguments& arguments) const {
    return waybill::cli::list(arguments);
  }
  int operator()(const waybill::cli::show_arguments& arguments) const {
    return waybill::cli::show(arguments);
  }
  int operator()(const waybill::cli::waits_arguments& arguments) const {
    return waybill::cli::waits(arguments);
  }
  int operator()(const waybill::cli::export_arguments& arguments) const {
    return waybill::cli::export_traces(arguments);
  }
  int operator()(const waybill::cli::decode_arguments& arguments) const {
    return waybill::cli::decode_text(arguments);
  }
};

}  // namespace

int waybill::cli::complain(const failure& why) {
  // What a server answered, or a file is called, may stand in it: one line, without escape sequences.
  std::fprintf(stderr, "waybill: %s\n", views::printable(why.message).c_str());
  return why.code == failure_code::invalid_argument ? 2 : 1;
}

int main(int argc, char** argv) try {
  return std::visit(run_verb{}, waybill::cli::read_arguments(argc, argv));
} catch (const std::exception& error) {
  std::fprintf(stderr, "waybill: %s\n", error.what());
  return 1;
}
