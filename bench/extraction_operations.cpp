// Reading the headers of a message: found, checked, and handed out as views; then made current, and kept.
#include "message_headers.hpp"
#include "operation.hpp"

#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/context_node.hpp>
#include <waybill/context/current.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/tracing/run_in.hpp>

#include <cctype>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

namespace waybill::bench {
namespace {

using transparent_map = std::map<std::string, std::string, std::less<>>;
using hash_map = std::unordered_map<std::string, std::string>;

metadata in_mixed_case(const metadata& headers) {
  metadata mixed;
  for (const auto& [name, value] : headers) {
    std::string spelled = name;
    spelled.front() = static_cast<char>(std::toupper(spelled.front()));
    mixed.emplace(std::move(spelled), value);
  }
  return mixed;
}

// As a Sentry SDK writes it.
metadata with_sentry_baggage() {
  metadata headers = five_headers();
  headers["baggage"] =
      "sentry-environment=production,sentry-release=myapp%401.2.3,"
      "sentry-public_key=49d0f7386ad645858ae85020e393bef3,sentry-trace_id=4bf92f3577b34da6a3ce929d0e0e4736,"
      "sentry-transaction=GET%20%2Forders%2F%3Aid,sentry-sampled=true,"
      "sentry-sample_rand=0.26599042798324235,sentry-sample_rate=1";
  return headers;
}

metadata with_more_baggage(std::string_view member, int times) {
  metadata headers = five_headers();
  for (int i = 0; i < times; ++i) headers["baggage"].append(",").append(member);
  return headers;
}

metadata with_long_member() {
  return with_more_baggage("note=" + std::string(594, 'x'), 1);
}
metadata with_short_members() {
  return with_more_baggage("k=abc", 50);
}
metadata with_five_bytes_members() {
  return with_more_baggage("key=some-value", 20);
}

metadata five_headers_in_mixed_case() {
  return in_mixed_case(five_headers());
}

template <class Carrier, metadata headers()>
measurement extract_from(std::uint64_t times) {
  const metadata made = headers();
  const Carrier carrier(made.begin(), made.end());
  return measure(times, [&] {
    const extracted found = extract(carrier);
    keep(&found);
  });
}

measurement make_current(std::uint64_t times) {
  const metadata headers = five_headers();
  return measure(times, [&] {
    const extracted found = extract(headers);
    const context_scope scope{found.to_context()};
    const std::string_view baggage = current()->context.baggage();
    for (const std::string_view key : {"userId", "serverNode", "isProduction"}) {
      const auto value = find_baggage_member(baggage, key);
      keep(&value);
    }
  });
}

measurement capture_current(std::uint64_t times) {
  const metadata headers = five_headers();
  const context_scope scope{extract(headers).to_context()};
  return measure(times, [&] {
    const captured_context kept = capture();
    keep(&kept);
  });
}

constexpr operation rows[] = {
    {"extract 3 headers, std::map", extract_from<metadata, three_headers>},
    {"extract 3 headers, std::map with less<>", extract_from<transparent_map, three_headers>},
    {"extract 3 headers, unordered_map", extract_from<hash_map, three_headers>},
    {"extract 3 headers, vector of pairs", extract_from<header_list, three_headers>},
    {"extract 5 headers, std::map", extract_from<metadata, five_headers>},
    {"extract 5 headers, std::map with less<>", extract_from<transparent_map, five_headers>},
    {"extract 5 headers, unordered_map", extract_from<hash_map, five_headers>},
    {"extract 5 headers, vector of pairs", extract_from<header_list, five_headers>},
    {"extract 5 in Mixed-Case, std::map", extract_from<metadata, five_headers_in_mixed_case>},
    {"extract 5 in Mixed-Case, std::map with less<>",
     extract_from<transparent_map, five_headers_in_mixed_case>},
    {"extract 5 in Mixed-Case, unordered_map", extract_from<hash_map, five_headers_in_mixed_case>},
    {"extract 5 in Mixed-Case, vector of pairs", extract_from<header_list, five_headers_in_mixed_case>},
    {"extract traceparent alone, std::map", extract_from<metadata, only_traceparent>},
    {"extract where there is none, std::map", extract_from<metadata, foreign_keys>},
    {"extract where there is none, std::map with less<>", extract_from<transparent_map, foreign_keys>},
    {"extract where there is none, unordered_map", extract_from<hash_map, foreign_keys>},
    {"extract where there is none, vector of pairs", extract_from<header_list, foreign_keys>},
    {"extract 5 headers, baggage of Sentry, std::map", extract_from<metadata, with_sentry_baggage>},
    {"extract 5 headers, 600 bytes of baggage more in 1 member", extract_from<metadata, with_long_member>},
    {"extract 5 headers, 300 bytes of baggage more in 20 members",
     extract_from<metadata, with_five_bytes_members>},
    {"extract 5 headers, 300 bytes of baggage more in 50 members",
     extract_from<metadata, with_short_members>},
    {"extract 5, make it current, read 3 baggage values, leave", make_current},
    {"capture what is current", capture_current},
};

}  // namespace

std::span<const operation> extraction_operations() noexcept {
  return rows;
}

}  // namespace waybill::bench
