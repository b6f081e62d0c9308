#include <waybill/wire/otlp_protobuf.hpp>

#include "../conformance/describe_records.hpp"
#include "../conformance/sample_records.hpp"

#include <protozero/pbf_writer.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace waybill;
using testing::describe;

namespace {

// Written with protozero's own writer, so that our encoder is not its own witness.
std::string with_span(auto&& fill_span) {
  std::string body;
  protozero::pbf_writer request{body};
  protozero::pbf_writer resource_spans{request, 1};
  protozero::pbf_writer scope_spans{resource_spans, 2};
  protozero::pbf_writer span{scope_spans, 2};
  fill_span(span);
  return body;
}

const std::string trace_bytes(16, '\x11');
const std::string span_bytes(8, '\x22');

void add_ids(protozero::pbf_writer& span) {
  span.add_bytes(1, trace_bytes);
  span.add_bytes(2, span_bytes);
}

// The attribute "k" with a value that fill_value writes.
std::string with_attribute(auto&& fill_value) {
  return with_span([&](protozero::pbf_writer& span) {
    add_ids(span);
    protozero::pbf_writer attribute{span, 9};
    attribute.add_string(1, "k");
    protozero::pbf_writer value{attribute, 2};
    fill_value(value);
  });
}

const span_record& only_span(const decoded_records& decoded) {
  const span_record* found = nullptr;
  decoded.records.for_each_span([&](const span_record& span) { found = &span; });
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace

TEST_CASE("everything a span and a log record hold comes back from protobuf") {
  const span_batch sent = testing::sample_records();
  std::string traces;
  std::string logs;
  otlp_protobuf::encode_traces(sent, traces);
  otlp_protobuf::encode_logs(sent, logs);
  auto received = otlp_protobuf::decode_traces(traces);
  auto received_logs = otlp_protobuf::decode_logs(logs);
  REQUIRE(received);
  REQUIRE(received_logs);
  CHECK(received->report.first_problem.empty());
  CHECK(received_logs->report.first_problem.empty());
  received->records.append(std::move(received_logs->records));
  CHECK(describe(received->records) == describe(sent));
}

TEST_CASE("encoding appends, and an empty batch is an empty request") {
  std::string out = "before";
  otlp_protobuf::encode_traces(span_batch{}, out);
  CHECK(out == "before");
  const auto nothing = otlp_protobuf::decode_traces("");
  REQUIRE(nothing);
  CHECK(nothing->records.span_count() == 0);
}

TEST_CASE("spans of one resource and scope share them on the wire") {
  record_arena arena;
  const attribute service[] = {
      {"service.name", "a service with a name that would be seen if it were repeated"}};
  const auto* sender = arena.make(resource{arena.copy(std::span{service})});
  for (int i = 1; i <= 20; ++i) {
    arena.spans().push_back(
        {.trace = testing::sample_trace(1), .span = testing::sample_span(i), .resource = sender});
  }
  std::string out;
  otlp_protobuf::encode_traces(arena.finish(), out);
  CHECK(out.size() < 20 * 40 + 120);
}

TEST_CASE("a span without valid ids is left out, counted and explained, and the others stay") {
  struct row {
    std::string trace, span, parent;
    std::size_t kept;
    const char* why;
  };
  const row rows[] = {
      {trace_bytes, span_bytes, "", 1, "a root"},
      {trace_bytes, span_bytes, std::string(8, '\0'), 1, "some SDKs spell 'no parent' as zeros"},
      {"", span_bytes, "", 0, "no trace id"},
      {std::string(16, '\0'), span_bytes, "", 0, "a zero trace id"},
      {std::string(15, '\x11'), span_bytes, "", 0, "a short trace id"},
      {trace_bytes, "", "", 0, "no span id"},
      {trace_bytes, std::string(8, '\0'), "", 0, "a zero span id"},
      {trace_bytes, span_bytes, std::string(7, '\x33'), 0,
       "a short parent id would make it a root by mistake"},
  };
  for (const auto& [trace, span_id, parent, kept, why] : rows) {
    CAPTURE(why);
    const auto decoded = otlp_protobuf::decode_traces(with_span([&](protozero::pbf_writer& span) {
                                                        span.add_bytes(1, trace);
                                                        span.add_bytes(2, span_id);
                                                        span.add_bytes(4, parent);
                                                      }) +
                                                      with_span(add_ids));
    REQUIRE(decoded);
    CHECK(decoded->records.span_count() == kept + 1);
    CHECK(decoded->report.rejected_spans == 1 - kept);
    CHECK(decoded->report.first_problem.empty() == (kept == 1));
  }
}

TEST_CASE("a link that points nowhere is left out and counted, its span stays") {
  const auto decoded = otlp_protobuf::decode_traces(with_span([&](protozero::pbf_writer& span) {
    add_ids(span);
    span.add_uint32(14, 2);
    {
      protozero::pbf_writer link{span, 13};
      link.add_bytes(1, trace_bytes);
    }
    protozero::pbf_writer link{span, 13};
    link.add_bytes(1, trace_bytes);
    link.add_bytes(2, span_bytes);
  }));
  REQUIRE(decoded);
  CHECK(only_span(*decoded).links.size() == 1);
  CHECK(only_span(*decoded).dropped_links == 3);
  CHECK(decoded->report.rejected_spans == 0);
  CHECK_FALSE(decoded->report.first_problem.empty());
}

TEST_CASE("a log record keeps its place though its ids are wrong") {
  std::string body;
  {
    protozero::pbf_writer request{body};
    protozero::pbf_writer resource_logs{request, 1};
    protozero::pbf_writer scope_logs{resource_logs, 2};
    protozero::pbf_writer log{scope_logs, 2};
    log.add_bytes(9, std::string(5, '\x11'));
    log.add_bytes(10, std::string(8, '\0'));
  }
  const auto decoded = otlp_protobuf::decode_logs(body);
  REQUIRE(decoded);
  REQUIRE(decoded->records.log_count() == 1);
  decoded->records.for_each_log([](const log_record& log) {
    CHECK_FALSE(log.trace.has_value());
    CHECK_FALSE(log.span.has_value());
  });
  CHECK(decoded->report.rejected_logs == 0);
  CHECK_FALSE(decoded->report.first_problem.empty());
}

TEST_CASE("valid text is a view into the body, invalid text a copy with replacement characters") {
  const auto decoded = otlp_protobuf::decode_traces(with_span([&](protozero::pbf_writer& span) {
    add_ids(span);
    span.add_string(5, "bad \xFF\xC0 name");
    span.add_string(3, "ok=Z\xC3\xBCrich");
  }));
  REQUIRE(decoded);
  CHECK(only_span(*decoded).name == "bad \xEF\xBF\xBD\xEF\xBF\xBD name");
  CHECK(only_span(*decoded).tracestate == "ok=Z\xC3\xBCrich");
}

TEST_CASE("known fields of a wrong wire type and unknown fields are skipped") {
  const auto decoded = otlp_protobuf::decode_traces(with_span([&](protozero::pbf_writer& span) {
    add_ids(span);
    span.add_uint64(5, 7);            // name as a number
    span.add_string(6, "server");     // kind as text
    span.add_fixed32(7, 7);           // start as 32 bits
    span.add_uint64(9, 1);            // an attribute that is no message
    span.add_string(15, "\x18\x02");  // a real status
    span.add_bytes(100, "from the future");
  }));
  REQUIRE(decoded);
  const auto& span = only_span(*decoded);
  CHECK(span.name.empty());
  CHECK(span.kind == span_kind::unspecified);
  CHECK(span.start == 0);
  CHECK(span.attributes.empty());
  CHECK(span.status == status_code::error);
}

TEST_CASE("numbers out of range get the neutral value, times the latest one") {
  const auto decoded = otlp_protobuf::decode_traces(with_span([&](protozero::pbf_writer& span) {
    add_ids(span);
    span.add_uint64(6, 6);
    span.add_fixed64(7, ~std::uint64_t{0});
    protozero::pbf_writer status{span, 15};
    status.add_int64(3, -1);
  }));
  REQUIRE(decoded);
  CHECK(only_span(*decoded).kind == span_kind::unspecified);
  CHECK(only_span(*decoded).status == status_code::unset);
  CHECK(only_span(*decoded).start == std::numeric_limits<unix_nanos>::max());
}

TEST_CASE("a boolean may be any varint") {
  const auto decoded = otlp_protobuf::decode_traces(
      with_attribute([](protozero::pbf_writer& value) { value.add_uint64(2, std::uint64_t{1} << 40); }));
  REQUIRE(decoded);
  CHECK(only_span(*decoded).attributes[0].value.as_boolean());
}

TEST_CASE("values deeper than the limit become absent, and it is told") {
  std::string value;
  for (int depth = 0; depth < 2000; ++depth) {
    std::string list;
    protozero::pbf_writer{list}.add_message(1, value);
    value.clear();
    protozero::pbf_writer{value}.add_message(5, list);
  }
  const auto decoded = otlp_protobuf::decode_traces(with_span([&](protozero::pbf_writer& span) {
    add_ids(span);
    protozero::pbf_writer attribute{span, 9};
    attribute.add_message(2, value);
  }));
  REQUIRE(decoded);
  attribute_value inner = only_span(*decoded).attributes[0].value;
  int depth = 0;
  for (; inner.kind() == value_kind::list && inner.size() == 1; ++depth) inner = inner.elements()[0];
  CHECK(depth == 16);
  CHECK(inner.is_absent());
  CHECK_FALSE(decoded->report.first_problem.empty());
}

TEST_CASE("records know their sender though it comes after them") {
  std::string body;
  {
    protozero::pbf_writer request{body};
    protozero::pbf_writer resource_spans{request, 1};
    {
      protozero::pbf_writer scope_spans{resource_spans, 2};
      {
        protozero::pbf_writer span{scope_spans, 2};
        add_ids(span);
      }
      protozero::pbf_writer scope{scope_spans, 1};
      scope.add_string(1, "late");
    }
    protozero::pbf_writer sender{resource_spans, 1};
    protozero::pbf_writer attribute{sender, 1};
    attribute.add_string(1, "service.name");
    protozero::pbf_writer value{attribute, 2};
    value.add_string(1, "web");
  }
  const auto decoded = otlp_protobuf::decode_traces(body);
  REQUIRE(decoded);
  REQUIRE(only_span(*decoded).scope != nullptr);
  CHECK(only_span(*decoded).scope->name == "late");
  CHECK(service_name(only_span(*decoded).resource) == "web");
}

TEST_CASE("a body cut anywhere is refused with a sentence") {
  std::string traces;
  std::string logs;
  {
    record_arena arena;  // one resource: one top-level field, so that no cut is at a border between two
    testing::add_plain_span(arena, testing::sample_trace(1), testing::sample_span(2), "a");
    arena.logs().push_back({.body = "b", .attributes = testing::every_kind_of_value(arena)});
    const auto batch = arena.finish();
    otlp_protobuf::encode_traces(batch, traces);
    otlp_protobuf::encode_logs(batch, logs);
  }
  for (std::size_t size = 1; size < traces.size(); ++size) {
    const auto decoded = otlp_protobuf::decode_traces(traces.substr(0, size));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().code == failure_code::malformed);
  }
  for (std::size_t size = 1; size < logs.size(); ++size)
    REQUIRE_FALSE(otlp_protobuf::decode_logs(logs.substr(0, size)));
}

TEST_CASE("damaged bytes are refused or read as something else, never worse") {
  const span_batch sample = testing::sample_records();
  std::string traces;
  std::string logs;
  otlp_protobuf::encode_traces(sample, traces);
  otlp_protobuf::encode_logs(sample, logs);
  std::mt19937 random{20260801};
  for (int round = 0; round < 4000; ++round) {
    for (const bool is_logs : {false, true}) {
      std::string damaged = is_logs ? logs : traces;
      for (int hits = 0; hits < 3; ++hits) damaged[random() % damaged.size()] = static_cast<char>(random());
      const auto decoded =
          is_logs ? otlp_protobuf::decode_logs(damaged) : otlp_protobuf::decode_traces(std::move(damaged));
      if (decoded) (void)describe(decoded->records);  // reads every view
    }
  }
}

TEST_CASE("a body that would fill the memory is refused") {
  std::string events;
  for (int i = 0; i < 100'000; ++i)
    events += std::string{"\x5A\x00", 2};  // 2 bytes on the wire, 56 in memory
  const auto body = with_span([&](protozero::pbf_writer& span) {
    add_ids(span);
    for (int i = 0; i < 100'000; ++i) span.add_message(11, std::string{});  // 2 bytes here, 48 in memory
  });
  CHECK(otlp_protobuf::decode_traces(body));
  const auto refused = otlp_protobuf::decode_traces(body, {.memory = 1 << 20});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == failure_code::too_large);
}

TEST_CASE("an answer says what was rejected, and an empty one that all is well") {
  CHECK(otlp_protobuf::encode_export_answer({}).empty());
  const auto body = otlp_protobuf::encode_export_answer({.rejected = 3, .message = "three were bad"});
  const auto answer = otlp_protobuf::decode_export_answer(body);
  REQUIRE(answer);
  CHECK(answer->rejected == 3);
  CHECK(answer->message == "three were bad");
  CHECK(otlp_protobuf::decode_export_answer("")->rejected == 0);
  CHECK_FALSE(otlp_protobuf::decode_export_answer("<html>"));
}
