// How many records lie in one chunk. The builder writes it, chunk.cpp reads it; both go through the records in
// one order and take their fields from the same columns.
//
//   chunk    := version (1 byte) · number of traces (varint) · their ids (16 bytes each), the latest last ·
//               zstd frame
//   unpacked := hash of everything before the frame (8 bytes) · each column: size (varint), bytes
//
// Version 1: the frame stands alone. Version 2: it was packed against a chunk_dictionary, which is kept
// elsewhere.
//
// Varints are protobuf's; signed numbers are zigzag. The zstd frame carries its own checksum.
// A text is a number in the column that names it: 0 the next one of the dictionary, 1 the empty one, n + 2
// the n-th. First come resources, then scopes, spans, logs. Attribute lists lie in the four columns of
// values, in that order, too.
#pragma once

#include <cstddef>
#include <cstdint>

namespace waybill::inline v0::chunk_format {

inline constexpr std::uint8_t alone = 1;  // versions
inline constexpr std::uint8_t with_dictionary = 2;
inline constexpr int compression = 1;  // zstd's level; a higher one saves 2 % and costs twice the time
inline constexpr std::uint64_t head_seed =
    0x77617962696c6c31ULL;  // of the hash of what stands before the frame

// What one chunk may unpack to, and what its records may need beside that. No body that a receiver takes
// comes near.
inline constexpr std::size_t unpacked_limit = std::size_t{256} << 20;
inline constexpr std::size_t memory_limit = std::size_t{512} << 20;

// Lists and groups inside each other, beyond what any decoder lets through.
inline constexpr unsigned depth_limit = 64;

// In the order of writing: what compresses alike stands together.
enum class column : std::uint8_t {
  counts,  // resources, scopes, spans, logs; then, if any has them, each resource's and scope's
           // dropped attributes, and the size and bytes of its schema's address; then, if any has them, each
           // resource's entities: how many, and of each its schema and type, and both lists of keys
  text_sizes,  // of the dictionary
  traces,   // a span's or log's place in the list of traces, as a step from the one before; logs: + 1, 0 none
  parents,  // 0 none, 1 elsewhere, else 2 + the step to its place among the spans; logs: their span likewise
  kinds,    // kind + 16 * status
  senders,  // resource + 1, scope + 1; 0 none
  starts,   // as a step from the one before
  durations,
  names,             // text
  rare_texts,        // status message, tracestate, severity text
  rare_numbers,      // flags and counts of what was dropped
  attribute_counts,  // of lists of attributes
  keys,              // text
  value_kinds,       // value_code, one byte each
  values,            // integers, texts, sizes of lists
  event_counts,      // events and links of a span
  event_times,       // as a step from the start of their span
  log_fields,        // severity, observed as a step from time
  span_ids,          // 8 bytes each
  far_ids,           // 8 bytes each: parents and logs' spans elsewhere
  link_ids,          // 24 bytes each
  numbers,           // 8 bytes each, IEEE 754
  text_bytes,        // of the dictionary
};
inline constexpr std::size_t columns = static_cast<std::size_t>(column::text_bytes) + 1;

enum class value_code : std::uint8_t { absent, no, yes, integer, number, text, bytes, list, group };

constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

// Steps wrap around: any two times have one.
constexpr std::int64_t step(std::int64_t from, std::int64_t to) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from));
}
constexpr std::int64_t after(std::int64_t from, std::int64_t step) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + static_cast<std::uint64_t>(step));
}

}  // namespace waybill::inline v0::chunk_format
