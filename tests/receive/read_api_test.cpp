#include <waybill/receive/read_api.hpp>

#include <waybill/store/memory/memory_store.hpp>
#include <waybill/wire/otlp_json.hpp>

#include "../conformance/describe_records.hpp"
#include "../conformance/store_conformance.hpp"

using namespace waybill;
using testing::commit;
using testing::one_span;
using testing::sample_trace;

namespace {

http_response get(const trace_reader& reader, std::string path, std::string query = {},
                  std::string method = "GET") {
  return answer_read({.method = std::move(method),
                      .path = std::move(path),
                      .query = std::move(query),
                      .headers = {},
                      .body = {},
                      .remote_address = {}},
                     reader);
}

class broken_reader : public trace_reader {
 public:
  result<std::vector<trace_id>> newest(const trace_query&) const override { return why_; }
  result<std::vector<trace_id>> find(std::string_view, std::size_t) const override { return why_; }
  result<span_batch> read(std::span<const trace_id>) const override { return why_; }
  result<std::vector<trace_id>> related(const trace_id&, std::size_t) const override { return why_; }
  result<std::vector<trace_id>> worked_on_between(unix_nanos, unix_nanos, std::size_t) const override {
    return why_;
  }
  result<std::vector<queue_waits>> waits(const wait_query&) const override { return why_; }
  std::optional<std::string> expired(const trace_id&) const override { return std::nullopt; }
  store_state state() const override { return {}; }

 private:
  failure why_{failure_code::malformed, "Chunk 7 is damaged."};
};

std::string quoted(int trace) {
  return '"' + sample_trace(trace).to_hex() + '"';
}

}  // namespace

TEST_CASE("the list holds the newest ids first, as many as asked for") {
  memory_store store;
  CHECK(get(store, "/api/traces").body == R"({"traces":[]})");
  for (const int trace : {1, 2, 3}) REQUIRE(commit(store, one_span(trace, 1)));
  const auto all = get(store, "/api/traces");
  CHECK(all.status == 200);
  CHECK(all.headers.find("content-type") == "application/json");
  CHECK(all.body == "{\"traces\":[" + quoted(3) + ',' + quoted(2) + ',' + quoted(1) + "]}");
  CHECK(get(store, "/api/traces/", "x=1&limit=2").body ==
        "{\"traces\":[" + quoted(3) + ',' + quoted(2) + "]}");
  for (const char* wrong : {"limit=", "limit=-1", "limit=two", "limit=1x", "limit=99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK(get(store, "/api/traces", wrong).status == 400);
  }
}

TEST_CASE("a trace is found by its id or the beginning of it, and comes as OTLP") {
  memory_store store;
  REQUIRE(commit(store, testing::sample_records()));
  const auto expected = testing::describe(*store.read(std::vector{sample_trace(0x11)}));
  for (const std::string& beginning : {sample_trace(0x11).to_hex(), std::string{"1"}}) {
    const auto found = get(store, "/api/traces/" + beginning);
    REQUIRE(found.status == 200);
    const auto decoded = otlp_json::decode(found.body);
    REQUIRE(decoded);
    CHECK(testing::describe(decoded->records) == expected);
  }
}

TEST_CASE("related traces come along when asked for") {
  memory_store store;
  record_arena arena;
  const span_link link[] = {{sample_trace(0xA1), testing::sample_span(1)}};
  arena.spans().push_back({.trace = sample_trace(0xB1), .span = testing::sample_span(2), .links = link});
  REQUIRE(commit(store, arena.finish()));
  REQUIRE(commit(store, one_span(0xA1, 1)));
  const auto spans = [&](const char* query) {
    return otlp_json::decode(get(store, "/api/traces/A1", query).body)->records.span_count();
  };
  CHECK(spans("") == 1);
  CHECK(spans("related=0") == 1);
  CHECK(spans("related=1") == 2);
  CHECK(spans("related") == 2);
}

TEST_CASE("what can't be shown is answered with a sentence") {
  memory_store store;
  for (const int trace : {0x1A, 0x1B}) REQUIRE(commit(store, one_span(trace, 1)));
  CHECK(get(store, "/api/traces/2").status == 404);
  CHECK(get(store, "/api/traces/2").body == R"({"error":"There is no trace whose id begins with 2."})");
  CHECK(get(store, "/api/traces/%31").status == 404);
  CHECK(get(store, "/api/traces/1a/spans").status == 404);
  const auto several = get(store, "/api/traces/1");
  CHECK(several.status == 409);
  CHECK(several.body.find("\"candidates\":[" + quoted(0x1B) + ',' + quoted(0x1A) + ']') != std::string::npos);
  const auto written = get(store, "/api/traces", "", "POST");
  CHECK(written.status == 405);
  CHECK(written.headers.find("Allow") == "GET, HEAD");
  const broken_reader broken;
  for (const char* path : {"/api/traces", "/api/traces/1a"}) {
    CHECK(get(broken, path).status == 500);
    CHECK(get(broken, path).body == R"({"error":"Chunk 7 is damaged."})");
  }
}

TEST_CASE("only its own paths are the read API's") {
  for (const char* path : {"/api/traces", "/api/traces/", "/api/traces/1a"}) CHECK(is_read_path(path));
  for (const char* path : {"/", "/api", "/api/tracesx", "/v1/traces"}) CHECK_FALSE(is_read_path(path));
}
