#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/checked_context.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/propagation/relation.hpp>
#include <waybill/propagation/trust.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace waybill;

namespace {

const std::string A = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string B = "d7d4260b0d9e4262b4732349ac3e2bd9";
const std::string p = "00f067aa0ba902b7";
const std::string q = "863009af4a76f08c";

metadata both(const std::string& traceparent, const std::string& sentry_trace) {
  return {{"traceparent", "00-" + traceparent}, {"sentry-trace", sentry_trace}};
}

}  // namespace

TEST_CASE("when two formats disagree, the preferred one counts and it is told how far they are apart") {
  using enum sampling_decision;
  const propagator sentry_first = *propagator::from_names("sentry,tracecontext");
  struct row {
    std::string traceparent;
    std::string sentry_trace;
    disagreement how;
    sampling_decision w3c_first;
    sampling_decision sentry_first;
    std::string_view why;
  };
  for (const auto& [traceparent, sentry_trace, how, by_w3c, by_sentry, why] : {
           row{A + "-" + p + "-01", A + "-" + p + "-1", disagreement::none, sampled, sampled, "they agree"},
           row{A + "-" + p + "-00", A + "-" + p + "-0", disagreement::none, not_sampled, not_sampled,
               "they agree on no"},
           row{A + "-" + p + "-00", A + "-" + p, disagreement::none, deferred, deferred,
               "traceparent cannot say undecided, so its no was that"},
           row{A + "-" + p + "-01", A + "-" + p, disagreement::decision, sampled, deferred,
               "yes is not undecided"},
           row{A + "-" + p + "-01", A + "-" + p + "-0", disagreement::decision, sampled, not_sampled,
               "yes and no"},
           row{A + "-" + p + "-00", A + "-" + p + "-1", disagreement::decision, not_sampled, sampled,
               "no and yes"},
           row{A + "-" + p + "-01", A + "-" + q + "-1", disagreement::span, sampled, sampled,
               "one was re-parented"},
           row{A + "-" + p + "-01", B + "-" + q + "-0", disagreement::trace, sampled, not_sampled,
               "two traces"},
       }) {
    CAPTURE(why);
    const metadata received = both(traceparent, sentry_trace);
    const extracted by_default = extract(received);
    CHECK(by_default.source() == "tracecontext");
    CHECK(by_default.disagreement() == how);
    CHECK(by_default.ids()->decision == by_w3c);
    CHECK(by_default.ids()->span->to_hex() == p);

    const extracted other_way = extract(received, sentry_first);
    CHECK(other_way.source() == "sentry");
    CHECK(other_way.disagreement() == how);
    CHECK(other_way.ids()->decision == by_sentry);
    CHECK(other_way.ids_from("tracecontext")->span->to_hex() == p);
  }
}

TEST_CASE("what Sentry leaves open survives us") {
  const trace_context context = extract(both(A + "-" + p + "-00", A + "-" + p)).to_context();
  metadata sent;
  inject(context, sent);
  CHECK(sent.at("sentry-trace") == A + "-" + p);
  CHECK(sent.at("traceparent") == "00-" + A + "-" + p + "-00");
}

TEST_CASE("that a trace id is random is known to traceparent only, and kept whoever is preferred") {
  const metadata received = both(A + "-" + p + "-03", A + "-" + p + "-1");
  CHECK(extract(received, *propagator::from_names("sentry,tracecontext")).ids()->random);
}

TEST_CASE("tracestate stays with the trace it came with") {
  metadata received = both(A + "-" + p + "-01", B + "-" + q + "-1");
  received["tracestate"] = "foo=1";
  CHECK(extract(received).to_context().tracestate() == "foo=1");
  CHECK(extract(received, *propagator::from_names("sentry,tracecontext")).to_context().tracestate().empty());
  CHECK(extract(received, *propagator::from_names("sentry")).to_context().tracestate().empty());
}

TEST_CASE("a broken traceparent does not hide a whole sentry-trace") {
  const metadata received = both("broken", A + "-" + p + "-1");
  const extracted found = extract(received);
  CHECK(found.source() == "sentry");
  CHECK(found.rejected().has(rejection::traceparent_malformed));
}

TEST_CASE("a context that the queue's engine made up can be disregarded") {
  metadata received = both(A + "-" + p + "-01", B + "-" + q + "-1");
  received["tracestate"] = "foo=1";
  extracted found = extract(received);
  found.disregard("tracecontext");
  CHECK(found.source() == "sentry");
  CHECK(found.disagreement() == disagreement::none);
  CHECK(found.to_context().tracestate().empty());
  found.disregard("sentry");
  CHECK_FALSE(found.ids());
  CHECK(found.source().empty());
  found.disregard("no such format");
}

TEST_CASE("without a sender, a context is a trace of its own that has no span yet") {
  const extracted found = extract(metadata{});
  const trace_context one = found.to_context();
  const trace_context another = found.to_context();
  CHECK(one.ids().trace != another.ids().trace);
  CHECK_FALSE(one.ids().span);
  CHECK(one.ids().random);
  CHECK_FALSE(one.ids().remote);
  CHECK(one.ids().decision == sampling_decision::deferred);
}

TEST_CASE("what an extraction owns outlives the carrier") {
  auto message = std::make_unique<metadata>(both(A + "-" + p + "-01", A + "-" + p + "-1"));
  (*message)["baggage"] = "userId=alice,,broken,long=" + std::string(2000, 'x');
  const trace_context context = extract(*message).to_context();
  message.reset();
  CHECK(context.baggage() == "userId=alice,long=" + std::string(2000, 'x'));
}

TEST_CASE("a value of baggage is read from all headers, and only from members that are valid") {
  const header_list received{{"baggage", "a=1,b=2 3,c=%41"}, {"baggage", "a=2"}};
  const extracted found = extract(received);
  CHECK(found.baggage_value("a") == "2");
  CHECK(found.baggage_value("c") == "A");
  CHECK_FALSE(found.baggage_value("b"));
  CHECK_FALSE(found.baggage_value("d"));
}

TEST_CASE("only the formats that are asked for are read and written") {
  metadata received = both(A + "-" + p + "-01", B + "-" + q + "-1");
  received["baggage"] = "userId=alice," + std::string{"sentry-environment=x"};
  received["waybill"] = "s=1700000000123";
  const auto w3c = *propagator::from_names("tracecontext");
  CHECK(extract(received, w3c).to_context().baggage().empty());
  CHECK_FALSE(extract(received, w3c).stamp());
  CHECK(extract(received, *propagator::from_names("sentry")).to_context().baggage() ==
        "sentry-environment=x,sentry-sample_rand=0.550242");
  CHECK(extract(received, *propagator::from_names("tracecontext,baggage")).to_context().baggage() ==
        received["baggage"]);
  CHECK_FALSE(extract(received, *propagator::from_names("none")).ids());

  std::string many = "sentry-sample_rand=2.5";
  for (int i = 0; i < 63; ++i) many += ",sentry-x=1";
  received["baggage"] = many + ",sentry-sample_rand=0.25";  // one too many, so that it is not kept
  CHECK(extract(received, *propagator::from_names("sentry")).to_context().baggage() ==
        many.substr(many.find(',') + 1) + ",sentry-sample_rand=0.550242");

  const trace_context context = extract(both(A + "-" + p + "-01", A + "-" + p + "-1")).to_context();
  metadata sent{{"sentry-trace", "of somebody else"}, {"baggage", "also=this"}};
  inject(context, sent, {.formats = w3c});
  CHECK(sent == metadata{{"sentry-trace", "of somebody else"},
                         {"baggage", "also=this"},
                         {"traceparent", "00-" + A + "-" + p + "-01"}});
  const std::string_view text = "userId=alice,sentry-environment=x";
  const trace_context with_text{context.ids(), context_text::make({}, {&text, 1}, true)};
  inject(with_text, sent, {.formats = *propagator::from_names("sentry")});
  CHECK(sent.at("baggage") == "sentry-environment=x");
}

TEST_CASE("formats are chosen by the names of OTEL_PROPAGATORS") {
  const auto names = [](std::string_view list) {
    std::string order;
    const auto chosen = propagator::from_names(list);
    REQUIRE(chosen);
    for (const auto index : chosen->order()) order += std::to_string(index);
    return order;
  };
  CHECK(names("") == "0123");
  CHECK(names(" , ") == "0123");
  CHECK(names("none").empty());
  CHECK(names("waybill, Sentry,tracecontext") == "310");
  CHECK(names("baggage,baggage,tracecontext,baggage") == "20");

  const auto with_waybill = [](std::string_view list) {
    const propagator chosen = propagator::from_names(list)->with_waybill();
    return std::vector<int>(chosen.order().begin(), chosen.order().end());
  };
  CHECK(with_waybill("baggage,tracecontext") == std::vector{2, 0, 3});
  CHECK(with_waybill("waybill,tracecontext") == std::vector{3, 0});
  CHECK(with_waybill("none").empty());

  const auto unknown = propagator::from_names("tracecontext,b4");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message ==
        "There is no propagation format \"b4\" in \"tracecontext,b4\"; known are tracecontext, sentry, "
        "baggage, waybill, b3, b3multi, jaeger, datadog, xray, or none.");
  REQUIRE_FALSE(propagator::from_names("none,baggage"));
}

TEST_CASE("text that another SDK hands over is checked like a message's") {
  const span_ids ids{.trace = *trace_id::from_hex(A), .span = span_id::from_hex(p)};
  const trace_context good = checked_context(ids, " foo=1,bar=2", "a=1,b=2");
  CHECK(good.tracestate() == "foo=1,bar=2");
  CHECK(good.baggage() == "a=1,b=2");
  const trace_context bad = checked_context(ids, "foo=1\r\nX: y", "a=1,b=\r\nX: y,c=3");
  CHECK(bad.tracestate().empty());
  CHECK(bad.baggage() == "a=1,c=3");
  CHECK(checked_context(ids, "", std::string(9000, 'x')).baggage().empty());
  CHECK(checked_context(ids, "", "").ids() == ids);
}

TEST_CASE("every rejection has a sentence of its own") {
  for (int i = 0; i < rejection_count; ++i) {
    const std::string_view sentence = reason(static_cast<rejection>(i));
    CHECK(sentence != "unknown");
    for (int other = 0; other < i; ++other) CHECK(sentence != reason(static_cast<rejection>(other)));
  }
}

TEST_CASE("one message continues its sender's trace; what would make endless traces is linked") {
  struct row {
    relation_rule rule;
    message_circumstances message;
    relation kept;
    std::string_view why;
  };
  for (const auto& [rule, message, kept, why] : {
           row{{}, {}, relation::parent, "one message"},
           row{{}, {.batched = true}, relation::link, "a batch"},
           row{{}, {.scheduled = true}, relation::link, "a timetable"},
           row{{}, {.replayed = true}, relation::link, "a replay"},
           row{{.max_age = 10}, {.age = 11}, relation::link, "too old"},
           row{{.max_age = 10}, {.age = 10}, relation::parent, "just not too old"},
           row{{.max_age = 10}, {}, relation::parent, "of unknown age"},
           row{{.always = relation::parent}, {.batched = true}, relation::parent, "the user's word counts"},
           row{{.always = relation::fresh}, {}, relation::fresh, "the user's word counts"},
       }) {
    CAPTURE(why);
    CHECK(choose_relation(rule, message) == kept);
  }
}

TEST_CASE("a source is believed as far as it is trusted") {
  CHECK(within_trust(relation::parent, trust::follow) == relation::parent);
  CHECK(within_trust(relation::parent, trust::link) == relation::link);
  CHECK(within_trust(relation::link, trust::link) == relation::link);
  CHECK(within_trust(relation::fresh, trust::link) == relation::fresh);
  CHECK(within_trust(relation::parent, trust::ignore) == relation::fresh);
  CHECK(trust_from_name("continue") == trust::follow);
  CHECK(trust_from_name("link") == trust::link);
  CHECK(trust_from_name("ignore") == trust::ignore);
  CHECK_FALSE(trust_from_name("follow"));
}
