#include <waybill/store/sqlite/chunk_writer.hpp>

#include <algorithm>

namespace waybill::inline v0 {

result<chunk_writer> chunk_writer::prepare(sqlite_database& database) {
  chunk_writer writer;
  writer.database_ = &database;
  const std::pair<sqlite_statement*, std::string_view> statements[] = {
      {&writer.add_chunk_,
       "INSERT INTO chunk(stored, earliest, latest, records, data) VALUES(?1, ?2, ?3, ?4, ?5)"},
      {&writer.add_trace_, "INSERT INTO trace_chunk(trace, chunk) VALUES(?1, ?2)"},
      {&writer.add_tie_, "INSERT OR IGNORE INTO tie(key, trace) VALUES(?1, ?2)"},
  };
  for (const auto& [into, sql] : statements) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    *into = std::move(*statement);
  }
  return writer;
}

result<void> chunk_writer::write(const built_chunk& chunk, unix_nanos stored) {
  add_chunk_.bind(1, stored).bind(2, chunk.earliest).bind(3, chunk.latest);
  add_chunk_.bind(4, static_cast<std::int64_t>(chunk.records)).bind_blob(5, chunk.bytes);
  if (auto added = add_chunk_.run(); !added) return added;
  const std::int64_t number = database_->last_row_id();
  // In the order of the index: neighbours lie on the same page.
  std::vector<trace_id> traces = chunk.traces;
  std::sort(traces.begin(), traces.end());
  for (const auto& trace : traces) {
    if (auto added = add_trace_.bind_blob(1, trace.view()).bind(2, number).run(); !added) return added;
  }
  for (const auto& tie : chunk.ties) {
    add_tie_.bind(1, static_cast<std::int64_t>(tie.key)).bind_blob(2, tie.trace.view());
    if (auto added = add_tie_.run(); !added) return added;
  }
  return {};
}

}  // namespace waybill::inline v0
