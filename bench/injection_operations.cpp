// Writing the headers of a message.
#include "message_headers.hpp"
#include "operation.hpp"

#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/propagation/injection_options.hpp>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>

namespace waybill::bench {
namespace {

using transparent_map = std::map<std::string, std::string, std::less<>>;
using hash_map = std::unordered_map<std::string, std::string>;

injection_options writing(int headers) {
  if (headers == 3) return {.formats = *propagator::from_names("tracecontext,baggage")};
  return {.stamp = {.stamped = 1'732'440'000'000'000'000, .destination = 0x9f86d081}};
}

template <class Carrier, int headers>
measurement inject_fresh(std::uint64_t times) {
  const trace_context context = extract(five_headers()).to_context();
  const injection_options options = writing(headers);
  return measure(times, [&] {
    Carrier carrier;
    const injection outcome = inject(context, carrier, options);
    keep(&outcome);
    keep(&carrier);
  });
}

template <class Carrier, int headers>
measurement inject_again(std::uint64_t times) {
  const trace_context context = extract(five_headers()).to_context();
  const injection_options options = writing(headers);
  const metadata before = foreign_keys();
  Carrier carrier(before.begin(), before.end());
  inject(context, carrier, options);
  return measure(times, [&] {
    const injection outcome = inject(context, carrier, options);
    keep(&outcome);
  });
}

// What the map itself takes for the same headers: the floor under the fresh ones.
template <int headers>
measurement copy_into_map(std::uint64_t times) {
  metadata written;
  inject(extract(five_headers()).to_context(), written, writing(headers));
  return measure(times, [&] {
    metadata copy;
    for (const auto& [name, value] : written) copy.emplace(std::string_view{name}, std::string_view{value});
    keep(&copy);
  });
}

constexpr operation rows[] = {
    {"inject 3 headers, fresh std::map", inject_fresh<metadata, 3>},
    {"inject 3 headers, fresh unordered_map", inject_fresh<hash_map, 3>},
    {"inject 3 headers, fresh vector of pairs", inject_fresh<header_list, 3>},
    {"the std::map's own share of that", copy_into_map<3>},
    {"inject 3 headers again, std::map", inject_again<metadata, 3>},
    {"inject 3 headers again, unordered_map", inject_again<hash_map, 3>},
    {"inject 3 headers again, vector of pairs", inject_again<header_list, 3>},
    {"inject 5 headers, fresh std::map", inject_fresh<metadata, 5>},
    {"inject 5 headers, fresh std::map with less<>", inject_fresh<transparent_map, 5>},
    {"the std::map's own share of those", copy_into_map<5>},
    {"inject 5 headers again, std::map", inject_again<metadata, 5>},
    {"inject 5 headers again, unordered_map", inject_again<hash_map, 5>},
    {"inject 5 headers again, vector of pairs", inject_again<header_list, 5>},
};

}  // namespace

std::span<const operation> injection_operations() noexcept {
  return rows;
}

}  // namespace waybill::bench
