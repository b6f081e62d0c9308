#include <waybill/store/sqlite/upgrade.hpp>

#include <waybill/record/record_arena.hpp>
#include <waybill/store/chunk.hpp>
#include <waybill/store/sqlite/store_folder.hpp>

#include <filesystem>
#include <system_error>

namespace waybill::inline v0 {
namespace {

result<void> copy_chunks(sqlite_database& from, slice_writer& into) {
  auto chunks = from.prepare("SELECT stored, data FROM chunk ORDER BY id");
  if (!chunks) return chunks.error();
  chunk_builder builder;
  while (true) {
    const auto row = chunks->step();
    if (!row) return row.error();
    if (!*row) return {};
    record_arena records;
    // One that can't be read now could not be read before: it stays behind.
    const auto read = read_chunk(
        chunks->blob(1), {}, [](const trace_id&) { return true; }, records);
    if (!read) continue;
    const span_batch batch = records.finish();
    batch.for_each_span([&](const span_record& span) { builder.add(span); });
    batch.for_each_log([&](const log_record& log) { builder.add(log); });
    if (auto added = into.add(builder, chunks->integer(0)); !added) return added;
  }
}

}  // namespace

result<void> take_over_old_store(const std::string& folder, slice_writer& into) {
  const std::string file = store_folder::old_store(folder);
  std::error_code none;
  if (!std::filesystem::exists(file, none)) return {};
  const auto format = slice_file::format_of(file);
  if (!format) return format.error();
  if (*format != 1) return {};  // somebody else's file of that name
  auto old = slice_file::open_old(file);
  if (!old) return old.error();
  if (auto begun = into.begin(); !begun) return begun;
  auto copied = copy_chunks(*old, into);
  if (copied) copied = into.commit();
  if (!copied) {
    into.rollback();
    return failure{copied.error().code, "The store " + file + " of an older version can't be taken over: " +
                                            copied.error().message + ". It is left as it was."};
  }
  old = sqlite_database{};
  if (auto removed = store_folder::remove(file); !removed) return removed;
  std::filesystem::remove(file + ".lock", none);
  return {};
}

}  // namespace waybill::inline v0
