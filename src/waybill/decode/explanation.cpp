#include <waybill/decode/explanation.hpp>

#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/decode/time_words.hpp>
#include <waybill/propagation/extract.hpp>

#include <algorithm>
#include <charconv>

namespace waybill::inline v0::decode {
namespace {

const propagator& every_format() {
  static const propagator all =
      *propagator::from_names("tracecontext,sentry,baggage,waybill,b3,b3multi,jaeger,datadog,xray");
  return all;
}

// A number that can only be a time, in seconds, milliseconds or later fractions; as text, what it is.
std::string fact_text(const message_fact& fact, unix_nanos now) {
  const std::string_view key = std::string_view{fact.key}.substr(fact.key.rfind('.') + 1);
  constexpr std::pair<std::string_view, int> counts[] = {// how much less than the attempt they are
                                                         {"retries", 1},
                                                         {"atm", 1},
                                                         {"retry_count", 2},
                                                         {"ApproximateReceiveCount", 0}};
  for (const auto& [name, less] : counts) {
    int count = 0;
    const char* const stop = fact.value.data() + fact.value.size();
    const auto [last, error] = std::from_chars(fact.value.data(), stop, count);
    if (key == name && error == std::errc{} && last == stop && count >= 0 && count < 1'000'000)
      return fact.value + ": attempt " + std::to_string(count + less);
  }
  double number = 0;
  const char* const end = fact.value.data() + fact.value.size();
  const auto [last, error] = std::from_chars(fact.value.data(), end, number);
  if (error != std::errc{} || last != end) return fact.value;
  if (number > 1e9 && number < 9e9) return time_text(static_cast<unix_nanos>(number * 1e6) * 1000, now);
  if (number > 1e12 && number < 9e12) return time_text(static_cast<unix_nanos>(number) * 1'000'000, now);
  return fact.value;
}

void decide(explanation& all) {
  std::vector<std::string> places;
  for (const auto& header : all.message.headers) {
    if (std::find(places.begin(), places.end(), header.place) == places.end()) places.push_back(header.place);
  }
  for (const auto& place : places) {
    header_list list;
    for (const auto& header : all.message.headers) {
      if (header.place == place) list.emplace_back(header.name, header.value);
    }
    const extracted found = extract(list, every_format());
    const std::string at = place.empty() ? "" : " in " + place;
    if (found.disagreement() != disagreement::none) {
      constexpr const char* words[] = {"", "whether it is sampled", "the span that sent it", "the trace"};
      all.notes.push_back(std::string{"the formats"} + at + " disagree about " +
                          words[static_cast<int>(found.disagreement())] + "; " + std::string{found.source()} +
                          " counts" +
                          (found.disagreement() == disagreement::trace ? ", the other becomes a link" : ""));
    }
    found.rejected().for_each(
        [&](rejection why) { all.notes.push_back(std::string{reason(why)} + (at.empty() ? "" : "," + at)); });
    if (!found.ids()) continue;
    if (!all.continued) {
      all.continued = found.ids();
      all.source = found.source();
    } else if (found.ids()->trace != all.continued->trace) {
      all.notes.push_back("what lies" + at + " names another trace, " + found.ids()->trace.to_hex() +
                          ": a link");
    }
  }
}

}  // namespace

explanation explain(message_text message, unix_nanos now) {
  explanation all;
  all.message = std::move(message);
  for (const auto& header : all.message.headers) {
    all.headers.push_back({.header = header, .fields = {}, .readers = {}, .problems = {}});
    explain_header(all.headers.back(), now);
  }
  all.notes = all.message.notes;
  for (const auto& fact : all.message.facts) all.facts.emplace_back(fact.key, fact_text(fact, now));
  decide(all);
  return all;
}

}  // namespace waybill::inline v0::decode
