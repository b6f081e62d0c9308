#include "told_sender.hpp"

using namespace waybill;
using namespace waybill::testing;

TEST_CASE("b3 is read in all its forms, and nothing that is none of them") {
  struct row {
    std::string_view value;
    std::string_view expected;
    std::string_view why;
  };
  for (const auto& [value, expected, why] : {
           row{"T-P-1", "T P kept", "sampled"},
           row{"T-P-0", "T P dropped", "not sampled"},
           row{"T-P-d", "T P debug", "debug says sampled, and is kept apart"},
           row{"T-P", "T P open", "no decision: the reader's to make, where one SDK keeps and others drop"},
           row{"T-P-1-00f067aa0ba902b7", "T P kept", "the parent of the sender is of no use to us"},
           row{"T-P-1-0000000000000000", "T P kept", "zeros for none"},
           row{"T-P-00f067aa0ba902b7", "T P open", "no decision before a parent, as Brave writes it"},
           row{"H-P-1", "H P kept", "a trace id of 64 bits is filled up with zeros"},
           row{" T-P-1\t", "T P kept", "white space around it"},
           row{"D7D4260B0D9E4262B4732349AC3E2BD9-863009AF4A76F08C-1", "T P kept",
               "upper case, as Python's SDK accepts and JavaScript's does not"},
           row{"0", "bare dropped", "a decision without ids, which the SDKs lose"},
           row{"1", "bare kept", "the same"},
           row{"d", "bare debug", "the same"},
           row{"x", "none !", "no decision that there is"},
           row{"2", "none !", "the same"},
           row{"T-P-x", "none !", "the same behind ids"},
           row{"T-P-D", "none !", "debug is lower case"},
           row{"T-P-true", "none !", "a word is only for the several headers"},
           row{"T-P-", "none !", "a hyphen with nothing behind it"},
           row{"T-P-1-", "none !", "the same for the parent"},
           row{"T-P-1-00f067aa0ba902b", "none !", "a parent of 15 digits"},
           row{"T-P-00f067aa0ba902b", "none !", "the same without a decision"},
           row{"T-P-00f067aa0ba902b7-1", "none !", "the decision comes before the parent"},
           row{"T-P-1-00f067aa0ba902b7-", "none !", "one part too many"},
           row{"T", "none !", "no span"},
           row{"T-", "none !", "an empty one"},
           row{"T-863009af4a76f08", "none !", "a span of 15 digits"},
           row{"T-863009af4a76f08g-1", "none !", "no hexadecimal digit"},
           row{"d7d4260b0d9e4262b4732349ac3e2bd-P-1", "none !", "a trace of 31 digits"},
           row{"d7d4-P-1", "none !", "of four: only 16 are filled up"},
           row{"00000000000000000000000000000000-P-1", "none !", "a trace of zeros"},
           row{"0000000000000000-P-1", "none !", "of sixteen zeros"},
           row{"T-0000000000000000-1", "none !", "a span of zeros"},
           row{"", "none", "an empty header is no header"},
       }) {
    CAPTURE(why);
    CHECK(told({{"B3", with_ids(value)}}, "b3") == expected);
    CHECK(told({{"b3", with_ids(value)}}, "b3multi") == expected);
  }
}

TEST_CASE("the several headers of B3 are read together") {
  struct row {
    header_list headers;
    std::string_view expected;
    std::string_view why;
  };
  const auto trace = [](std::string_view value) { return std::pair{"X-B3-TraceId", with_ids(value)}; };
  const auto span = [](std::string_view value) { return std::pair{"X-B3-SpanId", with_ids(value)}; };
  const auto sampled = [](std::string_view value) { return std::pair{"X-B3-Sampled", std::string{value}}; };
  const auto flags = [](std::string_view value) { return std::pair{"X-B3-Flags", std::string{value}}; };
  for (const auto& [headers, expected, why] : {
           row{{trace("T"), span("P"), sampled("1")}, "T P kept", "sampled"},
           row{{sampled("0"), span("P"), trace("T")}, "T P dropped", "in any order"},
           row{{trace("T"), span("P")}, "T P open", "no decision"},
           row{{trace("H"), span("P")}, "H P open", "64 bits"},
           row{{trace("T"), span("P"), sampled("true")}, "T P kept", "an old way to say it"},
           row{{trace("T"), span("P"), sampled("False")}, "T P dropped", "the same"},
           row{{trace("T"), span("P"), flags("1")}, "T P debug", "debug, without sampled"},
           row{{trace("T"), span("P"), sampled("0"), flags("1")}, "T P debug", "debug wins"},
           row{{trace("T"), span("P"), sampled("1"), flags("0")}, "T P kept", "no debug"},
           row{{trace("T"), span("P"), sampled("maybe")},
               "T P open !",
               "what cannot be read decides nothing"},
           row{{sampled("0")}, "bare dropped", "a decision without ids"},
           row{{flags("1")}, "bare debug", "the same"},
           row{{trace("T")}, "none !", "no span"},
           row{{span("P"), sampled("0")},
               "none !",
               "no trace; a decision beside half of the ids does not count"},
           row{{trace("T"), trace("T"), span("P")}, "T P open", "the same one twice is no contradiction"},
           row{{trace("T"), trace("H"), span("P")}, "none !", "two different ones are"},
           row{{trace("T"), span("xyz"), sampled("1")}, "none !", "no hexadecimal digits"},
           row{{trace("H"), span("P"), {"b3", with_ids("T-P-0")}},
               "T P dropped",
               "the one header counts first"},
           row{{trace("T"), span("P"), {"b3", "garbage"}}, "T P open !", "unless it cannot be read"},
           row{{{"b3", with_ids("T-P-0")}, {"B3", with_ids("T-P-1")}}, "none !", "two that differ"},
       }) {
    CAPTURE(why);
    CHECK(told(headers, "b3multi") == expected);
    CHECK(told(headers, "b3") == expected);
  }
}

TEST_CASE("B3 is written strictly, and what was there of its other spelling goes") {
  using enum sampling_decision;
  CHECK(written(ids(sampled), "b3") == metadata{{"b3", with_ids("T-P-1")}});
  CHECK(written(ids(not_sampled), "b3") == metadata{{"b3", with_ids("T-P-0")}});
  CHECK(written(ids(deferred), "b3") == metadata{{"b3", with_ids("T-P")}});
  CHECK(written(ids(sampled, true), "b3") == metadata{{"b3", with_ids("T-P-d")}});

  const auto several = [](const metadata& decision) {
    metadata all{{"x-b3-traceid", std::string{T}}, {"x-b3-spanid", std::string{P}}};
    all.insert(decision.begin(), decision.end());
    return all;
  };
  CHECK(written(ids(sampled), "b3multi") == several({{"x-b3-sampled", "1"}}));
  CHECK(written(ids(not_sampled), "b3multi") == several({{"x-b3-sampled", "0"}}));
  CHECK(written(ids(deferred), "b3multi") == several({}));
  CHECK(written(ids(sampled, true), "b3multi") == several({{"x-b3-flags", "1"}}));

  metadata old{{"X-B3-TraceId", std::string{T}}, {"x-b3-parentspanid", std::string{P}}, {"b3", "0"}};
  inject(trace_context{ids(sampled)}, old, {.formats = *propagator::from_names("b3")});
  CHECK(old == metadata{{"b3", with_ids("T-P-1")}});
}

TEST_CASE("a decision without ids is kept by the trace that begins here") {
  const header_list dropped{{"b3", "0"}};
  const extracted found = extract(dropped, *propagator::from_names("b3"));
  CHECK_FALSE(found.ids());
  const span_ids begun = found.to_context().ids();
  CHECK_FALSE(begun.span);
  CHECK(begun.decision == sampling_decision::not_sampled);

  const header_list with_sender{{"b3", "0"}, {"traceparent", with_ids("00-T-P-01")}};
  const extracted followed = extract(with_sender, *propagator::from_names("b3,tracecontext"));
  CHECK(followed.to_context().ids().decision == sampling_decision::sampled);
}
