#include <waybill/configuration/otel_environment.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/base/hex.hpp>
#include <waybill/configuration/environment_value.hpp>

#include <charconv>
#include <cstdlib>

namespace waybill::inline v0 {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;
using getter = environment_getter;

result<void> read_count(getter get, const char* name, std::size_t& into) {
  const auto value = environment_value(get, name);
  if (value.empty()) return {};
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size())
    return wrong_environment_value(name, value, "a whole number");
  into = number;
  return {};
}

result<void> read_milliseconds(getter get, const char* name, std::chrono::milliseconds& into) {
  auto count = static_cast<std::size_t>(into.count());
  const auto read = read_count(get, name, count);
  if (!read) return read.error();
  if (count > 86'400'000)
    return wrong_environment_value(name, environment_value(get, name), "milliseconds, at most a day");
  into = std::chrono::milliseconds{static_cast<std::int64_t>(count)};
  return {};
}

std::string percent_decoded(std::string_view encoded) {
  std::string plain;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    std::uint8_t byte = 0;
    if (encoded[i] == '%' && i + 2 < encoded.size() &&
        read_hex(encoded.substr(i + 1, 2), &byte, 1, hex_case::any)) {
      plain += static_cast<char>(byte);
      i += 2;
    } else {
      plain += encoded[i];
    }
  }
  return plain;
}

// key1=value1,key2=value2, values percent-encoded.
result<pairs> read_pairs(getter get, const char* name) {
  pairs all;
  std::string_view rest = environment_value(get, name);
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto item = trim_ows(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (item.empty()) continue;
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return wrong_environment_value(name, item, "key=value pairs with commas between");
    all.emplace_back(trim_ows(item.substr(0, equals)), percent_decoded(trim_ows(item.substr(equals + 1))));
  }
  return all;
}

result<std::optional<sampler>> read_sampler(getter get) {
  const auto name = environment_value(get, "OTEL_TRACES_SAMPLER");
  if (name.empty()) return std::optional<sampler>{};
  if (name == "always_on" || name == "parentbased_always_on") return std::optional{sampler{1.0}};
  if (name == "always_off" || name == "parentbased_always_off") return std::optional{sampler{0.0}};
  if (name != "traceidratio" && name != "parentbased_traceidratio") {
    return wrong_environment_value(
        "OTEL_TRACES_SAMPLER", name,
        "always_on, always_off, traceidratio, or one of these with parentbased_ in front");
  }
  const auto argument = environment_value(get, "OTEL_TRACES_SAMPLER_ARG");
  double ratio = 1.0;
  if (!argument.empty()) {
    const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), ratio);
    if (error != std::errc{} || end != argument.data() + argument.size() || !(ratio >= 0.0 && ratio <= 1.0)) {
      return wrong_environment_value("OTEL_TRACES_SAMPLER_ARG", argument, "a ratio from 0 to 1");
    }
  }
  return std::optional{sampler{ratio}};
}

result<void> read_limits(getter get, otel_environment& into) {
  struct row {
    const char* name;
    std::size_t& value;
  };
  for (const auto& [name, value] : {
           row{"OTEL_ATTRIBUTE_COUNT_LIMIT",
               into.limits.attribute_count},  // the general one, then the span's own
           row{"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", into.limits.attribute_count},
           row{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", into.limits.attribute_value_length},
           row{"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", into.limits.attribute_value_length},
           row{"OTEL_SPAN_EVENT_COUNT_LIMIT", into.limits.event_count},
           row{"OTEL_SPAN_LINK_COUNT_LIMIT", into.limits.link_count},
           row{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", into.batching.batch_records},
       }) {
    if (auto read = read_count(get, name, value); !read) return read;
  }
  if (into.batching.batch_records == 0) into.batching.batch_records = 1;
  if (auto read = read_milliseconds(get, "OTEL_BSP_SCHEDULE_DELAY", into.batching.period); !read) return read;
  return read_milliseconds(get, "OTEL_EXPORTER_OTLP_TIMEOUT", into.timeout);
}

bool exports(getter get, const char* name) {
  return environment_value(get, name) != "none";
}

}  // namespace

result<otel_environment> read_otel_environment(getter get) {
  otel_environment read;
  read.disabled = ascii_iequals(environment_value(get, "OTEL_SDK_DISABLED"), "true");
  read.spans_exported = exports(get, "OTEL_TRACES_EXPORTER");
  read.events_exported = exports(get, "OTEL_LOGS_EXPORTER");
  read.service_name = environment_value(get, "OTEL_SERVICE_NAME");
  read.endpoint = environment_value(get, "OTEL_EXPORTER_OTLP_ENDPOINT");
  read.traces_endpoint = environment_value(get, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  read.logs_endpoint = environment_value(get, "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT");
  read.certificate = environment_value(get, "OTEL_EXPORTER_OTLP_CERTIFICATE");
  read.propagators = environment_value(get, "OTEL_PROPAGATORS");

  const auto protocol = environment_value(get, "OTEL_EXPORTER_OTLP_PROTOCOL");
  if (!protocol.empty() && protocol != "http/protobuf") {
    return wrong_environment_value("OTEL_EXPORTER_OTLP_PROTOCOL", protocol,
                                   "http/protobuf, the one protocol waybill sends");
  }
  const auto compression = environment_value(get, "OTEL_EXPORTER_OTLP_COMPRESSION");
  if (compression == "gzip") {
    read.compression = otlp_compression::gzip;
  } else if (compression == "none") {
    read.compression = otlp_compression::none;
  } else if (!compression.empty()) {
    return wrong_environment_value("OTEL_EXPORTER_OTLP_COMPRESSION", compression, "gzip or none");
  }

  auto resource = read_pairs(get, "OTEL_RESOURCE_ATTRIBUTES");
  if (!resource) return resource.error();
  read.resource = std::move(*resource);
  auto headers = read_pairs(get, "OTEL_EXPORTER_OTLP_HEADERS");
  if (!headers) return headers.error();
  read.headers = std::move(*headers);
  auto sampling = read_sampler(get);
  if (!sampling) return sampling.error();
  read.sampling = *sampling;
  if (auto limits = read_limits(get, read); !limits) return limits.error();
  return read;
}

}  // namespace waybill::inline v0
