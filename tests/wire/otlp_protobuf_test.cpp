#include <waybill/wire/otlp_protobuf.hpp>

#include <protozero/pbf_writer.hpp>

#include <doctest/doctest.h>

using namespace waybill;

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

}  // namespace

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
    }));
    REQUIRE(decoded);
    CHECK(decoded->records.span_count() == kept);
    CHECK(decoded->report.rejected_spans == 1 - kept);
    CHECK(decoded->report.first_problem.empty() == (kept == 1));
  }
}
