#include <waybill/base/ascii.hpp>
#include <waybill/base/json_writer.hpp>
#include <waybill/carrier/context_places.hpp>
#include <waybill/cli/terminal.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/decode/explanation.hpp>
#include <waybill/views/terminal/display_text.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace waybill::inline v0::cli {
namespace {

constexpr std::size_t columns = 80;

std::string read_input() {
  std::string text;
  char part[65536];
  for (std::size_t size; (size = std::fread(part, 1, sizeof part, stdin)) > 0;) {
    text.append(part, size);
    if (text.size() > decode::max_text_size) break;
  }
  return text;
}

class report {
 public:
  explicit report(const views::terminal_style& style) : style_(style) {}

  void line(std::string_view text, views::ink how = views::ink::plain) {
    put_lines("", views::printable(text), 0, how);
  }
  // A label in a column of its own, and what it says, broken between words.
  void field(std::string_view indent, std::string_view label, std::string_view text,
             views::ink how = views::ink::plain) {
    std::string begin{indent};
    begin.append(label);
    begin.resize(begin.size() < label_width ? label_width : begin.size() + 1, ' ');
    put_lines(begin, views::printable(text), label_width, how);
  }
  void problem(std::string_view sentence) { field("  ", "!", sentence, views::ink::error); }

  std::string take() { return std::move(out_); }

 private:
  static constexpr std::size_t label_width = 16;

  void put_lines(std::string_view label, std::string_view rest, std::size_t indent, views::ink how) {
    std::string begin{label};
    do {
      const std::size_t room = begin.size() < columns ? columns - begin.size() : 1;
      std::size_t end = rest.size();
      if (end > room) {
        end = rest.rfind(' ', room);
        if (end == rest.npos || end == 0) end = rest.find(' ');
        if (end == rest.npos) end = rest.size();
      }
      out_.append(style_.inked(begin, views::ink::dim)).append(style_.inked(rest.substr(0, end), how));
      out_ += '\n';
      rest.remove_prefix(end);
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      begin.assign(indent, ' ');
    } while (!rest.empty());
  }

  const views::terminal_style& style_;
  std::string out_;
};

bool starts_with_vowel_sound(std::string_view kind) {
  for (const std::string_view spelled : {"SQS", "SNS", "RQ"}) {
    if (kind.starts_with(spelled)) return true;
  }
  return std::string_view{"AEIO"}.find(kind.front()) != std::string_view::npos;
}

std::string kind_sentence(const decode::explanation& all) {
  const std::string& kind = all.message.kind;
  if (kind == "headers") return "These are headers.";
  if (kind.starts_with("a ") || kind.starts_with("metadata")) return "This is " + kind + ".";
  const std::string& where = all.headers.front().header.place;
  return std::string{"This is "} + (starts_with_vowel_sound(kind) ? "an " : "a ") + kind +
         "; its context lies in " + (where.empty() ? "the message itself" : where) + ".";
}

// Whether a header is about a trace, and not only beside one.
bool names_trace(std::string_view header) {
  return header != "baggage" && header != "tracestate" && header != "waybill" &&
         header != "sentry-task-enqueued-time";
}

// What everybody asks first, and then what it rests on.
void put_verdict(const decode::explanation& all, report& out) {
  if (all.continued) {
    out.line("There is a trace context in it, and a worker would continue it.", views::ink::strong);
    out.field("  ", "trace", all.continued->trace.to_hex());
    out.field("  ", "parent", all.continued->span->to_hex());
    const auto decision = all.continued->decision;
    out.field("  ", "sampled",
              decision == sampling_decision::deferred  ? "as the worker decides"
              : decision == sampling_decision::sampled ? "yes"
                                                       : "no");
    const bool by_default = all.source == "tracecontext" || all.source == "sentry";
    out.field("  ", "by", all.source + (by_default ? "" : ", when OTEL_PROPAGATORS names it"));
  } else if (std::any_of(all.headers.begin(), all.headers.end(),
                         [](const auto& found) { return names_trace(found.header.name); })) {
    out.line("There is a trace context in it, but a worker cannot continue it: it would begin a new trace.",
             views::ink::strong);
  } else {
    out.line("There is no trace in it, only what goes with one: a worker would begin a new trace.",
             views::ink::strong);
  }
  for (const auto& note : all.notes) out.field("  ", "!", note, views::ink::waiting);
}

std::string in_words(const decode::explanation& all, const views::terminal_style& style) {
  report out{style};
  put_verdict(all, out);
  out.line("");
  out.line(kind_sentence(all));
  if (!all.message.written_by.empty()) out.field("", "Written by", all.message.written_by);
  std::string place;
  for (const auto& found : all.headers) {
    std::string title = found.header.key;
    if (!ascii_iequals(found.header.key, found.header.name)) title += " (" + found.header.name + ")";
    if (found.header.place != place && !found.header.place.empty()) title += "   in " + found.header.place;
    place = found.header.place;
    out.line("");
    out.line(title, views::ink::strong);
    for (const auto& [name, value] : found.fields) out.field("  ", views::printable(name), value);
    out.field("  ", "read by", found.readers);
    for (const auto& problem : found.problems) out.problem(problem);
  }
  if (!all.facts.empty()) {
    out.line("");
    out.line("The message says too");
  }
  for (const auto& [name, value] : all.facts) out.field("  ", views::printable(name), value);
  return out.take();
}

// Of a message without a context: where one would have been.
std::string nothing_found(const decode::message_text& message) {
  if (message.kind.empty() || message.kind.starts_with("a ") || message.kind.starts_with("metadata"))
    return "there is no trace context in it; looked for traceparent, sentry-trace, baggage, waybill, b3, "
           "uber-trace-id, x-datadog-…, X-Ray, by name or by shape";
  std::string places;
  for (const context_place& row : context_places()) {
    if (row.system != message.kind) continue;
    const std::string place = row.place.empty() ? "the message itself" : std::string{row.place};
    if ((", " + places + " ").find(", " + place + " ") != places.npos) continue;
    places.append(places.empty() ? "" : ", ").append(place).append(" (").append(row.written_by).append(")");
  }
  std::string sentence = std::string{"there is no trace context in it; it looks like "} +
                         (starts_with_vowel_sound(message.kind) ? "an " : "a ") + message.kind +
                         ", which would have one in " + places;
  for (const auto& note : message.notes) sentence += "; " + note;
  return sentence;
}

void put_pairs(json_writer& json, std::string_view key,
               const std::vector<std::pair<std::string, std::string>>& pairs) {
  json.key(key).begin_array();
  for (const auto& [name, value] : pairs)
    json.begin_object().key("name").text(name).key("value").text(value).end_object();
  json.end_array();
}
void put_texts(json_writer& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const auto& text : texts) json.text(text);
  json.end_array();
}

std::string in_json(const decode::explanation& all) {
  std::string out;
  json_writer json{out};
  json.begin_object().key("kind").text(all.message.kind).key("headers").begin_array();
  for (const auto& found : all.headers) {
    json.begin_object().key("place").text(found.header.place).key("key").text(found.header.key);
    json.key("header").text(found.header.name).key("value").text(found.header.value);
    put_pairs(json, "fields", found.fields);
    json.key("read_by").text(found.readers);
    put_texts(json, "problems", found.problems);
    json.end_object();
  }
  json.end_array();
  put_pairs(json, "facts", all.facts);
  json.key("continued");
  if (all.continued) {
    json.begin_object()
        .key("trace_id")
        .text(all.continued->trace.to_hex())
        .key("span_id")
        .text(all.continued->span->to_hex());
    json.key("sampled");
    if (all.continued->decision == sampling_decision::deferred) {
      json.null();
    } else {
      json.boolean(all.continued->decision == sampling_decision::sampled);
    }
    json.key("by").text(all.source).end_object();
  } else {
    json.null();
  }
  put_texts(json, "notes", all.notes);
  json.end_object();
  return out + "\n";
}

}  // namespace

int decode_text(const decode_arguments& arguments) {
  std::string text;
  for (const auto& word : arguments.text) text.append(text.empty() ? "" : "\n").append(word);
  if (text == "-" || (text.empty() && isatty(STDIN_FILENO) == 0)) text = read_input();
  if (text.empty())
    return complain({failure_code::invalid_argument,
                     "there is nothing to decode: give it headers, a message, or - for standard input"});
  if (text.size() > decode::max_text_size)
    return complain({failure_code::invalid_argument, "that is more than 1 MiB; decode takes one message"});
  const decode::explanation all = decode::explain(decode::read_message(text), wall_now());
  if (all.headers.empty()) {
    if (arguments.look.json) print(in_json(all));
    const bool is_file = arguments.text.size() == 1 && access(text.c_str(), R_OK) == 0;
    return complain({failure_code::not_found,
                     is_file
                         ? "this is the name of a file; to decode what is in it: waybill decode - < " + text
                         : nothing_found(all.message)});
  }
  return print(arguments.look.json ? in_json(all) : in_words(all, style_of(arguments.look)));
}

}  // namespace waybill::inline v0::cli
