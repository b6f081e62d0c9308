// sentry-trace, Sentry's members of baggage, and the time of its task integrations. The first line is a sentry-trace, the
// second a sentry-task-enqueued-time, each further one a baggage header.
#include <waybill/base/utf8.hpp>
#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/formats/decimal.hpp>
#include <waybill/formats/sentry_trace.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include "claim.hpp"
#include "w3c_grammar.hpp"

#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_any_hex_id(std::string_view text, std::size_t digits) {
  std::string lower{text};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + ('a' - 'A'));
  }
  return is_lower_hex_id(lower, digits);
}

bool is_single(std::string_view text) {
  if (!is_any_hex_id(text.substr(0, 32), 32)) return false;
  text.remove_prefix(32);
  if (text.starts_with('-')) text.remove_prefix(1);
  if (!is_any_hex_id(text.substr(0, 16), 16)) return false;
  text.remove_prefix(16);
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.empty() || text == "0" || text == "1";
}

// The first of a list that is not empty.
bool is_sentry_trace(std::string_view text) {
  for (const auto part : split(text, ',')) {
    if (const auto one = trim(part, blanks); !one.empty()) return is_single(one);
  }
  return false;
}

void check_trace(std::string_view value) {
  const auto ids = read_sentry_trace(value);
  must(ids.has_value() == is_sentry_trace(value),
       "a sentry-trace is read exactly when the grammar allows it");
  if (!ids) return;
  char room[max_sentry_trace_size];
  const std::string_view written = write_sentry_trace(*ids, room);
  const auto parts = split(written, '-');
  must(written.size() == (ids->decision == sampling_decision::deferred ? 49U : 51U) && is_single(written) &&
           is_lower_hex_id(parts[0], 32) && is_lower_hex_id(parts[1], 16),
       "what is written is the strict form that every SDK reads");
  must(read_sentry_trace(written) == ids, "a sentry-trace that was written reads back the same");
}

void check_message(const std::vector<std::string_view>& lines) {
  header_list carrier{{"Sentry-Trace", std::string{lines[0]}}};
  if (lines.size() > 1) carrier.emplace_back("sentry-task-enqueued-time", lines[1]);
  for (std::size_t i = 2; i < lines.size(); ++i) carrier.emplace_back("BAGGAGE", lines[i]);

  static const propagator only_sentry = *propagator::from_names("sentry");
  const extracted found = extract(carrier, only_sentry);
  must(found.ids().has_value() == is_sentry_trace(lines[0]),
       "a message is followed exactly by its sentry-trace");
  if (const auto time = found.sentry_enqueued()) {
    must(*time >= 0 && *time / 1'000'000 <= static_cast<unix_nanos>(max_unix_millis),
         "a time is one to believe");
  }
  const trace_context context = found.to_context();
  must(context.sentry_frozen() == found.ids().has_value(), "what came with sentry-trace is final");
  must(context.tracestate().empty(), "Sentry knows no tracestate");
  for (baggage_members members{context.baggage()}; members.next();) {
    must(members.valid() && members.key().starts_with("sentry-"), "only Sentry's valid members are kept");
  }
  if (!context.ids().span) return;

  must(!inject(context, carrier, {.formats = only_sentry}).wrote("traceparent"), "nothing else is written");
  const extracted again = extract(carrier, only_sentry);
  must(again.ids() == found.ids(), "the sender that was written is the one that was read");
  must(again.to_context().baggage() == context.baggage(), "baggage that was written reads back the same");
}

void check_head(const std::vector<std::string_view>& lines) {
  const auto value = [&](std::size_t i) { return i < lines.size() ? lines[i] : std::string_view{}; };
  const sentry_head head{
      .public_key = value(0), .release = value(1), .environment = value(2), .transaction = value(3)};
  const span_ids ids{.trace = *trace_id::from_hex("4bf92f3577b34da6a3ce929d0e0e4736"),
                     .span = span_id::make()};
  std::string room(sentry_head_room(head), '\0');
  const std::string_view written = write_sentry_head(head, ids, room.data());
  must(written.size() <= room.size(), "the description of a trace has room");
  for (baggage_members members{written}; members.next();) {
    must(members.valid() && members.key().starts_with("sentry-"),
         "the description of a trace is valid baggage");
    if (members.key() == "sentry-release") {
      must(decode_baggage_value(members.value()) == to_valid_utf8(head.release),
           "a release reads back the same");
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = split(text_of(data, size), '\n', 8);
  check_trace(lines.front());
  check_message(lines);
  check_head(lines);
  return 0;
}
