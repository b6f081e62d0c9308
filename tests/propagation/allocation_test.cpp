#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/json_object_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/propagation/restamp.hpp>

#include "../fakes/allocation_count.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <unordered_map>

using namespace waybill;
using namespace waybill::testing;

namespace {

metadata full_message() {
  return {{"organizationId", "org_1"},
          {"content-type", "application/json"},
          {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
          {"tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,acme=abc123"},
          {"baggage", "userId=alice,serverNode=DF%2028,isProduction=false"},
          {"sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"},
          {"waybill", "s=1732440000000;p=00f067aa0ba902b7;q=9f86d081"}};
}

}  // namespace

TEST_CASE("reading a message allocates nothing, whatever is wrong with it") {
  metadata message = full_message();
  const header_list list(message.begin(), message.end());
  const std::unordered_map<std::string, std::string> hash_map(message.begin(), message.end());
  metadata odd = full_message();
  odd["Baggage"] = "a=1,,b,c=" + std::string(500, 'x');
  odd["TRACESTATE"] = "BAD";
  odd["Sentry-Trace"] = ",,";
  CHECK(allocations_of([&] { CHECK_UNARY(extract(message).ids().has_value()); }) == 0);
  CHECK(allocations_of([&] { CHECK_UNARY(extract(list).ids().has_value()); }) == 0);
  CHECK(allocations_of([&] { CHECK_UNARY(extract(hash_map).ids().has_value()); }) == 0);
  CHECK(allocations_of([&] { CHECK_UNARY(extract(odd).ids().has_value()); }) == 0);
}

TEST_CASE("owning what was read takes one pooled block, and nothing once the pool is warm") {
  const metadata message = full_message();
  { const trace_context warm = extract(message).to_context(); }
  CHECK(allocations_of([&] {
          const trace_context context = extract(message).to_context();
          const trace_context copy = context;
          CHECK_UNARY(copy.baggage().size() > 0);
        }) == 0);
}

TEST_CASE("writing into a carrier that was written before allocates nothing") {
  const trace_context context = extract(full_message()).to_context();
  metadata message = full_message();
  inject(context, message);
  CHECK(allocations_of([&] { inject(context, message); }) == 0);
  CHECK(allocations_of([&] { CHECK_UNARY(restamp(message)); }) == 1);  // it is longer by the first stamp
  CHECK(allocations_of([&] { CHECK_UNARY(restamp(message)); }) == 0);
}

TEST_CASE("writing into a new map allocates the map's own nodes and texts, and nothing else") {
  const trace_context context = extract(full_message()).to_context();
  metadata by_hand;
  const std::size_t own = allocations_of([&] {
    metadata written;
    inject(context, written);
    by_hand = std::move(written);
  });
  CHECK(own == allocations_of([&] {
          metadata copied;
          for (const auto& [name, value] : by_hand) copied.emplace(name, value);
        }));
  CHECK(own == 10);
}

TEST_CASE("describing a trace to Sentry and keeping to a budget take pooled memory") {
  const std::string_view baggage = "userId=alice,long=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
  const trace_context context{span_ids{.trace = *trace_id::from_hex("4bf92f3577b34da6a3ce929d0e0e4736"),
                                       .span = span_id::from_hex("00f067aa0ba902b7"),
                                       .decision = sampling_decision::sampled},
                              context_text::make({}, {&baggage, 1}, false)};
  const sentry_head head{.public_key = "49d0f7386ad645858ae85020e393bef3", .release = "app@1.2.3"};
  metadata message;
  const injection_options described{.sentry = &head};
  const injection_options narrow{.budget = {.bytes = 250}};
  inject(context, message, described);
  CHECK(allocations_of([&] { inject(context, message, described); }) == 0);
  inject(context, message, narrow);
  CHECK(allocations_of([&] { inject(context, message, narrow); }) == 0);
}

TEST_CASE("a JSON object without escapes is read without allocating") {
  std::string json =
      R"({"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","x":[1,{"y":2}]})";
  CHECK(allocations_of([&] {
          const json_object_carrier carrier{json};
          CHECK_UNARY(extract(carrier).ids().has_value());
        }) == 0);
}
