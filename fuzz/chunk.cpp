// The chunks of a store, which may have come by mail. The first byte chooses what the rest is: a chunk as it lies on disk;
// what lies in it once it is unpacked, around which the frame with its checksums is made right; or OTLP, packed into one.
// Its third bit: the chunk leans on a dictionary, which comes first, or repeats what lies in the chunk.
#include <waybill/store/chunk.hpp>
#include <waybill/store/chunk_builder.hpp>
#include <waybill/store/chunk_format.hpp>
#include <waybill/store/hash.hpp>

#include "records.hpp"

#include <zstd.h>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

// What does not change reading a chunk: it ends in records or in a failure that leaves the arena as it was.
void check_read(std::string_view chunk, std::string_view dictionary = {}) {
  const auto traces = chunk_traces(chunk);
  record_arena arena;
  const auto all = read_chunk(
      chunk, dictionary, [](const trace_id&) { return true; }, arena);
  if (!all)
    must(arena.spans().empty() && arena.logs().empty(), "a chunk that is damaged leaves nothing behind");
  if (!traces) return must(!all, "a chunk whose head is damaged cannot be read");

  const bool readable = all.has_value();
  const span_batch batch = arena.finish();
  const auto is_listed = [&](const trace_id& trace) {
    return std::find(traces->begin(), traces->end(), trace) != traces->end();
  };
  batch.for_each_span(
      [&](const span_record& span) { must(is_listed(span.trace), "a chunk lists the traces of its spans"); });
  batch.for_each_log([&](const log_record& log) {
    must(log.trace && is_listed(*log.trace), "a chunk lists the traces of its logs");
  });
  const lines expected = described(batch);

  record_arena nothing;
  const auto none = read_chunk(
      chunk, dictionary, [](const trace_id&) { return false; }, nothing);
  must(nothing.spans().empty() && nothing.logs().empty(), "what is not wanted is not read");
  must(!readable || none.has_value(), "what can be read can be passed over");
  if (!readable || traces->empty()) return;
  record_arena one;
  const auto wanted = traces->front();
  must(read_chunk(
           chunk, dictionary, [&](const trace_id& trace) { return trace == wanted; }, one)
           .has_value(),
       "one trace can be read when all can");
  for (const auto& line : described(one.finish())) {
    must(std::binary_search(expected.begin(), expected.end(), line),
         "a trace is the same, read alone or with others");
  }
}

// version, traces, and a frame with the hash that belongs to them.
std::string frame(std::string_view columns, unsigned traces, std::string_view dictionary) {
  const auto version = dictionary.empty() ? chunk_format::alone : chunk_format::with_dictionary;
  std::string chunk{static_cast<char>(version), static_cast<char>(traces)};
  for (unsigned i = 0; i < traces; ++i) chunk.append(trace_id::size, static_cast<char>('a' + i));
  const std::uint64_t hash = hash_bytes(chunk, chunk_format::head_seed);
  std::string plain(sizeof hash, '\0');
  std::memcpy(plain.data(), &hash, sizeof hash);
  plain.append(columns);
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  static ZSTD_CCtx* const zstd = ZSTD_createCCtx();
  packed.resize(ZSTD_compress_usingDict(zstd, packed.data(), packed.size(), plain.data(), plain.size(),
                                        dictionary.data(), dictionary.size(), -5));
  return chunk.append(packed);
}

void check_packed(std::string_view otlp) {
  auto decoded = otlp_protobuf::decode_traces(std::string{otlp}, {.memory = std::size_t{4} << 20});
  if (!decoded) return;
  if (auto logs = otlp_protobuf::decode_logs(std::string{otlp}, {.memory = std::size_t{4} << 20})) {
    decoded->records.append(std::move(logs->records));
  }
  static chunk_builder builder;
  decoded->records.for_each_span([](const span_record& span) { builder.add(span); });
  decoded->records.for_each_log([](const log_record& log) { builder.add(log); });
  const built_chunk chunk = builder.finish();
  check_read(chunk.bytes);

  record_arena arena;
  must(read_chunk(
           chunk.bytes, {}, [](const trace_id&) { return true; }, arena)
           .has_value(),
       "what was packed can be read");
  const lines unpacked = described(arena.finish());
  const lines sent = described(decoded->records);
  for (const auto& line : unpacked) {
    must(std::binary_search(sent.begin(), sent.end(), line), "what was packed comes out the same");
  }
  must(unpacked.size() <= chunk.records, "nothing comes out that was not packed");

  const auto dictionary = chunk_dictionary::from_plain(builder.last_plain());
  decoded->records.for_each_span([](const span_record& span) { builder.add(span); });
  decoded->records.for_each_log([](const log_record& log) { builder.add(log); });
  const built_chunk leaning = builder.finish(dictionary.get());
  check_read(leaning.bytes, dictionary->bytes());
  record_arena again;
  must(read_chunk(
           leaning.bytes, dictionary->bytes(), [](const trace_id&) { return true; }, again)
           .has_value(),
       "what was packed against a dictionary can be read with it");
  must(described(again.finish()) == unpacked, "a dictionary changes nothing of what was packed");
  record_arena none;
  must(!read_chunk(
            leaning.bytes, {}, [](const trace_id&) { return true; }, none)
            .has_value(),
       "what was packed against a dictionary cannot be read without it");
  const auto kept = unpack_dictionary(pack_dictionary(dictionary->bytes()));
  must(kept && *kept == dictionary->bytes(), "a dictionary that was kept comes out the same");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of(data, size);
  const unsigned choice = take_byte(input);
  const bool leans = (choice & 4) != 0;
  if ((choice & 3) == 0) {
    const std::size_t length = leans ? take_byte(input) : 0;
    const std::string_view dictionary = input.substr(0, length);
    input.remove_prefix(dictionary.size());
    check_read(input, dictionary);
  } else if ((choice & 3) == 1) {
    check_packed(input);
  } else {
    const std::string dictionary = leans ? "w" + std::string{input} : "";
    check_read(frame(input, choice / 64, dictionary), dictionary);
  }
  return 0;
}
