#include <waybill/cli/arguments.hpp>

#include <waybill/base/quantity.hpp>
#include <waybill/cli/reference.hpp>
#include <waybill/version.hpp>
#include <waybill/views/terminal/display_text.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>

namespace waybill::inline v0::cli {
namespace {

void add_source(CLI::App& command, source_choice& source) {
  auto* const store =
      command
          .add_option("--store", source.store, "read this store, as waybill serve --store PATH has made it")
          ->type_name("PATH");
  command
      .add_option("--from", source.from,
                  "read from a running waybill, Jaeger or Tempo (URL), or from a file: of waybill export, "
                  "OTLP JSON, Jaeger")
      ->type_name("URL|FILE")
      ->excludes(store);
  command.add_option("--token", source.token, "the token the server asks for")->envname("WAYBILL_TOKEN");
}

// A duration before now, as an option; CLI11 says where it stood.
CLI::Option* add_since(CLI::App& command, std::int64_t& since, const char* description) {
  return command
      .add_option_function<std::string>(
          "--since",
          [&since](const std::string& text) {
            const auto nanos = parse_duration(text);
            if (!nanos) throw CLI::ValidationError("--since", nanos.error().message);
            since = *nanos;
          },
          description)
      ->type_name("DURATION");
}

template <class Parse>
CLI::Validator valid(Parse parse) {
  return CLI::Validator{[parse](const std::string& text) {
                          const auto read = parse(text);
                          return read ? std::string{} : read.error().message;
                        },
                        ""};
}

void add_json_and_color(CLI::App& command, look_arguments& look) {
  static const std::map<std::string, color_choice> colors{
      {"auto", color_choice::automatic}, {"always", color_choice::always}, {"never", color_choice::never}};
  command.add_flag("--json", look.json, "machine-readable, in the documented shape");
  command
      .add_option("--color", look.color,
                  "auto, always or never (auto: on a terminal, unless NO_COLOR is set)")
      ->type_name("auto|always|never")
      ->transform(CLI::CheckedTransformer(colors).description(""));
}

void add_look(CLI::App& command, look_arguments& look) {
  add_json_and_color(command, look);
  command.add_option("--width", look.width, "columns (default: the terminal's, 100 in a pipe)")
      ->check(CLI::Range(50, 1000));
  command.add_flag("--ascii", look.ascii, "draw with ASCII characters only");
}

// CLI11's sentences can be several lines; ours is one, and says where to read on.
int refuse(const CLI::App& app, const CLI::ParseError& error) {
  std::string sentence = error.what();
  // It asks for a verb even where a word stands that should have been one.
  if (const auto left = app.remaining(); !left.empty() && error.get_name() == "RequiredError") {
    sentence = "there is no \"" + left.front() + "\"";
  }
  std::string help = "waybill";
  for (const auto* command : app.get_subcommands()) help += " " + command->get_name();
  std::fprintf(stderr, "waybill: %s (see %s --help)\n", views::printable(sentence).c_str(), help.c_str());
  return 2;
}

// What was typed, in the order in which CLI11 takes words: the last first. It takes "[…]" apart at the commas, and what
// begins with a hyphen for an option; text that was pasted for decode is neither, and a blank in front says so.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words;
  const bool pasted = argc > 1 && std::string_view{argv[1]} == "decode";
  for (int i = argc - 1; i > 0; --i) {
    const std::string_view word{argv[i]};
    const bool text = pasted && (word.starts_with('[') || word.find('\n') != word.npos);
    words.push_back(std::string{text ? " " : ""}.append(word));
  }
  return words;
}

}  // namespace

std::variant<finished, serve_arguments, list_arguments, show_arguments, waits_arguments, export_arguments,
             decode_arguments>
read_arguments(int argc, char** argv) {
  CLI::App app{"waybill: follows one piece of work across a queue, and shows where its time went.",
               "waybill"};
  app.set_version_flag("--version", "waybill " + std::string{version_text});
  app.require_subcommand(1);

  serve_arguments serve;
  auto* const serve_command =
      app.add_subcommand("serve", "receive spans and events over OTLP, and keep them");
  serve_command
      ->add_option("--store", serve.store, "where to keep them (default: " + default_store_path() + ")")
      ->type_name("PATH");
  serve_command->add_option("--listen", serve.listen, "address and port; port 0: any free one")
      ->capture_default_str();
  serve_command
      ->add_option("--grpc", serve.grpc,
                   "address and port for OTLP/gRPC, or off (default: port 4317 where --listen has port 4318)")
      ->type_name("ADDRESS|off");
  serve_command
      ->add_option("--token", serve.token, "what senders and readers must present; needed beyond loopback")
      ->envname("WAYBILL_TOKEN");
  serve_command->add_option("--keep", serve.keep, "how long to keep them, like 12h or 7d; 0: for ever")
      ->type_name("DURATION")
      ->check(valid(parse_duration))
      ->capture_default_str();
  serve_command
      ->add_option("--max-disk", serve.max_disk,
                   "how much disk they may take, like 500MB or 10GiB; 0: all there is")
      ->type_name("SIZE")
      ->check(valid(parse_bytes))
      ->capture_default_str();
  serve_command->add_flag("--sync-full", serve.sync_full, "an answer outlives a power failure too; slower");

  list_arguments list;
  auto* const list_command = app.add_subcommand("list", "the newest traces, with their longest wait");
  add_source(*list_command, list.source);
  add_look(*list_command, list.look);
  list_command->add_option("--limit", list.limit, "how many")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();

  show_arguments show;
  auto* const show_command = app.add_subcommand("show", "one trace: the verdict, the waits, the waterfall");
  show_command->add_option("trace", show.trace, "latest, a trace id, or its first digits")
      ->capture_default_str();
  add_source(*show_command, show.source);
  add_look(*show_command, show.look);
  show_command->add_option("--rows", show.rows, "rows at most")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();

  waits_arguments waits;
  auto* const waits_command =
      app.add_subcommand("waits", "how long the tasks of each queue waited: percentiles");
  add_source(*waits_command, waits.source);
  add_look(*waits_command, waits.look);
  add_since(*waits_command, waits.since, "only tasks that started since, like 1h (default: all)");

  export_arguments exported;
  auto* const export_command =
      app.add_subcommand("export", "traces as one file, to mail or to keep; show --from reads it");
  auto* const one =
      export_command->add_option("trace", exported.trace, "latest, a trace id, or its first digits");
  add_since(*export_command, exported.since, "all traces of which something was stored since, like 1h")
      ->excludes(one);
  export_command->add_option("--output,-o", exported.output, "the file to write")
      ->required()
      ->type_name("FILE");
  add_source(*export_command, exported.source);

  decode_arguments decoded;
  auto* const decode_command =
      app.add_subcommand("decode", "what the trace headers of a message say, and who reads them");
  decode_command->add_option("text", decoded.text,
                             "headers, a header's value, or a message; - or nothing: standard input");
  add_json_and_color(*decode_command, decoded.look);

  // For the build, which makes the manual page and the completions with it; see reference.hpp.
  static const std::map<std::string, reference_kind> kinds{{"man", reference_kind::man},
                                                           {"bash", reference_kind::bash},
                                                           {"zsh", reference_kind::zsh},
                                                           {"fish", reference_kind::fish}};
  reference_kind kind{};
  auto* const describe_command = app.add_subcommand("describe", "man, bash, zsh or fish")->group("");
  describe_command->add_option("kind", kind)
      ->required()
      ->transform(CLI::CheckedTransformer(kinds).description(""));

  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    return finished{2};
  }
  try {
    app.parse(words_of(argc, argv));
  } catch (const CLI::CallForHelp& help) {
    return finished{app.exit(help)};
  } catch (const CLI::CallForAllHelp& help) {
    return finished{app.exit(help)};
  } catch (const CLI::CallForVersion& version) {
    return finished{app.exit(version)};
  } catch (const CLI::ParseError& error) {
    return finished{refuse(app, error)};
  }
  if (describe_command->parsed()) {
    std::fputs(describe(app, kind).c_str(), stdout);
    return finished{0};
  }
  if (serve_command->parsed()) {
    if (serve.store.empty()) serve.store = default_store_path();
    return serve;
  }
  if (list_command->parsed()) return list;
  if (waits_command->parsed()) return waits;
  if (decode_command->parsed()) return decoded;
  if (export_command->parsed()) {
    if (exported.trace.empty() && exported.since == 0) exported.trace = "latest";
    return exported;
  }
  return show;
}

}  // namespace waybill::inline v0::cli
