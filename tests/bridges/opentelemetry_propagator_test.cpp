#include <waybill/bridges/opentelemetry/waybill_propagator.hpp>

#include <opentelemetry/context/propagation/global_propagator.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace waybill;

namespace {

namespace api = ::opentelemetry;
using api::context::propagation::GlobalTextMapPropagator;
using api::context::propagation::TextMapPropagator;
using opentelemetry_bridge::to_ours;
using opentelemetry_bridge::to_theirs;

class text_headers final : public api::context::propagation::TextMapCarrier {
 public:
  explicit text_headers(std::map<std::string, std::string> given = {}, bool lists_keys = false)
      : headers(std::move(given)), lists_keys_(lists_keys) {}

  api::nostd::string_view Get(api::nostd::string_view key) const noexcept override {
    const auto found = headers.find(std::string{to_ours(key)});
    return found != headers.end() ? to_theirs(found->second) : api::nostd::string_view{};
  }
  void Set(api::nostd::string_view key, api::nostd::string_view value) noexcept override {
    headers[std::string{to_ours(key)}] = to_ours(value);
  }
  bool Keys(api::nostd::function_ref<bool(api::nostd::string_view)> visit) const noexcept override {
    for (const auto& [key, value] : headers) {
      if (lists_keys_ && !visit(to_theirs(key))) return false;
    }
    return true;
  }

  std::map<std::string, std::string> headers;

 private:
  bool lists_keys_;
};

constexpr const char* traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

api::context::Context extract(const text_headers& from) {
  waybill_propagator propagator;
  api::context::Context none;
  return propagator.Extract(from, none);
}

}  // namespace

TEST_CASE("an application that uses the global propagator sends waybill's headers") {
  GlobalTextMapPropagator::SetGlobalPropagator(
      api::nostd::shared_ptr<TextMapPropagator>(new waybill_propagator));
  const auto propagator = GlobalTextMapPropagator::GetGlobalPropagator();
  api::context::Context none;
  text_headers received{
      {{"traceparent", traceparent}, {"tracestate", "vendor=1"}, {"baggage", "name=Am%C3%A9lie%20P;p"}}};
  const auto entered = propagator->Extract(received, none);
  CHECK(api::trace::GetSpan(entered)->GetContext().IsRemote());

  text_headers sent;
  propagator->Inject(sent, entered);
  CHECK(sent.headers.at("traceparent") == traceparent);
  CHECK(sent.headers.at("tracestate") == "vendor=1");
  CHECK(sent.headers.at("baggage") == "name=Am%C3%A9lie%20P;p");
  CHECK(sent.headers.at("sentry-trace") == "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1");
  CHECK(sent.headers.at("waybill").find(";p=00f067aa0ba902b7") != std::string::npos);

  std::vector<std::string> fields;
  CHECK(propagator->Fields(
      [&](api::nostd::string_view name) { return fields.emplace_back(to_ours(name)), true; }));
  for (const auto& [name, value] : sent.headers) {
    CAPTURE(name);
    CHECK(std::ranges::count(fields, name) == 1);
  }
  CHECK(!propagator->Fields([](api::nostd::string_view) { return false; }));
  GlobalTextMapPropagator::SetGlobalPropagator(
      api::nostd::shared_ptr<TextMapPropagator>(new waybill_propagator));
}

TEST_CASE("baggage that the application has put into the carrier itself stays, beside ours") {
  waybill_propagator propagator;
  text_headers sent{{{"baggage", "own=1"}}};
  propagator.Inject(sent, extract(text_headers{{{"traceparent", traceparent}, {"baggage", "region=eu"}}}));
  CHECK(sent.headers.at("baggage") == "own=1,region=eu");
}

TEST_CASE("a context without a span writes nothing") {
  waybill_propagator propagator;
  text_headers sent;
  propagator.Inject(sent, api::context::Context{});
  CHECK(sent.headers.empty());
}

TEST_CASE("what a carrier gives, and what is made of it") {
  struct given {
    std::map<std::string, std::string> headers;
    bool lists_keys;
    bool continued;
    const char* why;
  };
  const given cases[] = {
      {{{"traceparent", traceparent}}, false, true, "asked for by its lower-case name"},
      {{{"TraceParent", traceparent}}, true, true, "keys that can be listed are found in any case"},
      {{{"TraceParent", traceparent}},
       false,
       false,
       "a carrier that is case-sensitive and lists nothing has no such key"},
      {{{"sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"}},
       false,
       true,
       "Sentry's header alone"},
      {{{"traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"}},
       false,
       false,
       "a zero trace id"},
      {{{"traceparent", ""}}, true, false, "empty is absent"},
      {{}, true, false, "nothing there"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.why);
    const auto entered = extract(text_headers{one.headers, one.lists_keys});
    CHECK(api::trace::GetSpan(entered)->GetContext().IsValid() == one.continued);
  }
}

TEST_CASE("without usable headers the context stays as it was, but for baggage that came alone") {
  waybill_propagator propagator;
  api::context::Context around{"app", true};
  CHECK(propagator.Extract(text_headers{}, around) == around);
  CHECK(propagator.Extract(text_headers{{{"traceparent", "nonsense"}}}, around) == around);
  const auto entered = propagator.Extract(text_headers{{{"baggage", "region=eu"}}}, around);
  std::string region;
  CHECK(api::baggage::GetBaggage(entered)->GetValue("region", region));
  CHECK(region == "eu");
}
