#include <waybill/configuration/sentry_environment.hpp>

#include <waybill/http/address.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

std::string_view value_of(const pairs& resource, std::string_view key) noexcept {
  const auto found = std::ranges::find(resource, key, &pairs::value_type::first);
  return found == resource.end() ? std::string_view{} : found->second;
}

std::string first_of(std::initializer_list<std::string_view> choices) {
  for (const auto one : choices) {
    if (!one.empty()) return std::string{one};
  }
  return {};
}

}  // namespace

result<sentry_environment> read_sentry_environment(std::string_view dsn, const pairs& resource,
                                                   environment_getter get) {
  sentry_environment read;
  const char* const given_by = dsn.empty() ? "SENTRY_DSN" : "sentry_dsn";
  if (dsn.empty()) dsn = environment_value(get, "SENTRY_DSN");
  if (dsn.empty()) return read;
  auto parsed = parse_sentry_dsn(dsn);
  if (!parsed) {
    return failure{parsed.error().code,
                   std::string{given_by}.append(" cannot be used: ").append(parsed.error().message)};
  }
  sentry_options options;
  options.dsn = std::move(*parsed);
  options.compress = !is_loopback_host(options.dsn.host);
  options.sender.release =
      first_of({environment_value(get, "SENTRY_RELEASE"), value_of(resource, "service.version")});
  options.sender.environment = first_of({environment_value(get, "SENTRY_ENVIRONMENT"),
                                         value_of(resource, "deployment.environment.name"),
                                         value_of(resource, "deployment.environment"), "production"});
  const auto format = environment_value(get, "WAYBILL_SENTRY_FORMAT");
  if (format == "spans") {
    options.format = sentry_format::spans;
  } else if (!format.empty() && format != "transactions") {
    return wrong_environment_value("WAYBILL_SENTRY_FORMAT", format, "transactions or spans");
  }
  options.send_events = !is_switched_off(environment_value(get, "WAYBILL_SENTRY_EVENTS"));
  read.org_id = first_of({environment_value(get, "WAYBILL_SENTRY_ORG_ID"), options.dsn.org_id});
  const auto strict = environment_value(get, "WAYBILL_SENTRY_STRICT");
  read.strict_continuation = !strict.empty() && !is_switched_off(strict);
  read.exporter = std::move(options);
  return read;
}

}  // namespace waybill::inline v0
