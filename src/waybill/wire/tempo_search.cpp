#include <waybill/wire/tempo_search.hpp>

#include <waybill/wire/json_text.hpp>
#include <waybill/wire/short_id.hpp>

#include <algorithm>

namespace waybill::inline v0 {

result<std::vector<trace_id>> decode_tempo_search(std::string body) {
  struct found {
    trace_id trace;
    std::uint64_t start;
  };
  std::vector<found> all;
  record_builder to{decode_limits{}};
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  const std::string_view text = to.arena.adopt(std::move(body));
  try {
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document = parser.iterate(
        simdjson::padded_string_view{text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING});
    for (simdjson::ondemand::field field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key != "traces") continue;
      each_element(field.value(), [&](json_value& trace) {
        std::optional<trace_id> id;
        std::uint64_t start = 0;
        each_field(trace, [&](std::string_view part, json_value& content) {
          if (part == "traceID") id = read_short_id<trace_id>(read_text(content, to));
          if (part == "startTimeUnixNano") start = read_integer<std::uint64_t>(content);
        });
        if (id) all.push_back({*id, start});
      });
    }
  } catch (const simdjson::simdjson_error& error) {
    return failure{failure_code::malformed, "The answer is not Tempo's JSON: " + std::string{error.what()}};
  } catch (const over_memory_limit&) {
    return failure{failure_code::too_large, "The answer needs more memory to decode than is allowed."};
  }
  std::stable_sort(all.begin(), all.end(), [](const found& a, const found& b) { return a.start > b.start; });
  std::vector<trace_id> ids;
  for (const auto& one : all) ids.push_back(one.trace);
  return ids;
}

}  // namespace waybill::inline v0
