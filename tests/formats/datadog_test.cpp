#include "told_sender.hpp"

using namespace waybill;
using namespace waybill::testing;

namespace {

constexpr const char* trace = "13002775348478094297";  // H
constexpr const char* span = "9669239048437690508";    // P
constexpr const char* high = "_dd.p.tid=d7d4260b0d9e4262";

header_list headers(std::string_view trace_text, std::string_view span_text, std::string_view priority,
                    std::string_view tags) {
  header_list all;
  const auto add = [&](const char* name, std::string_view value) {
    if (value != "-") all.emplace_back(name, value);
  };
  add("x-datadog-trace-id", trace_text);
  add("X-Datadog-Parent-Id", span_text);
  add("x-datadog-sampling-priority", priority);
  add("x-datadog-tags", tags);
  return all;
}

}  // namespace

TEST_CASE("Datadog's headers are read together, and the halves of a trace id put together") {
  struct row {
    std::string_view trace;  // "-": no such header
    std::string_view span;
    std::string_view priority;
    std::string_view tags;
    std::string_view expected;
    std::string_view why;
  };
  for (const auto& [trace_text, span_text, priority, tags, expected, why] : {
           row{trace, span, "1", high, "T P kept", "a trace id of 128 bits"},
           row{trace, span, "1", "_dd.p.dm=-4,_dd.p.tid=d7d4260b0d9e4262", "T P kept", "among other tags"},
           row{trace, span, "1", "_dd.p.tid=D7D4260B0D9E4262 ,x=y", "T P kept",
               "in upper case, with a blank"},
           row{trace, span, "1", "-", "H P kept", "of 64 bits, as older tracers write it"},
           row{trace, span, "2", "-", "H P debug", "kept by hand: debug, as Datadog's tracers say it in B3"},
           row{trace, span, "0", "-", "H P dropped", "dropped"},
           row{trace, span, "-1", "-", "H P dropped", "dropped by hand"},
           row{trace, span, "-", "-", "H P open", "no priority: not decided"},
           row{trace, span, "high", "-", "H P open !", "what is no number decides nothing"},
           row{trace, span, "+1", "-", "H P open !", "nor one with a plus"},
           row{trace, span, "99999999999", "-", "H P open !", "nor one that is too large"},
           row{trace, span, "1", "_dd.p.tid=d7d4", "H P kept !",
               "half of the trace id is broken: the other counts"},
           row{trace, span, "1", "_dd.p.tid=", "H P kept !", "the same"},
           row{trace, "0", "1", "-", "bare H kept", "a span of 0 is none, as from the browser"},
           row{trace, "-", "1", high, "bare T kept", "no span at all"},
           row{"-", "-", "1", "-", "bare kept", "a decision alone"},
           row{"-", "-", "-", high, "none", "tags alone say nothing"},
           row{"0", span, "1", "-", "none !", "a trace of 0"},
           row{"18446744073709551616", span, "1", "-", "none !", "more than 64 bits"},
           row{"b4732349ac3e2bd9", span, "1", "-", "none !", "hexadecimal"},
           row{"-1", span, "1", "-", "none !", "negative"},
           row{"", span, "1", "-", "none !", "empty: a span of no trace"},
           row{trace, "x", "1", "-", "none !", "a span that is no number"},
           row{trace, "18446744073709551616", "1", "-", "none !", "a span of more than 64 bits"},
       }) {
    CAPTURE(why);
    const std::string found = told(headers(trace_text, span_text, priority, tags), "datadog");
    CHECK(found == expected);
  }
}

TEST_CASE("Datadog's headers are written in decimal, with the high half as a tag") {
  using enum sampling_decision;
  const auto all = [](const metadata& more) {
    metadata headers{{"x-datadog-trace-id", trace}, {"x-datadog-parent-id", span}};
    headers.insert(more.begin(), more.end());
    return headers;
  };
  CHECK(written(ids(sampled), "datadog") ==
        all({{"x-datadog-sampling-priority", "1"}, {"x-datadog-tags", high}}));
  CHECK(written(ids(not_sampled), "datadog") ==
        all({{"x-datadog-sampling-priority", "0"}, {"x-datadog-tags", high}}));
  CHECK(written(ids(deferred), "datadog") == all({{"x-datadog-tags", high}}));

  CHECK(written(ids(sampled, true), "datadog") ==
        all({{"x-datadog-sampling-priority", "2"}, {"x-datadog-tags", high}}));

  span_ids small = ids(deferred);
  small.trace = *trace_id::from_hex(short_trace);
  CHECK(written(small, "datadog") == all({}));
  small.trace = *trace_id::from_hex("d7d4260b0d9e42620000000000000000");
  CHECK(written(small, "datadog").empty());  // its low half would be read as no trace
}

TEST_CASE("Datadog's notes on another trace do not stay beside new ids") {
  metadata headers{{"x-datadog-origin", "rum"}, {"x-datadog-tags", "_dd.p.dm=-4"}};
  inject(trace_context{ids(sampling_decision::sampled)}, headers,
         {.formats = *propagator::from_names("datadog")});
  CHECK(headers.count("x-datadog-origin") == 0);
  CHECK(headers.at("x-datadog-tags") == high);
}
