// What the headers of one message cost: found, read, made current and written. The rows are those of the papers' table;
// carriers hold five keys of somebody else beside ours.
#include "allocation_count.hpp"

#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/context_node.hpp>
#include <waybill/context/current.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include <benchmark/benchmark.h>

#include <cctype>
#include <string>
#include <unordered_map>
#include <utility>

namespace {

using namespace waybill;

const metadata foreign_keys{{"organizationId", "org_1"},
                            {"userId", "user_1"},
                            {"requestId", "req_1"},
                            {"priority", "high"},
                            {"region", "eu-1"}};
const metadata traceparent{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
const metadata three_headers{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                             {"tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,acme=abc123x"},
                             {"baggage", "userId=alice,serverNode=DF%2028,isProduction=false"}};
const metadata two_more{{"sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"},
                        {"waybill", "s=1732440000000;p=00f067aa0ba902b7;q=9f86d081"}};
// As a Sentry SDK writes it.
const std::string sentry_baggage =
    "sentry-environment=production,sentry-release=myapp%401.2.3,sentry-public_key="
    "49d0f7386ad645858ae85020e393bef3,"
    "sentry-trace_id=4bf92f3577b34da6a3ce929d0e0e4736,sentry-transaction=GET%20%2Forders%2F%3Aid,"
    "sentry-sampled=true,sentry-sample_rand=0.26599042798324235,sentry-sample_rate=1";

metadata message(std::initializer_list<const metadata*> parts) {
  metadata all;
  for (const metadata* part : parts) all.insert(part->begin(), part->end());
  return all;
}

metadata five_headers() {
  return message({&foreign_keys, &three_headers, &two_more});
}

metadata in_mixed_case(const metadata& headers) {
  metadata mixed;
  for (const auto& [name, value] : headers) {
    std::string spelled = name;
    spelled.front() = static_cast<char>(std::toupper(spelled.front()));
    mixed.emplace(std::move(spelled), value);
  }
  return mixed;
}

template <class Carrier>
void extract_each(benchmark::State& state, const Carrier& carrier) {
  const bench::allocation_count count{state};
  for (auto _ : state) {
    const extracted found = extract(carrier);
    benchmark::DoNotOptimize(&found);
  }
}

void extract_three_headers(benchmark::State& state) {
  extract_each(state, message({&foreign_keys, &three_headers}));
}
BENCHMARK(extract_three_headers);

void extract_five_headers(benchmark::State& state) {
  extract_each(state, five_headers());
}
BENCHMARK(extract_five_headers);

void extract_five_headers_mixed_case(benchmark::State& state) {
  extract_each(state, in_mixed_case(five_headers()));
}
BENCHMARK(extract_five_headers_mixed_case);

void extract_five_headers_hash_map(benchmark::State& state) {
  const metadata headers = five_headers();
  extract_each(state, std::unordered_map<std::string, std::string>(headers.begin(), headers.end()));
}
BENCHMARK(extract_five_headers_hash_map);

void extract_five_headers_list(benchmark::State& state) {
  const metadata headers = five_headers();
  extract_each(state, header_list(headers.begin(), headers.end()));
}
BENCHMARK(extract_five_headers_list);

void extract_five_headers_sentry_baggage(benchmark::State& state) {
  metadata headers = five_headers();
  headers["baggage"] = sentry_baggage;
  extract_each(state, headers);
}
BENCHMARK(extract_five_headers_sentry_baggage);

void extract_five_headers_hundred_bytes_more(benchmark::State& state) {
  metadata headers = five_headers();
  headers["baggage"] += ",note=" + std::string(94, 'x');
  extract_each(state, headers);
}
BENCHMARK(extract_five_headers_hundred_bytes_more);

void extract_traceparent_only(benchmark::State& state) {
  extract_each(state, message({&foreign_keys, &traceparent}));
}
BENCHMARK(extract_traceparent_only);

void extract_nothing_there(benchmark::State& state) {
  extract_each(state, foreign_keys);
}
BENCHMARK(extract_nothing_there);

void make_current_and_read_three_values(benchmark::State& state) {
  const metadata headers = five_headers();
  const bench::allocation_count count{state};
  for (auto _ : state) {
    context_node* const node = enter_context(extract(headers).to_context(), 0, std::nullopt);
    const std::string_view baggage = node->context.baggage();
    benchmark::DoNotOptimize(find_baggage_member(baggage, "userId"));
    benchmark::DoNotOptimize(find_baggage_member(baggage, "serverNode"));
    benchmark::DoNotOptimize(find_baggage_member(baggage, "isProduction"));
    leave_context(node);
  }
}
BENCHMARK(make_current_and_read_three_values);

const injection_options& options_for(int headers) {
  static const injection_options three{.formats = *propagator::from_names("tracecontext,baggage")};
  static const injection_options five{
      .stamp = {.stamped = 1'732'440'000'000'000'000, .destination = 0x9f86d081}};
  return headers == 3 ? three : five;
}

void inject_fresh_map(benchmark::State& state) {
  const trace_context context = extract(five_headers()).to_context();
  const injection_options& options = options_for(static_cast<int>(state.range(0)));
  const bench::allocation_count count{state};
  for (auto _ : state) {
    metadata headers;
    benchmark::DoNotOptimize(inject(context, headers, options));
  }
}
BENCHMARK(inject_fresh_map)->Arg(3)->Arg(5);

void inject_reused_map(benchmark::State& state) {
  const trace_context context = extract(five_headers()).to_context();
  const injection_options& options = options_for(static_cast<int>(state.range(0)));
  metadata headers = foreign_keys;
  inject(context, headers, options);
  const bench::allocation_count count{state};
  for (auto _ : state) benchmark::DoNotOptimize(inject(context, headers, options));
}
BENCHMARK(inject_reused_map)->Arg(3)->Arg(5);

// The map's own share of inject_fresh_map.
void copy_into_fresh_map(benchmark::State& state) {
  metadata headers;
  inject(extract(five_headers()).to_context(), headers, options_for(static_cast<int>(state.range(0))));
  const bench::allocation_count count{state};
  for (auto _ : state) {
    metadata copied;
    for (const auto& [name, value] : headers) copied.emplace(std::string_view{name}, std::string_view{value});
    benchmark::DoNotOptimize(&copied);
  }
}
BENCHMARK(copy_into_fresh_map)->Arg(3)->Arg(5);

}  // namespace
