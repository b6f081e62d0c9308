#include <waybill/decode/header_explanation.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/tracestate.hpp>
#include <waybill/decode/time_words.hpp>
#include <waybill/formats/b3.hpp>
#include <waybill/formats/jaeger.hpp>
#include <waybill/formats/sentry_trace.hpp>
#include <waybill/formats/w3c_trace_context.hpp>
#include <waybill/formats/waybill_key.hpp>
#include <waybill/formats/xray.hpp>

#include <algorithm>
#include <cstdlib>

namespace waybill::inline v0::decode {
namespace {

constexpr unix_nanos nanos_per_second = 1'000'000'000;

struct reader_row {
  std::string_view name;  // of the header, or what it begins with
  std::string_view readers;
};
constexpr reader_row readers[] = {
    {"traceparent", "OpenTelemetry, Datadog, Elastic, waybill; not Sentry's SDKs for JavaScript and Python"},
    {"tracestate", "OpenTelemetry, Datadog, waybill; only beside a valid traceparent"},
    {"baggage", "OpenTelemetry; Sentry, of the sentry- members; waybill"},
    {"sentry-trace", "Sentry, waybill"},
    {"sentry-task-enqueued-time", "Sentry's SDKs for Python and Java, waybill"},
    {"waybill", "waybill"},
    {"b3", "Zipkin, Brave, Envoy, Istio; OpenTelemetry and waybill when b3 is asked for"},
    {"x-b3-", "Zipkin, Brave, Envoy, Istio; OpenTelemetry and waybill when b3multi is asked for"},
    {"uber-trace-id", "Jaeger's clients; OpenTelemetry and waybill when jaeger is asked for"},
    {"x-datadog-", "Datadog; waybill when datadog is asked for"},
    {"x-amzn-trace-id", "AWS X-Ray; OpenTelemetry and waybill when xray is asked for"},
    {"awstraceheader", "AWS X-Ray, from SQS; waybill when xray is asked for"},
};

std::string decision_text(const span_ids& ids) {
  if (ids.debug) return "yes, and debug";
  if (ids.decision == sampling_decision::deferred) return "not decided: the reader decides";
  return ids.decision == sampling_decision::sampled ? "yes" : "no";
}

bool is_hex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return hex_digit(c) >= 0; });
}
bool has_upper(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

class explainer {
 public:
  explainer(explained_header& into, unix_nanos now) : into_(into), value_(into.header.value), now_(now) {}

  void run() {
    const std::string& name = into_.header.name;
    for (const auto& row : readers) {
      if (name == row.name || (row.name.back() == '-' && name.starts_with(row.name)))
        into_.readers = row.readers;
    }
    if (value_ != trim_ows(value_)) problem("white space around the value; some readers do not trim it");
    value_ = trim_ows(value_);
    if (is_oddly_spelled())
      problem("the name is \"" + into_.header.key + "\"; SDKs that look it up in a map ask for \"" +
              into_.header.name + "\"");
    if (name == "traceparent") return traceparent();
    if (name == "tracestate") return tracestate();
    if (name == "baggage") return baggage();
    if (name == "sentry-trace") return sentry();
    if (name == "sentry-task-enqueued-time") return enqueued();
    if (name == "waybill") return stamp();
    if (name == "b3") return b3_header();
    if (name == "uber-trace-id") return uber();
    if (name == "x-amzn-trace-id" || name == "awstraceheader") return xray_header();
    field("value", std::string{value_});
  }

 private:
  // Variables are in capitals, and AWS and Zipkin spell theirs so.
  bool is_oddly_spelled() const {
    const auto& [place, key, name, value] = into_.header;
    const bool capitals = std::none_of(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    return name != key && !capitals && ascii_iequals(key, name) && name[0] != 'x' && name != "awstraceheader";
  }
  void problem(std::string sentence) { into_.problems.push_back(std::move(sentence)); }
  void field(std::string name, std::string value) {
    into_.fields.emplace_back(std::move(name), std::move(value));
  }

  void ids(const span_ids& read) {
    field("trace", read.trace.to_hex());
    if (read.span) field("span", read.span->to_hex());
    field("sampled", decision_text(read));
  }

  // What is wrong with digits that should be so many.
  bool check_digits(std::string_view what, std::string_view digits, std::size_t wanted) {
    const std::string name{what};
    if (const auto wrong =
            std::find_if(digits.begin(), digits.end(), [](char c) { return hex_digit(c) < 0; });
        wrong != digits.end()) {
      problem(name + " has \"" + *wrong + "\" in it, which is no hexadecimal digit");
      return false;
    }
    if (digits.size() != wanted) {
      problem(name + " has " + std::to_string(digits.size()) + " digits where " + std::to_string(wanted) +
              " are needed");
      return false;
    }
    if (digits.find_first_not_of('0') == digits.npos) {
      problem(name + " is all zeros, which means none");
      return false;
    }
    return true;
  }

  std::vector<std::string_view> parts(char separator) const {
    std::vector<std::string_view> all;
    for (std::string_view rest = value_;;) {
      const std::size_t at = rest.find(separator);
      all.push_back(rest.substr(0, at));
      if (at == rest.npos || all.size() == 8) return all;
      rest.remove_prefix(at + 1);
    }
  }

  void traceparent() {
    if (value_.find(',') != value_.npos)
      problem("two values joined by a comma: every reader starts a new trace");
    const auto part = parts('-');
    if (const auto read = read_traceparent(value_)) {
      ids(*read);
      if (read->random) field("random", "yes: the last 56 bits of the trace id are");
      if (part[0] != "00")
        problem("version " + std::string{part[0]} + ": readers use what they know of it, and write 00");
      if (is_hex(part[3]) && part[3][0] != '0')
        problem("flags beyond 03: OpenTelemetry for Go refuses them in version 00");
      if (!read->debug && read->decision == sampling_decision::not_sampled)
        problem("not sampled: OpenTelemetry's default sampler records nothing below it");
      return;
    }
    if (part.size() < 4) {
      problem("has " + std::to_string(part.size()) +
              " of the four parts that it needs: version, trace, span, flags");
    } else {
      if (part[0] == "ff") problem("version ff is forbidden");
      if (part[0] != "ff") check_digits_of_version(part[0]);
      check_digits("the trace id", part[1], 32);
      check_digits("the span id", part[2], 16);
      if (!is_hex(part[3]) || part[3].size() != 2)
        problem("the flags are \"" + std::string{part[3]} + "\", not two digits");
      if (part[0] == "00" && part.size() > 4)
        problem("something stands behind the flags, which version 00 does not allow");
    }
    if (has_upper(value_)) problem("upper-case digits: only OpenTelemetry for C++ takes them");
    if (into_.problems.empty()) problem("does not follow W3C trace-context");
    problem("so it is ignored, and a new trace begins");
  }
  void check_digits_of_version(std::string_view version) {
    if (!is_hex(version) || version.size() != 2 || has_upper(version))
      problem("the version is \"" + std::string{version} + "\", not two digits in lower case");
  }

  void sentry() {
    const auto read = read_sentry_trace(value_);
    if (read) ids(*read);
    const auto part = parts('-');
    if (has_upper(value_)) problem("upper-case digits: Sentry's SDKs for JavaScript and Python refuse them");
    if (read && value_.find(',') != value_.npos)
      problem("a list: Python and waybill take the first, JavaScript refuses it");
    if (read && part.size() == 1)
      problem("no hyphens: Sentry's SDKs for JavaScript and Python read it, sentry-native does not");
    if (read) return;
    if (part.size() >= 4 && part[0].size() == 2) problem("this is a traceparent");
    if (part.size() < 2) {
      problem("there is no span id");
    } else if (part.size() < 4) {
      check_digits("the trace id", part[0], 32);
      check_digits("the span id", part[1], 16);
      if (part.size() == 3 && part[2] != "0" && part[2] != "1")
        problem("the decision is \"" + std::string{part[2]} + "\", not 0 or 1");
    }
    if (into_.problems.empty()) problem("is not <trace>-<span>[-<0|1>]");
    problem("so it is ignored, its baggage too, and a new trace begins");
  }

  void tracestate() {
    tracestate_members members{value_};
    while (members.next()) field(std::string{members.key()}, std::string{members.value()});
    const auto count = count_tracestate_members(value_);
    if (!count) problem("breaks the grammar: OpenTelemetry drops all of it");
    if (count && *count > max_tracestate_members)
      problem(std::to_string(*count) + " members, where 32 are allowed");
  }

  void baggage() {
    std::size_t count = 0;
    for (baggage_members members{value_}; members.next(); ++count) {
      if (members.valid()) {
        field(std::string{members.key()}, decode_baggage_value(members.value()));
      } else {
        problem("a member breaks the grammar; waybill leaves it out");
      }
    }
    if (count > max_baggage_members) problem(std::to_string(count) + " members, where 64 are allowed");
    if (value_.size() > max_baggage_size)
      problem(std::to_string(value_.size()) + " bytes, where 8,192 are allowed");
  }

  void enqueued() {
    const double seconds = std::strtod(std::string{value_}.c_str(), nullptr);
    if (seconds > 0 && seconds < 9e9) {
      field("sent", time_text(static_cast<unix_nanos>(seconds * 1e6) * 1000, now_));
    } else {
      problem("is not seconds since 1970");
    }
  }

  void stamp() {
    const auto read = read_waybill(value_);
    if (!read)
      return problem(
          "breaks the grammar s=<ms>;p=<span>[;q=…][;d=<ms>][;c=<ms>][;n=<attempt>], and is not used");
    field("sent", time_text(read->stamped, now_));
    if (read->created) field("first sent", time_text(*read->created, now_));
    if (read->due) field("due", time_text(*read->due, now_));
    if (read->sender) field("sender", read->sender->to_hex());
    if (read->attempt) field("attempt", std::to_string(*read->attempt));
  }

  void partial(const partial_sender& read) {
    if (read.trace) field("trace", read.trace->to_hex());
    if (read.span) field("span", read.span->to_hex());
    field("sampled", decision_text({.trace = read.trace ? *read.trace : trace_id::make(),
                                    .decision = read.decision,
                                    .debug = read.debug}));
    if (!read.span) problem("there is no span: a new trace begins, and keeps to this");
  }

  void b3_header() {
    if (const auto read = read_b3(value_)) {
      partial(*read);
      if (read->span && read->decision == sampling_decision::deferred)
        problem("no decision: OpenTelemetry for Python keeps such a trace, for JavaScript drops it");
      if (has_upper(value_)) problem("upper-case digits: OpenTelemetry for JavaScript refuses them");
      return;
    }
    const auto part = parts('-');
    if (part.size() > 1) {
      if (part[0].size() != 16) check_digits("the trace id", part[0], 32);
      check_digits("the span id", part[1], 16);
    }
    if (into_.problems.empty()) problem("is not <trace>-<span>[-<0|1|d>[-<parent>]], nor 0, 1 or d");
  }

  void uber() {
    const auto read = read_uber_trace_id(value_);
    if (!read) return problem("is not <trace>:<span>:<parent>:<flags>");
    ids(*read);
    if (value_.find('%') != value_.npos) problem("percent-encoded: OpenTelemetry for Python refuses it");
  }

  void xray_header() {
    const auto read = read_xray(value_);
    if (!read) return problem("is not Root=1-<8 digits>-<24 digits>;Parent=<16 digits>;Sampled=<0|1|?>");
    partial(*read);
    if (read->span && read->decision == sampling_decision::deferred)
      problem("no decision: OpenTelemetry for Python and JavaScript does not follow it as it is");
    if (read->trace) {
      const auto& bytes = read->trace->bytes();
      const auto seconds = std::int64_t{bytes[0]} << 24 | std::int64_t{bytes[1]} << 16 |
                           std::int64_t{bytes[2]} << 8 | bytes[3];
      if (seconds > 1'000'000'000 && seconds * nanos_per_second < now_ + 86'400 * nanos_per_second)
        field("trace began", time_text(seconds * nanos_per_second, now_));
    }
  }

  explained_header& into_;
  std::string_view value_;
  unix_nanos now_;
};

}  // namespace

void explain_header(explained_header& header, unix_nanos now) {
  explainer{header, now}.run();
}

}  // namespace waybill::inline v0::decode
