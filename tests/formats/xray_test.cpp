#include "told_sender.hpp"

using namespace waybill;
using namespace waybill::testing;

namespace {

// # stands for the root, * for the parent.
std::string with_root(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) {
    if (c == '#') {
      text += "1-d7d4260b-0d9e4262b4732349ac3e2bd9";
    } else if (c == '*') {
      text += P;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the X-Ray header is read in any order, and without a parent it begins a trace") {
  struct row {
    std::string_view value;  // # stands for the root, * for the parent
    std::string_view expected;
    std::string_view why;
  };
  for (const auto& [value, expected, why] : {
           row{"Root=#;Parent=*;Sampled=1", "T P kept", "sampled"},
           row{"Root=#;Parent=*;Sampled=0", "T P dropped", "not sampled"},
           row{"Root=#;Parent=*;Sampled=?", "T P open",
               "the reader is asked to decide, where SDKs drop the context"},
           row{"Root=#;Parent=*", "T P open", "no decision"},
           row{"Root=#;Parent=*;Sampled=yes", "T P open", "no decision that there is"},
           row{"Sampled=1;Parent=*;Root=#", "T P kept", "in another order"},
           row{" Root = # ; Parent=* ; Sampled=1 ", "T P kept", "white space"},
           row{"root=#;PARENT=*;sampled=1", "T P kept", "another case"},
           row{"Self=1-67891233-abcdef012345678912345678;Root=#;Parent=*;Sampled=1", "T P kept",
               "what a load balancer adds"},
           row{"Root=#;Parent=*;Sampled=1;Lineage=1:a87bd80c:1", "T P kept", "what Lambda adds"},
           row{"Root=#;Parent=*;Sampled=1;;", "T P kept", "empty fields"},
           row{"Root=#;Parent=*;Sampled=1;flag", "T P kept", "a field without a value"},
           row{"Root=#", "bare T open", "as a load balancer writes it: the trace begins here"},
           row{"Root=#;Sampled=0", "bare T dropped", "the same, decided"},
           row{"Root=1-D7D4260B-0D9E4262B4732349AC3E2BD9;Parent=*", "T P open", "upper case"},
           row{"Root=1-0-0d9e4262b4732349ac3e2bd9;Parent=*", "000000000d9e4262b4732349ac3e2bd9 P open",
               "a time without the zeros it begins with, as a number that was printed"},
           row{"Root=1-d7-0d9e4262b4732349ac3e2bd9;Parent=*", "000000d70d9e4262b4732349ac3e2bd9 P open",
               "the same"},
           row{"Parent=*;Sampled=1", "none !", "no root"},
           row{"Root=1--0d9e4262b4732349ac3e2bd9;Parent=*", "none !", "no time"},
           row{"Root=1-0d7d4260b-0d9e4262b4732349ac3e2bd9;Parent=*", "none !", "a time of nine digits"},
           row{"Root=1-0d9e4262b4732349ac3e2bd9;Parent=*", "none !", "one part of two"},
           row{"Root=2-d7d4260b-0d9e4262b4732349ac3e2bd9;Parent=*", "none !", "another version"},
           row{"Root=1-d7d4260b-0d9e4262b4732349ac3e2bd;Parent=*", "none !", "23 digits"},
           row{"Root=1-d7d4260-b0d9e4262b4732349ac3e2bd9;Parent=*", "none !", "a hyphen elsewhere"},
           row{"Root=1-00000000-000000000000000000000000;Parent=*", "none !", "zeros"},
           row{"Root=#;Parent=0000000000000000", "none !", "a parent of zeros"},
           row{"Root=#;Parent=863009af4a76f08", "none !", "of 15 digits"},
           row{"Root=#;Root=#;Parent=*", "none !", "two roots"},
           row{"Root=#;Parent=*;Parent=*", "none !", "two parents"},
           row{"Root=#;Sampled=1;Sampled=0", "none !", "two decisions"},
           row{"garbage", "none !", "nothing of it"},
           row{"", "none", "an empty header is no header"},
       }) {
    CAPTURE(why);
    CHECK(told({{"X-Amzn-Trace-Id", with_root(value)}}, "xray") == expected);
    CHECK(told({{"AWSTraceHeader", with_root(value)}}, "xray") == expected);
  }
  CHECK(told({{"X-Amzn-Trace-Id", with_root("Root=#;") + std::string(1100, ';')}}, "xray") == "none !");
}

TEST_CASE("the header of the call counts before the attribute of the queue") {
  CHECK(told({{"AWSTraceHeader", "garbage"}, {"x-amzn-trace-id", with_root("Root=#;Parent=*;Sampled=1")}},
             "xray") == "T P kept");
}

TEST_CASE("a root alone begins that trace") {
  const header_list headers{{"X-Amzn-Trace-Id", with_root("Root=#;Sampled=1")}};
  const span_ids begun = extract(headers, *propagator::from_names("xray")).to_context().ids();
  CHECK(begun.trace.to_hex() == T);
  CHECK_FALSE(begun.span);
  CHECK(begun.decision == sampling_decision::sampled);
}

TEST_CASE("the X-Ray header is written whole, with a question mark for what is not decided") {
  using enum sampling_decision;
  const auto line = [](char sampled) {
    return metadata{{"x-amzn-trace-id", with_root("Root=#;Parent=*;Sampled=") + sampled}};
  };
  CHECK(written(ids(sampled), "xray") == line('1'));
  CHECK(written(ids(not_sampled), "xray") == line('0'));
  CHECK(written(ids(deferred), "xray") == line('?'));
}
