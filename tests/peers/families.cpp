// The header families beside W3C's and Sentry's, as waybill writes and reads them.
//
//   peer-families write FORMAT TRACE SPAN kept|dropped|open|debug    the headers, one JSON line
//   peer-families read FORMAT [NAME VALUE]...                        what they say, one JSON line
#include "driver_line.hpp"
#include "told_context.hpp"

#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include <string_view>
#include <vector>

namespace {

using decision = waybill::sampling_decision;

void write(const waybill::propagator& formats, std::string_view trace, std::string_view span,
           std::string_view said) {
  waybill::span_ids ids{.trace = *waybill::trace_id::from_hex(trace),
                        .span = waybill::span_id::from_hex(span)};
  ids.debug = said == "debug";
  if (said == "kept" || ids.debug) ids.decision = decision::sampled;
  if (said == "dropped") ids.decision = decision::not_sampled;
  waybill::metadata metadata;
  waybill::inject(waybill::trace_context{ids}, metadata, {.formats = formats});
  peers::tell("written", [&](waybill::json_writer& json) {
    json.key("headers").begin_object();
    for (const auto& [name, value] : metadata) json.key(name).text(value);
    json.end_object();
  });
}

void read(const waybill::propagator& formats, const std::vector<std::string_view>& pairs) {
  waybill::header_list headers;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) headers.emplace_back(pairs[i], pairs[i + 1]);
  const waybill::extracted found = waybill::extract(headers, formats);
  peers::tell("read", [&](waybill::json_writer& json) {
    json.key("found").boolean(found.ids().has_value());
    if (!found.ids()) return;
    peers::tell_ids(json, *found.ids());
    json.key("debug").boolean(found.ids()->debug);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.size() < 2) return 2;
  const auto formats = waybill::propagator::from_names(words[1]);
  if (!formats) return 2;
  if (words[0] == "write" && words.size() == 5) {
    write(*formats, words[2], words[3], words[4]);
  } else if (words[0] == "read") {
    read(*formats, {words.begin() + 2, words.end()});
  } else {
    return 2;
  }
}
