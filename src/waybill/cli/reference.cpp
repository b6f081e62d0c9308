#include <waybill/cli/reference.hpp>

#include <waybill/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace waybill::inline v0::cli {
namespace {

struct option_entry {
  std::vector<std::string> names;    // with their dashes
  std::string value;                 // what it takes; empty: a flag
  std::vector<std::string> choices;  // when only these are taken
  std::string text;
  std::string variable;  // of the environment; empty: none
};

struct verb_entry {
  std::string name;
  std::string text;
  std::string positional;
  std::string positional_text;
  std::vector<option_entry> options;
};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

// "auto|always|never": the words that are taken. Names of values are in upper case.
std::vector<std::string> choices_of(std::string_view type) {
  std::vector<std::string> words;
  if (type.find('|') == std::string_view::npos) return words;
  for (std::size_t at = 0; at <= type.size();) {
    const std::size_t bar = std::min(type.find('|', at), type.size());
    words.emplace_back(type.substr(at, bar - at));
    at = bar + 1;
  }
  const auto is_value = [](const std::string& word) {
    return std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isupper(c) != 0; });
  };
  if (std::any_of(words.begin(), words.end(), is_value)) words.clear();
  return words;
}

// Whoever reads it has another home than whoever built it.
std::string for_everyone(std::string text) {
  const char* const home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? text : replaced(std::move(text), home, "~");
}

option_entry read_option(const CLI::Option& option) {
  option_entry entry;
  for (const auto& name : option.get_snames()) entry.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) entry.names.push_back("--" + name);
  entry.text = for_everyone(option.get_description());
  entry.variable = option.get_envname();
  if (option.get_items_expected_max() == 0) return entry;
  const std::string type = option.get_type_name();
  entry.choices = choices_of(type);
  entry.value = type.substr(0, type.find(':'));
  if (const std::string preset = option.get_default_str(); !preset.empty())
    entry.text += " (default: " + preset + ")";
  return entry;
}

bool is_shown(const CLI::Option& option) {
  return !option.get_group().empty();
}

verb_entry read_verb(const CLI::App& command) {
  verb_entry entry;
  entry.name = command.get_name();
  entry.text = command.get_description();
  for (const auto* option : command.get_options()) {
    if (!is_shown(*option)) continue;
    if (option->nonpositional()) {
      entry.options.push_back(read_option(*option));
    } else {
      entry.positional = option->get_name(true);
      entry.positional_text = read_option(*option).text;
    }
  }
  return entry;
}

std::vector<verb_entry> read_verbs(const CLI::App& program) {
  std::vector<verb_entry> verbs;
  for (const auto* command : program.get_subcommands(nullptr)) {
    if (!command->get_group().empty()) verbs.push_back(read_verb(*command));
  }
  return verbs;
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
  std::string all;
  for (const auto& word : words) {
    if (!all.empty()) all += between;
    all += word;
  }
  return all;
}

bool is_file(const option_entry& option) {
  return option.value.find("PATH") != std::string::npos || option.value.find("FILE") != std::string::npos;
}

// ---- the manual page, in the macros of man(7) ----

std::string roff(std::string text) {
  text = replaced(replaced(std::move(text), "\\", "\\e"), "-", "\\-");
  if (!text.empty() && (text.front() == '.' || text.front() == '\'')) text.insert(0, "\\&");
  return text;
}

std::string sentence(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return roff(std::move(text)) + ".\n";
}

std::string man_option(const option_entry& option) {
  std::vector<std::string> names;
  for (const auto& name : option.names) names.push_back("\\fB" + roff(name) + "\\fR");
  std::string text = ".TP\n" + join(names, ", ");
  if (!option.value.empty()) text += " \\fI" + roff(option.value) + "\\fR";
  text += "\n" + sentence(option.text);
  if (!option.variable.empty()) text += "Also from the environment: \\fB" + roff(option.variable) + "\\fR.\n";
  return text;
}

std::string man_page(const verb_entry& program, const std::vector<verb_entry>& verbs) {
  std::string page = ".TH WAYBILL 1 \"\" \"waybill " + std::string{version_text} + "\" \"User Commands\"\n";
  page += ".SH NAME\nwaybill \\- follows one piece of work across a queue\n.SH SYNOPSIS\n";
  for (const auto& verb : verbs) {
    if (&verb != &verbs.front()) page += ".br\n";
    page += ".B waybill " + verb.name + "\n[\\fIoptions\\fR]";
    if (!verb.positional.empty()) page += " [\\fI" + verb.positional + "\\fR]";
    page += "\n";
  }
  page +=
      ".SH DESCRIPTION\n"
      "Receives spans and events over OTLP/HTTP, keeps them, and shows where the time of a\n"
      "request and of the tasks behind it went: how long each waited in its queue, and for\n"
      "what.\n";
  page += ".SH OPTIONS\n";
  for (const auto& option : program.options) page += man_option(option);
  for (const auto& verb : verbs) {
    page += ".SS waybill " + verb.name + "\n" + sentence(verb.text);
    if (!verb.positional.empty())
      page += ".TP\n\\fI" + verb.positional + "\\fR\n" + sentence(verb.positional_text);
    for (const auto& option : verb.options) page += man_option(option);
  }
  page +=
      ".SH EXIT STATUS\n.TP\n.B 0\nIt worked out.\n.TP\n.B 1\nIt did not; one line on standard error says "
      "why.\n";
  page += ".TP\n.B 2\nThe command line was wrong; one line on standard error says where.\n";
  page += ".SH EXAMPLES\n.nf\nwaybill serve &\nwaybill list\nwaybill show latest\n.fi\n";
  return page;
}

// ---- completions ----

std::string bash_completion(const verb_entry& program, const std::vector<verb_entry>& verbs) {
  const auto names_of = [](const verb_entry& verb) {
    std::vector<std::string> names;
    for (const auto& option : verb.options)
      names.insert(names.end(), option.names.begin(), option.names.end());
    return join(names, " ");
  };
  std::vector<std::string> words;
  std::string values;
  std::string options;
  std::vector<std::string> seen;
  for (const auto& verb : verbs) {
    words.push_back(verb.name);
    options += "    " + verb.name + ") words=\"" + names_of(verb) + "\" ;;\n";
    for (const auto& option : verb.options) {
      if (option.value.empty()) continue;
      const std::string pattern = join(option.names, "|");
      if (std::find(seen.begin(), seen.end(), pattern) != seen.end()) continue;
      seen.push_back(pattern);
      values += "    " + pattern + ") ";
      if (!option.choices.empty()) {
        values += "COMPREPLY=($(compgen -W \"" + join(option.choices, " ") + "\" -- \"$now\")); ";
      } else if (is_file(option)) {
        values += "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$now\")); ";
      }
      values += "return ;;\n";
    }
  }
  return "# Completion of waybill for bash. Made by `waybill describe bash`.\n"
         "_waybill() {\n"
         "  local now=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words\n"
         "  COMPREPLY=()\n"
         "  case $before in\n" +
         values +
         "  esac\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    words=\"" +
         join(words, " ") + " " + names_of(program) +
         "\"\n"
         "  else\n"
         "    case ${COMP_WORDS[1]} in\n" +
         options +
         "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$now\"))\n"
         "}\n"
         "complete -F _waybill waybill\n";
}

// For single quotes, inside the brackets of _arguments.
std::string zsh_text(std::string text) {
  text = replaced(replaced(std::move(text), "'", "’"), "[", "(");
  return replaced(replaced(std::move(text), "]", ")"), ":", "\\:");
}

std::string zsh_options(const verb_entry& verb, std::string_view indent) {
  std::string text;
  for (const auto& option : verb.options) {
    for (const auto& name : option.names) {
      text += " \\\n" + std::string{indent} + "'" + name + "[" + zsh_text(option.text) + "]";
      if (!option.value.empty()) {
        text += ":" + zsh_text(option.value) + ":";
        if (!option.choices.empty()) text += "(" + join(option.choices, " ") + ")";
        if (is_file(option)) text += "_files";
      }
      text += "'";
    }
  }
  return text;
}

std::string zsh_completion(const verb_entry& program, const std::vector<verb_entry>& verbs) {
  std::string text = "#compdef waybill\n# Completion of waybill for zsh. Made by `waybill describe zsh`.\n";
  text += "if (( CURRENT == 2 )); then\n  local -a verbs=(";
  for (const auto& verb : verbs) text += "\n    '" + verb.name + ":" + zsh_text(verb.text) + "'";
  text += "\n  )\n  _describe verb verbs\n  _arguments" + zsh_options(program, "    ") + "\n  return\nfi\n";
  text += "local verb=$words[2]\nshift words\n(( CURRENT-- ))\ncase $verb in\n";
  for (const auto& verb : verbs) {
    text += "  " + verb.name + ")\n    _arguments" + zsh_options(verb, "      ");
    if (!verb.positional.empty())
      text += " \\\n      ':" + verb.positional + "[" + zsh_text(verb.positional_text) + "]:'";
    text += " ;;\n";
  }
  return text + "esac\n";
}

std::string fish_text(std::string text) {
  return "'" + replaced(replaced(std::move(text), "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_options(const verb_entry& verb, const std::string& condition) {
  std::string text;
  for (const auto& option : verb.options) {
    text += "complete -c waybill -n " + fish_text(condition);
    for (const auto& name : option.names)
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!option.value.empty()) text += is_file(option) ? " -rF" : " -x";
    if (!option.choices.empty()) text += " -a " + fish_text(join(option.choices, " "));
    text += " -d " + fish_text(option.text) + "\n";
  }
  return text;
}

std::string fish_completion(const verb_entry& program, const std::vector<verb_entry>& verbs) {
  std::string text =
      "# Completion of waybill for fish. Made by `waybill describe fish`.\ncomplete -c waybill -f\n";
  text += fish_options(program, "__fish_use_subcommand");
  for (const auto& verb : verbs) {
    text +=
        "complete -c waybill -n __fish_use_subcommand -a " + verb.name + " -d " + fish_text(verb.text) + "\n";
    text += fish_options(verb, "__fish_seen_subcommand_from " + verb.name);
  }
  return text;
}

}  // namespace

std::string describe(const CLI::App& program, reference_kind kind) {
  const verb_entry options = read_verb(program);
  const std::vector<verb_entry> verbs = read_verbs(program);
  switch (kind) {
    case reference_kind::man:
      return man_page(options, verbs);
    case reference_kind::bash:
      return bash_completion(options, verbs);
    case reference_kind::zsh:
      return zsh_completion(options, verbs);
    case reference_kind::fish:
      return fish_completion(options, verbs);
  }
  return {};
}

}  // namespace waybill::inline v0::cli
