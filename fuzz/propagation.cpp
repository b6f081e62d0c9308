// A message's whole way through a process: extract from a carrier with duplicates, foreign keys and any case, then inject
// into it again. The first two bytes choose formats, budget and context; each line behind them is "name: value".
#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/json_object_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/tracestate.hpp>
#include <waybill/formats/known_formats.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/propagation/restamp.hpp>

#include <waybill/base/ascii.hpp>

#include "claim.hpp"

#include <map>
#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

header_list parse_headers(std::string_view text) {
  header_list headers;
  for (const auto line : split(text, '\n', 64)) {
    const std::size_t colon = line.find(": ");
    if (colon != line.npos) headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return headers;
}

propagator choose_formats(unsigned choice) {
  static const propagator choices[] = {
      propagator{},
      *propagator::from_names("sentry,tracecontext,baggage"),
      *propagator::from_names("tracecontext"),
      *propagator::from_names("sentry,waybill"),
      *propagator::from_names("baggage"),
      *propagator::from_names("none"),
      *propagator::from_names("tracecontext,baggage"),
      *propagator::from_names("baggage,sentry,tracecontext,waybill"),
  };
  static const propagator families[] = {
      *propagator::from_names("b3,datadog,tracecontext"),
      *propagator::from_names("xray,jaeger,b3multi,waybill"),
  };
  if ((choice & 32) != 0) return families[choice % std::size(families)];
  return choices[choice % std::size(choices)];
}

bool is_ours(std::string_view name, header_set ours) {
  const int slot = known_headers.find(name);
  return slot >= 0 && ours.has(slot);
}

// Everything that is not of these formats, as it stands.
header_list foreign_headers(const header_list& headers, header_set ours) {
  header_list foreign;
  for (const auto& header : headers) {
    if (!is_ours(header.first, ours)) foreign.push_back(header);
  }
  return foreign;
}

void must_be_valid(std::string_view name, std::string_view value) {
  must(!value.empty(), "an empty value is never written");
  if (name == "traceparent")
    must(read_traceparent(value).has_value(), "a traceparent that is written is valid");
  if (name == "sentry-trace")
    must(read_sentry_trace(value).has_value(), "a sentry-trace that is written is valid");
  if (name == "waybill") must(read_waybill(value).has_value(), "a waybill that is written is valid");
  if (name == "tracestate") {
    const auto count = count_tracestate_members(value);
    must(count && *count <= max_tracestate_members, "a tracestate that is written is valid");
  }
  if (name == "baggage") {
    std::size_t count = 0;
    for (baggage_members members{value}; members.next(); ++count) {
      must(members.valid(), "baggage that is written is valid");
    }
    must(count <= max_baggage_members && value.size() <= max_baggage_size,
         "baggage that is written keeps its limits");
  }
}

void check_extracted(const header_list& carrier, const extracted& found) {
  const auto from_carrier = [&](std::string_view view) {
    for (const auto& header : carrier) {
      if (lies_in(view, header.second)) return true;
    }
    return false;
  };
  for (const auto piece : found.tracestate()) {
    must(from_carrier(piece), "tracestate is seen as views into the carrier");
    must(found.ids().has_value(), "there is no tracestate without a sender");
  }
  for (const auto piece : found.baggage())
    must(from_carrier(piece), "baggage is seen as views into the carrier");
  found.rejected().for_each(
      [](rejection what) { must(!reason(what).empty(), "each rejection has a reason"); });
  must(found.ids().has_value() == !found.source().empty(), "whoever names the sender is named");
  must(found.ids_from(found.source()).has_value() == found.ids().has_value(),
       "whoever is named has named the sender");
  for (const auto piece : found.baggage()) {
    for (baggage_members members{piece}; members.next();) {
      must(!members.valid() || found.baggage_value(members.key()).has_value(), "a valid member has a value");
    }
  }
}

// What a format says does not count any more: as if it had not been there.
void check_disregarded(extracted found) {
  for (int round = 0; found.ids(); ++round) {
    must(round < 8, "each format is disregarded once");
    found.disregard(found.source());
  }
  must(found.tracestate().empty() && found.disagreement() == disagreement::none,
       "without a sender there is nothing to tell");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of(data, size);
  const unsigned choice = take_byte(input);
  const unsigned budget = take_byte(input);
  header_list carrier = parse_headers(input);
  injection_options options{.formats = choose_formats(choice)};
  options.stamp.stamped = 1'700'000'000'000'000'000;
  const sentry_head head{.public_key = "key", .release = "a b", .sample_rate = "1"};
  if ((choice & 8) != 0) options.sentry = &head;
  const bool limited = budget != 0;
  if (limited) options.budget = {.headers = budget & 7, .bytes = (budget >> 3) * 40U};

  const extracted found = extract(carrier, options.formats);
  check_extracted(carrier, found);
  check_disregarded(found);
  const trace_context received = found.to_context();
  must(received.ids().trace == (found.ids() ? found.ids()->trace : received.ids().trace),
       "a sender's trace is continued");

  // As a task does: in the sender's trace, with a span and a decision of its own.
  span_ids own = received.ids();
  own.span = span_id::from_hex("00f067aa0ba902b7");
  if ((choice & 16) != 0) own.decision = sampling_decision::sampled;
  own.unsure = own.unsure && own.decision == sampling_decision::not_sampled;
  const trace_context context = received.with_ids(own);

  const header_list foreign = foreign_headers(carrier, options.formats.headers());
  bool had_baggage = false;
  for (const auto& [name, value] : carrier) had_baggage = had_baggage || ascii_iequals(name, "baggage");
  const injection outcome = inject(context, carrier, options);
  must(outcome.failed.empty() && !outcome.no_span, "a list takes everything");
  must(foreign_headers(carrier, options.formats.headers()) == foreign, "headers of others stay as they were");
  header_set seen;
  std::size_t bytes = 0;
  for (const auto& [name, value] : carrier) {
    if (!is_ours(name, options.formats.headers())) continue;
    const int slot = known_headers.find(name);
    must(known_headers[slot].text() == name, "a header is written under its exact name");
    must(!seen.has(slot) && outcome.written.has(slot), "a header is written once, and told");
    seen.add(slot);
    must_be_valid(name, value);
    bytes += name.size() + value.size();
  }
  must(seen == outcome.written, "what is told as written is there");
  must(static_cast<std::uint32_t>(seen.size()) <= options.budget.headers && bytes <= options.budget.bytes,
       "the budget is kept");

  // Baggage that stood alone was the caller's and stayed; now it is that of the first injection, and is replaced.
  if (had_baggage) inject(context, carrier, options);
  const header_list once = carrier;
  inject(context, carrier, options);
  must(carrier == once, "injecting twice is injecting once");

  std::map<std::string, std::string> map;
  inject(context, map, options);
  std::string json;
  json_object_carrier object{json};
  inject(context, object, options);
  std::size_t in_json = 0;
  object.for_each([&](std::string_view name, std::string_view value) {
    must(map.count(std::string{name}) == 1 && map[std::string{name}] == value, "every carrier gets the same");
    ++in_json;
  });
  must(in_json == map.size(), "every carrier gets all of it");
  for (const auto& [name, value] : map) {
    must((had_baggage && name == "baggage") ||
             std::find(carrier.begin(), carrier.end(), std::pair{name, value}) != carrier.end(),
         "a list gets the same");
  }

  if (limited) return 0;
  const extracted again = extract(carrier, options.formats);
  must(again.disagreement() == disagreement::none, "headers that are written together agree");
  bool wrote_ids = false;
  for (const auto name : {"traceparent", "sentry-trace", "b3", "x-b3-traceid", "uber-trace-id",
                          "x-datadog-trace-id", "x-amzn-trace-id"}) {
    wrote_ids = wrote_ids || outcome.wrote(name);
  }
  must(again.ids().has_value() == wrote_ids, "whoever reads what was written finds the sender");
  if (!again.ids()) return 0;
  must(again.ids()->trace == own.trace && again.ids()->span == own.span,
       "the sender that is read is the one that wrote");
  bool can_defer = false;
  for (const auto name : {"sentry-trace", "b3", "x-b3-traceid", "x-datadog-trace-id", "x-amzn-trace-id"}) {
    can_defer = can_defer || outcome.wrote(name);
  }
  if (can_defer || own.decision != sampling_decision::deferred) {
    const bool left_open = own.unsure && can_defer;
    must(again.ids()->decision == (left_open ? sampling_decision::deferred : own.decision),
         "the decision is carried on");
  }
  const trace_context next = again.to_context();
  if (outcome.wrote("traceparent"))
    must(next.tracestate() == context.tracestate(), "tracestate is carried on byte for byte");
  if (options.sentry == nullptr && options.formats.has(format_index("baggage"))) {
    const auto without_rand = [](std::string_view baggage) {
      return remove_baggage_member(baggage, sentry_sample_rand_member);
    };
    must(next.baggage() == context.baggage() ||
             without_rand(next.baggage()) == without_rand(context.baggage()) || had_baggage,
         "baggage is carried on byte for byte");
  }

  const bool stamped = outcome.wrote("waybill");
  must(restamp(carrier, {.stamped = 1'700'000'001'000'000'000}) == stamped ||
           !options.formats.has(format_index("waybill")),
       "exactly what has a stamp is stamped again");
  return 0;
}
