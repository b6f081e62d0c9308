#include <waybill/configuration/otel_environment.hpp>

#include <doctest/doctest.h>

using namespace waybill;

namespace {
result<otel_environment> read(const std::map<std::string, std::string>& variables) {
  return read_otel_environment([&](const char* name) -> const char* {
    const auto at = variables.find(name);
    return at == variables.end() ? nullptr : at->second.c_str();
  });
}
}  // namespace

TEST_CASE("the OTEL_ variables say where records go, what the process is called and how much is kept") {
  const auto read_all = read({{"OTEL_SERVICE_NAME", "web"},
                              {"OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=prod, team=a%20b,"},
                              {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"},
                              {"OTEL_EXPORTER_OTLP_HEADERS", "api-key=k%3D1"},
                              {"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"},
                              {"OTEL_EXPORTER_OTLP_TIMEOUT", "2500"},
                              {"OTEL_TRACES_SAMPLER", "parentbased_traceidratio"},
                              {"OTEL_TRACES_SAMPLER_ARG", "0"},
                              {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "7"},
                              {"OTEL_BSP_SCHEDULE_DELAY", "100"},
                              {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"}});
  REQUIRE_MESSAGE(read_all, read_all.error().message);
  CHECK(read_all->service_name == "web");
  REQUIRE(read_all->resource.size() == 2);
  CHECK(read_all->resource[1] == std::pair<std::string, std::string>{"team", "a b"});
  CHECK(read_all->headers.front().second == "k=1");
  CHECK(read_all->endpoint == "http://collector:4318");
  CHECK(read_all->compression == otlp_compression::gzip);
  CHECK(read_all->timeout == std::chrono::milliseconds{2500});
  CHECK(!read_all->sampling->would_sample(trace_id::make()));
  CHECK(read_all->limits.attribute_count == 7);
  CHECK(read_all->batching.period == std::chrono::milliseconds{100});
  CHECK(read_all->batching.batch_records == 1);
}

TEST_CASE("unset and empty mean the default; none means nothing is exported") {
  const auto nothing = read({{"OTEL_SERVICE_NAME", ""}, {"OTEL_BSP_SCHEDULE_DELAY", " "}});
  REQUIRE(nothing);
  CHECK(nothing->service_name.empty());
  CHECK(!nothing->disabled);
  CHECK(nothing->spans_exported);
  CHECK(!nothing->sampling);
  CHECK(!read({{"OTEL_TRACES_EXPORTER", "none"}})->spans_exported);
  CHECK(read({{"OTEL_SDK_DISABLED", "TRUE"}})->disabled);
}

TEST_CASE(
    "a value that cannot be used is refused with the variable's name, the value and what it should be") {
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"OTEL_TRACES_SAMPLER", "sometimes"},
           {"OTEL_BSP_SCHEDULE_DELAY", "5s"},
           {"OTEL_SPAN_LINK_COUNT_LIMIT", "-1"},
           {"OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"},
           {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
           {"OTEL_RESOURCE_ATTRIBUTES", "novalue"},
       }) {
    const auto refused = read({{name, value}});
    CAPTURE(name);
    REQUIRE(!refused);
    CHECK(refused.error().message.find(name) != std::string::npos);
    CHECK(refused.error().message.find(value) != std::string::npos);
    CHECK(refused.error().message.find("should be") != std::string::npos);
  }
}
