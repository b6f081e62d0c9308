// Bodies as real SDKs sent them (tests/data/otlp), read and written again; and two with every field that there is
// (tests/peers/otlp_fields_peer.py has made them).
#include <waybill/wire/gzip.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include "../conformance/describe_records.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace waybill;
using testing::describe;

namespace {

std::string read_file(const std::string& name) {
  std::ifstream file{WAYBILL_TEST_DATA "/otlp/" + name, std::ios::binary};
  REQUIRE(file);
  return {std::istreambuf_iterator<char>{file}, {}};
}

struct sample {
  const char* file;
  std::size_t spans, logs;
  const char* holds;  // somewhere in its described records
};

const sample samples[] = {
    {"python-traces.pb", 4, 0, R"("messaging.destination"="orders.pika" "messaging.message.id"="a")"},
    {"python-traces.pb.gz", 2, 0, R"("celery.action"="run")"},
    {"python-logs.pb", 0, 1, R"(severity 9"INFO" flags 3 event "" body "updating reports")"},
    {"node-traces.pb", 4, 0, "link cd7ffdda76fb77f12d3d052d0a16aea3/57a508e1f13e4b59\"\"{}0 769"},
    {"node-traces.json", 3, 0, R"("job completed"{"bullmq.job.result"=absent })"},
    {"node-hatchet-traces.pb", 1, 0, R"("instrumentor"="hatchet")"},
    {"java-traces.pb", 1, 0, R"("process.command_args"=["/usr/lib/jvm)"},
    {"every-field-traces.pb", 24, 0, R"( id "id_keys 200" id "id_keys 201" description)"},
    {"every-field-logs.pb", 0, 32, R"( event "event_name)"},
    {"go-traces.pb", 4, 0, R"(parent 3c5c03870efd8cc0 kind 3 status 0"" flags 257)"},
};

decoded_records decode(const std::string& name) {
  std::string body = read_file(name);
  if (name.ends_with(".gz")) body = *gunzip(body);
  auto decoded = name.find(".json") != std::string::npos   ? otlp_json::decode(std::move(body))
                 : name.find("-logs") != std::string::npos ? otlp_protobuf::decode_logs(std::move(body))
                                                           : otlp_protobuf::decode_traces(std::move(body));
  REQUIRE(decoded);
  return std::move(*decoded);
}

}  // namespace

TEST_CASE("what real SDKs send is read without a problem") {
  for (const auto& [file, spans, logs, holds] : samples) {
    CAPTURE(file);
    const auto decoded = decode(file);
    CHECK(decoded.report.first_problem.empty());
    CHECK(decoded.records.span_count() == spans);
    CHECK(decoded.records.log_count() == logs);
    std::string all;
    for (const auto& line : describe(decoded.records)) all += line + '\n';
    CHECK(all.find(holds) != std::string::npos);
  }
}

TEST_CASE("what real SDKs send goes through our encoders unchanged") {
  for (const auto& [file, spans, logs, holds] : samples) {
    CAPTURE(file);
    const auto decoded = decode(file);
    std::string traces;
    std::string log_records;
    std::string json;
    otlp_protobuf::encode_traces(decoded.records, traces);
    otlp_protobuf::encode_logs(decoded.records, log_records);
    otlp_json::encode(decoded.records, json);
    auto again = otlp_protobuf::decode_traces(traces);
    again->records.append(std::move(otlp_protobuf::decode_logs(log_records)->records));
    CHECK(describe(again->records) == describe(decoded.records));
    CHECK(describe(otlp_json::decode(json)->records) == describe(decoded.records));
  }
}
