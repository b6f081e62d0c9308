#include <waybill/wire/sentry_trace_header.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/context/baggage.hpp>

#include <vector>

namespace waybill::inline v0 {
namespace {

constexpr std::string_view prefix = "sentry-";

struct member {
  std::string_view name;
  std::string_view value;
};

std::vector<member> members_of(std::string_view baggage) {
  std::vector<member> found;
  for (baggage_members all{baggage}; all.next();) {
    if (!all.valid() || !all.key().starts_with(prefix)) continue;
    const auto name = all.key().substr(prefix.size());
    std::erase_if(found, [&](const member& earlier) { return earlier.name == name; });
    if (!all.value().empty() && name != "trace_id") found.push_back({name, all.value()});
  }
  return found;
}

}  // namespace

std::string encode_sentry_trace_header(std::string_view baggage, const trace_id& trace) {
  std::string json;
  bool has_key = false;
  json_writer to{json};
  to.begin_object().key("trace_id").text(trace.to_hex());
  for (const auto& [name, value] : members_of(baggage)) {
    has_key = has_key || name == "public_key";
    to.key(name).text(decode_baggage_value(value));
  }
  to.end_object();
  return has_key ? json : std::string{};
}

}  // namespace waybill::inline v0
