#include <waybill/base/ascii.hpp>
#include <waybill/base/json_writer.hpp>
#include <waybill/cli/terminal.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/decode/explanation.hpp>
#include <waybill/views/terminal/display_text.hpp>

#include <unistd.h>

#include <cstdio>
#include <string>

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

// A label in a column of its own, and what it says, broken between words.
void put(std::string& out, std::string_view indent, std::string_view label, std::string_view text) {
  std::string line{indent};
  line.append(label);
  constexpr std::size_t begin = 16;
  line.resize(line.size() < begin ? begin : line.size() + 1, ' ');
  std::string plain = views::printable(text);
  std::string_view rest = plain;
  for (;;) {
    const std::size_t room = line.size() < columns ? columns - line.size() : 1;
    std::size_t end = rest.size();
    if (end > room) {
      end = rest.rfind(' ', room);
      if (end == rest.npos || end == 0) end = rest.find(' ');
      if (end == rest.npos) end = rest.size();
    }
    out.append(line).append(rest.substr(0, end)).append("\n");
    rest.remove_prefix(end);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    if (rest.empty()) return;
    line.assign(begin, ' ');
  }
}

std::string in_words(const decode::explanation& all) {
  const std::string& kind = all.message.kind;
  std::string out;
  if (kind == "headers") {
    out = "These are headers.\n";
  } else if (kind.starts_with("a ") || kind.starts_with("metadata")) {
    out = "This is " + kind + ".\n";
  } else {
    bool vowel = std::string_view{"AEIO"}.find(kind.front()) != std::string_view::npos;
    for (const std::string_view spelled : {"SQS", "SNS", "RQ"}) vowel = vowel || kind.starts_with(spelled);
    const std::string& where = all.headers.front().header.place;
    out = std::string{"This is "} + (vowel ? "an " : "a ") + kind + "; its context lies in " +
          (where.empty() ? "the message itself" : views::printable(where)) + ".\n";
    if (!all.message.written_by.empty()) put(out, "", "Written by", all.message.written_by);
  }
  std::string place;
  for (const auto& found : all.headers) {
    out += "\n" + views::printable(found.header.key);
    if (!ascii_iequals(found.header.key, found.header.name)) out += " (" + found.header.name + ")";
    if (found.header.place != place && !found.header.place.empty())
      out += "   in " + views::printable(found.header.place);
    place = found.header.place;
    out += "\n";
    for (const auto& [name, value] : found.fields) put(out, "  ", views::printable(name), value);
    put(out, "  ", "read by", found.readers);
    for (const auto& problem : found.problems) put(out, "  ", "!", problem);
  }
  if (!all.facts.empty()) out += "\nThe message says too\n";
  for (const auto& [name, value] : all.facts) put(out, "  ", views::printable(name), value);
  out += "\n";
  if (all.continued) {
    out += "A worker would continue\n";
    put(out, "  ", "trace", all.continued->trace.to_hex());
    put(out, "  ", "parent", all.continued->span->to_hex());
    const auto decision = all.continued->decision;
    put(out, "  ", "sampled",
        decision == sampling_decision::deferred  ? "as the worker decides"
        : decision == sampling_decision::sampled ? "yes"
                                                 : "no");
    put(out, "  ", "by", all.source);
  } else {
    out += "Nothing in it names a sender: a worker would begin a trace of its own.\n";
  }
  for (const auto& note : all.notes) put(out, "  ", "!", note);
  return out;
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
    const std::string kind =
        all.message.kind.empty() ? "" : "this looks like: " + all.message.kind + ", but ";
    return complain(
        {failure_code::not_found,
         kind +
             "there is no trace context in it; looked for traceparent, sentry-trace, baggage, waybill, b3, "
             "uber-trace-id, x-datadog-…, X-Ray, by name or by shape"});
  }
  return print(arguments.json ? in_json(all) : in_words(all));
}

}  // namespace waybill::inline v0::cli
