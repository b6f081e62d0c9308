#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/formats/sentry_trace.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include "told_sender.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

using namespace waybill;
using testing::P;
using testing::T;
using testing::with_ids;

namespace {

span_ids ids(sampling_decision decision) {
  return {.trace = *trace_id::from_hex(T), .span = span_id::from_hex(P), .decision = decision};
}

}  // namespace

TEST_CASE("sentry-trace is read as Sentry's SDKs read it, and a little more strictly") {
  using enum sampling_decision;
  struct row {
    std::string_view value;  // T and P stand for the ids
    std::optional<sampling_decision> decision;
    std::string_view why;
  };
  for (const auto& [value, decision, why] : {
           row{"T-P-1", sampled, "sampled"},
           row{"T-P-0", not_sampled, "not sampled"},
           row{"T-P", deferred, "no flag: the sender left it open"},
           row{"T-P-", deferred, "no flag behind the hyphen"},
           row{" T-P-1\t", sampled, "white space around it"},
           row{"T-P-1\r\n", sampled, "the end of a line that somebody left on"},
           row{"TP1", sampled, "the hyphens are optional to the SDKs"},
           row{"T-P-1,T-P-0", sampled, "two values joined: the first"},
           row{" , ,T-P-0", not_sampled, "the first that is not empty"},
           row{"T-P-1,garbage", sampled, "what follows the first does not matter"},
           row{"D7D4260B0D9E4262B4732349AC3E2BD9-863009AF4A76F08C-1", sampled,
               "upper case is lowered, not passed on"},
           row{"garbage,T-P-1", std::nullopt, "the first is broken"},
           row{"T", std::nullopt, "a trace without a span cannot be a parent"},
           row{"T-1", std::nullopt, "nor with a flag"},
           row{"T-P-x", std::nullopt, "no flag that we know"},
           row{"T-P-11", std::nullopt, "one flag too many"},
           row{"T-P-1-", std::nullopt, "something behind the flag"},
           row{"00-T-P-01", std::nullopt, "a traceparent"},
           row{"00-T-P-00", std::nullopt, "a traceparent, which one SDK would strip"},
           row{"00000000000000000000000000000000-P-1", std::nullopt, "a trace id of zeros"},
           row{"T-0000000000000000-1", std::nullopt, "a span id of zeros"},
           row{"T-863009af4a76f08g-1", std::nullopt, "no hexadecimal digit"},
           row{"d7d4260b0d9e4262b4732349ac3e2bd-P-1", std::nullopt, "31 digits"},
           row{"T--P-1", std::nullopt, "two hyphens"},
           row{"", std::nullopt, "empty"},
           row{",", std::nullopt, "empty twice"},
       }) {
    CAPTURE(why);
    const auto found = read_sentry_trace(with_ids(value));
    REQUIRE(found.has_value() == decision.has_value());
    if (!found) continue;
    CHECK(found->trace.to_hex() == T);
    CHECK(found->span->to_hex() == P);
    CHECK(found->decision == *decision);
  }
}

TEST_CASE("sentry-trace is written as Sentry's SDKs write it") {
  char room[max_sentry_trace_size];
  CHECK(write_sentry_trace(ids(sampling_decision::sampled), room) == with_ids("T-P-1"));
  CHECK(write_sentry_trace(ids(sampling_decision::not_sampled), room) == with_ids("T-P-0"));
  CHECK(write_sentry_trace(ids(sampling_decision::deferred), room) == with_ids("T-P"));
}

TEST_CASE("of several sentry-trace headers the first that is not empty counts, and that is told") {
  const header_list received{
      {"sentry-trace", ""}, {"Sentry-Trace", with_ids("T-P-1")}, {"sentry-trace", "garbage"}};
  const extracted found = extract(received);
  REQUIRE(found.ids());
  CHECK(found.source() == "sentry");
  CHECK(found.rejected().has(rejection::sentry_trace_repeated));
  CHECK_FALSE(found.rejected().has(rejection::sentry_trace_malformed));
}

TEST_CASE("what an SDK of Sentry sent comes out as it went in") {
  // As @sentry/node 11 writes it inside a span.
  const std::string baggage =
      "sentry-environment=production,sentry-release=myapp%401.2.3,sentry-public_key="
      "49d0f7386ad645858ae85020e393bef3,"
      "sentry-trace_id=d7d4260b0d9e4262b4732349ac3e2bd9,sentry-transaction=GET%20%2Forders%2F%3Aid,sentry-"
      "sampled=true,"
      "sentry-sample_rand=0.26599042798324235,sentry-sample_rate=1";
  const metadata received{{"sentry-trace", with_ids("T-P-1")}, {"baggage", baggage}};
  const trace_context context = extract(received).to_context();
  CHECK(context.baggage() == baggage);
  CHECK(context.sentry_frozen());
  CHECK(baggage_value(context.baggage(), "sentry-transaction") == "GET /orders/:id");

  metadata sent;
  const sentry_head ours{.public_key = "ours", .release = "ours@1"};
  inject(context, sent, {.sentry = &ours});
  CHECK(sent.at("baggage") == baggage);
  CHECK(sent.at("sentry-trace") == with_ids("T-P-1"));
  CHECK(sent.at("traceparent") == with_ids("00-T-P-01"));
}

TEST_CASE("the trace's description is final once it came with the trace, even when it is empty") {
  const metadata received{{"sentry-trace", with_ids("T-P-1")}};
  const trace_context context = extract(received).to_context();
  CHECK(context.sentry_frozen());
  metadata sent;
  const sentry_head ours{.public_key = "ours"};
  inject(context, sent, {.sentry = &ours});
  CHECK(sent.count("baggage") == 0);
}

TEST_CASE("only the head of a trace describes it to Sentry, and only when it is configured to") {
  const trace_context head{ids(sampling_decision::sampled)};
  const sentry_head ours{
      .public_key = "49d0", .release = "app@1.2.3", .environment = "pro duction", .sample_rate = "0.25"};
  metadata sent;
  inject(head, sent, {.sentry = &ours});
  CHECK(sent.at("baggage") ==
        "sentry-public_key=49d0,sentry-release=app%401.2.3,sentry-environment=pro%20duction,sentry-sample_"
        "rate=0.25,"
        "sentry-trace_id=d7d4260b0d9e4262b4732349ac3e2bd9,sentry-sampled=true");

  const trace_context undecided{ids(sampling_decision::deferred)};
  inject(undecided, sent, {.sentry = &ours});
  CHECK(sent.at("baggage").find("sampled") == std::string::npos);

  const sentry_head nothing;
  inject(head, sent, {.sentry = &nothing});
  CHECK(sent.count("baggage") == 0);
  inject(head, sent);
  CHECK(sent.count("baggage") == 0);
}

TEST_CASE("our description goes behind the application's own baggage, if both have room") {
  const sentry_head ours{.public_key = "49d0", .release = std::string_view{}};
  const auto sent_with = [&](std::string_view baggage) {
    const trace_context head{ids(sampling_decision::deferred), context_text::make({}, {&baggage, 1}, false)};
    metadata sent;
    inject(head, sent, {.sentry = &ours});
    return sent.at("baggage");
  };
  CHECK(sent_with("userId=alice") ==
        "userId=alice,sentry-public_key=49d0,sentry-trace_id=d7d4260b0d9e4262b4732349ac3e2bd9");
  CHECK(sent_with("sentry-release=theirs") == "sentry-release=theirs");
  const std::string full = "k=" + std::string(8150, 'v');
  CHECK(sent_with(full) == full);
}

TEST_CASE("Sentry's members that describe another trace are not passed on") {
  struct row {
    metadata received;
    std::string kept;
    bool told;
    std::string_view why;
  };
  const std::string other = "sentry-trace_id=11111111111111111111111111111111,a=1,sentry-environment=x";
  const std::string same = with_ids("sentry-trace_id=T,a=1,sentry-environment=x");
  const std::string unnamed = "sentry-environment=x,a=1";
  const std::string rand = ",sentry-sample_rand=0.550242";  // of the trace id
  for (const auto& [received, kept, told, why] : {
           row{{{"sentry-trace", with_ids("T-P-1")}, {"baggage", same}},
               same + rand,
               false,
               "they belong together"},
           row{{{"sentry-trace", with_ids("T-P-1")}, {"baggage", other}},
               other + rand,
               true,
               "sentry-trace wins; SDKs pass the members on as they are"},
           row{{{"traceparent", with_ids("00-T-P-01")}, {"baggage", same}},
               same,
               false,
               "the same trace by another header"},
           row{{{"traceparent", with_ids("00-T-P-01")}, {"baggage", other}}, "a=1", true, "another trace"},
           row{{{"traceparent", with_ids("00-T-P-01")}, {"baggage", unnamed}},
               unnamed,
               false,
               "nothing says that they do not belong"},
           row{{{"baggage", same}}, "a=1", true, "no trace is continued, so they belong to none"},
           row{{{"traceparent", with_ids("00-22222222222222222222222222222222-P-01")},
                {"sentry-trace", with_ids("T-P-1")},
                {"baggage", same}},
               "a=1",
               true,
               "the trace that counts is not the one they describe"},
       }) {
    CAPTURE(why);
    const extracted found = extract(received);
    CHECK(found.to_context().baggage() == kept);
    CHECK(found.rejected().has(rejection::sentry_baggage_elsewhere) == told);
  }
}

TEST_CASE("a prefix in another case, or escaped, is not Sentry's") {
  const metadata received{{"baggage", "SENTRY-trace_id=1,sentry%2Dtrace_id=2"}};
  CHECK(extract(received).to_context().baggage() == "SENTRY-trace_id=1,sentry%2Dtrace_id=2");
}

TEST_CASE("when Sentry's SDKs sent a message is read in seconds") {
  struct row {
    std::string_view value;
    std::optional<unix_nanos> time;
    std::string_view why;
  };
  for (const auto& [value, time, why] : {
           row{"1700000000", 1'700'000'000'000'000'000, "whole seconds"},
           row{"1700000000.5", 1'700'000'000'500'000'000, "a fraction"},
           row{"1700000000.123456", 1'700'000'000'123'456'000, "microseconds, as Python writes them"},
           row{" 1700000000.0 ", 1'700'000'000'000'000'000, "white space"},
           row{"1700000000.1234567891", 1'700'000'000'123'456'789, "more digits than nanoseconds"},
           row{"", std::nullopt, "empty"},
           row{"-1700000000", std::nullopt, "before 1970"},
           row{"1.7e9", std::nullopt, "an exponent"},
           row{"1700000000.", std::nullopt, "no digits behind the point"},
           row{"9000000000", 9'000'000'000'000'000'000, "the last second there is"},
           row{"9000000000.000000001", std::nullopt, "a nanosecond beyond it"},
           row{"17000000000000", std::nullopt, "milliseconds by mistake"},
           row{"99999999999999999999999", std::nullopt, "beyond any time"},
       }) {
    CAPTURE(why);
    const metadata received{{"sentry-task-enqueued-time", std::string{value}}};
    CHECK(extract(received).sentry_enqueued() == time);
  }
}

TEST_CASE("sample_rand is kept where it came, and made where it did not") {
  struct row {
    std::string_view flag;
    std::string_view baggage;
    std::string_view kept;
    std::string_view why;
  };
  for (const auto& [flag, baggage, kept, why] : {
           row{"-1", "sentry-sample_rand=0.123,sentry-release=1", "sentry-sample_rand=0.123,sentry-release=1",
               "it came: byte for byte"},
           row{"-0", "sentry-sample_rand=0.1,sentry-sample_rate=0.5",
               "sentry-sample_rand=0.1,sentry-sample_rate=0.5",
               "also where it contradicts the flag: it is the head's word"},
           row{"-1", "sentry-release=1", "sentry-release=1,sentry-sample_rand=0.550242",
               "missing: made of the trace id"},
           row{"", "sentry-release=1", "sentry-release=1,sentry-sample_rand=0.550242", "also where deferred"},
           row{"-1", "sentry-sample_rate=0.5,a=1", "sentry-sample_rate=0.5,a=1,sentry-sample_rand=0.275121",
               "sampled at a rate of 0.5: below it"},
           row{"-0", "sentry-sample_rate=0.5", "sentry-sample_rate=0.5,sentry-sample_rand=0.550242",
               "not sampled: at or above it"},
           row{"-0", "sentry-sample_rate=0.75", "sentry-sample_rate=0.75,sentry-sample_rand=0.887560",
               "not sampled, and the trace id's own number is below"},
           row{"-1", "sentry-sample_rate=bogus", "sentry-sample_rate=bogus,sentry-sample_rand=0.550242",
               "a rate that is none counts as none"},
           row{"-1", "sentry-sample_rate=0", "sentry-sample_rate=0",
               "rate 0 and sampled: no number would do"},
           row{"-1", "sentry-sample_rand=2,sentry-release=1", "sentry-release=1,sentry-sample_rand=0.550242",
               "one that is outside [0, 1) counts as missing"},
           row{"-1", "a=1", "a=1", "no description came: none is invented"},
       }) {
    CAPTURE(why);
    const metadata received{{"sentry-trace", with_ids("T-P") + std::string{flag}},
                            {"baggage", std::string{baggage}}};
    CHECK(extract(received).to_context().baggage() == kept);
  }
  const std::string full = "sentry-release=1,k=" + std::string(8160, 'v');
  const metadata received{{"sentry-trace", with_ids("T-P-1")}, {"baggage", full}};
  CHECK(extract(received).to_context().baggage() == full);  // no room for it
}

TEST_CASE("a decision that a format could say only in part is not made more of") {
  struct row {
    std::string_view traceparent_flags;  // empty: no traceparent
    std::string_view sentry;             // empty: no sentry-trace
    std::string_view traceparent_out;
    std::string_view sentry_out;
    std::string_view why;
  };
  // Extracted and injected, by a process that takes no part in the trace.
  for (const auto& [flags, sentry, traceparent_out, sentry_out, why] : {
           row{"01", "", "00-T-P-01", "T-P-1", "sampled is sampled"},
           row{"00", "", "00-T-P-00", "T-P",
               "not sampled, or not decided: -0 would switch Sentry off downstream"},
           row{"", "T-P-1", "00-T-P-01", "T-P-1", "and the other way round"},
           row{"", "T-P-0", "00-T-P-00", "T-P-0", "a plain no"},
           row{"", "T-P", "00-T-P-00", "T-P", "traceparent has no word for it"},
           row{"01", "T-P-1", "00-T-P-01", "T-P-1", "they agree"},
           row{"00", "T-P-0", "00-T-P-00", "T-P-0", "they agree on no: Sentry's word is plain"},
           row{"00", "T-P", "00-T-P-00", "T-P", "they agree: not decided"},
           row{"01", "T-P", "00-T-P-01", "T-P-1", "the preferred one has decided"},
           row{"01", "T-P-0", "00-T-P-01", "T-P-1", "they disagree: the preferred one counts"},
           row{"00", "T-P-1", "00-T-P-00", "T-P", "they disagree: the preferred one, as far as it says"},
           row{"02", "", "00-T-P-02", "T-P", "the random bit is no decision"},
       }) {
    CAPTURE(why);
    metadata message;
    if (!flags.empty()) message["traceparent"] = with_ids("00-T-P-") + std::string{flags};
    if (!sentry.empty()) message["sentry-trace"] = with_ids(sentry);
    const trace_context context = extract(message).to_context();
    inject(context, message);
    CHECK(message.at("traceparent") == with_ids(traceparent_out));
    CHECK(message.at("sentry-trace") == with_ids(sentry_out));
  }
}
