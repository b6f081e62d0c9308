#include <waybill/store/chunk.hpp>
#include <waybill/store/chunk_builder.hpp>

#include "../conformance/describe_records.hpp"
#include "../conformance/sample_records.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace waybill;
using testing::describe;
using testing::sample_span;
using testing::sample_trace;

namespace {

built_chunk pack(chunk_builder& builder, const span_batch& batch) {
  batch.for_each_span([&](const span_record& span) { builder.add(span); });
  batch.for_each_log([&](const log_record& log) { builder.add(log); });
  return builder.finish();
}

std::vector<std::string> unpack(std::string_view chunk) {
  record_arena arena;
  const auto read = read_chunk(
      chunk, {}, [](const trace_id&) { return true; }, arena);
  REQUIRE(read);
  return describe(arena.finish());
}

// Logs without a trace lie in a chunk but are in no trace.
std::vector<std::string> described_with_trace(const span_batch& batch) {
  auto lines = describe(batch);
  std::erase_if(lines, [](const std::string& line) { return line.starts_with("log none"); });
  return lines;
}

}  // namespace

TEST_CASE("everything a span and a log record hold comes back from a chunk, round after round") {
  chunk_builder builder;
  const span_batch sample = testing::sample_records();
  for (int round = 0; round < 3; ++round) {
    const built_chunk chunk = pack(builder, sample);
    CHECK(unpack(chunk.bytes) == described_with_trace(sample));
  }
}

TEST_CASE("an empty chunk is a chunk") {
  chunk_builder builder;
  const built_chunk chunk = builder.finish();
  CHECK(unpack(chunk.bytes).empty());
  CHECK(chunk_traces(chunk.bytes)->empty());
}

TEST_CASE("only what is wanted is read") {
  chunk_builder builder;
  const built_chunk chunk = pack(builder, testing::sample_records());
  record_arena arena;
  REQUIRE(read_chunk(
      chunk.bytes, {}, [](const trace_id& trace) { return trace == sample_trace(0x44); }, arena));
  const auto batch = arena.finish();
  CHECK(batch.span_count() == 1);
  CHECK(batch.log_count() == 1);
  auto expected = described_with_trace(testing::sample_records());
  std::erase_if(expected, [](const std::string& line) { return line.find(" 4444") == std::string::npos; });
  CHECK(describe(batch) == expected);
}

TEST_CASE("a chunk names its traces, the one that was added to latest last") {
  record_arena arena;
  for (const int trace : {1, 2, 3, 1}) {
    testing::add_plain_span(arena, sample_trace(trace),
                            sample_span(static_cast<int>(arena.spans().size() + 1)), "a");
  }
  chunk_builder builder;
  const built_chunk chunk = pack(builder, arena.finish());
  const std::vector<trace_id> expected{sample_trace(2), sample_trace(3), sample_trace(1)};
  CHECK(chunk.traces == expected);
  CHECK(*chunk_traces(chunk.bytes) == expected);
}

TEST_CASE("a record that comes twice is packed once, and the fuller span stays") {
  record_arena arena;
  const attribute one[] = {{"a", 1}};
  arena.spans().push_back({.trace = sample_trace(1), .span = sample_span(1), .name = "thin"});
  arena.spans().push_back(
      {.trace = sample_trace(1), .span = sample_span(1), .name = "full", .attributes = one});
  arena.spans().push_back({.trace = sample_trace(1), .span = sample_span(1), .name = "thin again"});
  arena.spans().push_back({.trace = sample_trace(2), .span = sample_span(1), .name = "another trace"});
  arena.logs().push_back({.trace = sample_trace(1), .time = 1, .body = "started"});
  arena.logs().push_back({.trace = sample_trace(1), .time = 1, .body = "started"});
  arena.logs().push_back({.trace = sample_trace(1), .time = 1, .body = "ended"});
  chunk_builder builder;
  const built_chunk chunk = pack(builder, arena.finish());
  const auto lines = unpack(chunk.bytes);
  REQUIRE(lines.size() == 4);
  CHECK(std::count_if(lines.begin(), lines.end(),
                      [](const auto& line) { return line.find("\"full\"") != std::string::npos; }) == 1);
}

TEST_CASE("texts and senders that repeat cost a few bytes") {
  record_arena arena;
  for (int trace = 1; trace <= 200; ++trace) {
    testing::add_plain_span(arena, sample_trace(trace), sample_span(trace),
                            "a name of forty characters, again and again");
  }
  chunk_builder builder;
  CHECK(pack(builder, arena.finish()).bytes.size() < 200 * 24 + 600);
}

TEST_CASE("a damaged chunk is a failure wherever it is damaged, unless the damage changes nothing") {
  chunk_builder builder;
  const built_chunk chunk = pack(builder, testing::sample_records());
  const auto intact = unpack(chunk.bytes);
  const auto all = [](const trace_id&) { return true; };
  for (std::size_t at = 0; at < chunk.bytes.size(); ++at) {
    CAPTURE(at);
    record_arena arena;
    CHECK_FALSE(read_chunk(chunk.bytes.substr(0, at), {}, all, arena));
    CHECK(arena.spans().empty());
    std::string damaged = chunk.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    if (read_chunk(damaged, {}, all, arena))
      CHECK(describe(arena.finish()) == intact);  // a bit that zstd does not use
  }
}

TEST_CASE("a chunk of a newer version says so") {
  chunk_builder builder;
  std::string chunk = builder.finish().bytes;
  chunk[0] = 3;
  const auto traces = chunk_traces(chunk);
  REQUIRE_FALSE(traces);
  CHECK(traces.error().code == failure_code::refused);
  CHECK(traces.error().message.find("newer version") != std::string::npos);
}

TEST_CASE(
    "a chunk packed against a dictionary is smaller, and comes back with it, never without it or with "
    "another") {
  record_arena arena;
  for (int i = 1; i <= 40; ++i) {
    const std::string name = "GET /projects/" + std::to_string(i) + "/deployments";
    testing::add_plain_span(arena, sample_trace(i), sample_span(i), arena.copy(std::string_view{name}));
  }
  const span_batch batch = arena.finish();
  chunk_builder builder;
  const built_chunk alone = pack(builder, batch);
  const auto dictionary = chunk_dictionary::from_plain(builder.last_plain());
  batch.for_each_span([&](const span_record& span) { builder.add(span); });
  const built_chunk leaning = builder.finish(dictionary.get());
  CHECK(leaning.bytes.size() < alone.bytes.size());

  const auto all = [](const trace_id&) { return true; };
  record_arena read;
  REQUIRE(read_chunk(leaning.bytes, dictionary->bytes(), all, read));
  CHECK(describe(read.finish()) == described_with_trace(batch));
  CHECK_FALSE(read_chunk(leaning.bytes, {}, all, read));
  const std::string other(dictionary->bytes().size(), 'x');
  CHECK_FALSE(read_chunk(leaning.bytes, other, all, read));
  CHECK(*unpack_dictionary(pack_dictionary(dictionary->bytes())) == dictionary->bytes());
  CHECK_FALSE(unpack_dictionary("not zstd"));
  CHECK_FALSE(unpack_dictionary(""));
  // zstd would take it for one of its own format: what is packed against it would not come back.
  CHECK_FALSE(unpack_dictionary(pack_dictionary("\x37\xA4\x30\xEC and more")));
}
