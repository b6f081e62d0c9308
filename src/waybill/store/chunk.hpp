// Reads chunks that a chunk_builder packed. Chunks come from disk: whatever they hold, reading one ends in
// records or in a failure.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/base/result.hpp>
#include <waybill/record/record_arena.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// A chunk, read from wherever it lies, with what it was packed against.
struct kept_chunk {
  std::string bytes;
  std::shared_ptr<const std::string> dictionary;  // null: it stands alone

  std::string_view packed_against() const noexcept {
    return dictionary ? std::string_view{*dictionary} : std::string_view{};
  }
};

// The traces that have records in it, the one that was added to latest last. Does not unpack.
result<std::vector<trace_id>> chunk_traces(std::string_view chunk);

// The dictionary is the one that the chunk was packed against, empty if none. Appends the records of the traces
// that are wanted; logs without a trace are never wanted. All of them are views into one unpacked copy, which
// the arena owns. On failure (malformed: damaged; refused: written by a newer version) the arena is as before.
result<void> read_chunk(std::string_view chunk, std::string_view dictionary,
                        function_ref<bool(const trace_id&)> wanted, record_arena& into);

}  // namespace waybill::inline v0
