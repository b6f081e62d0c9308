#include <waybill/store/sqlite/slice_writer.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t first_dictionary = 4 * 1024;  // bytes of chunks, before the first one is worth its row
// A dictionary costs a third of its bytes on disk: made anew, as traffic changes, after this many bytes of chunks.
constexpr std::size_t dictionary_lasts = 256 * chunk_dictionary::largest;

constexpr std::uintmax_t worth_emptying = 1 << 20;  // bytes of log

}  // namespace

result<std::unique_ptr<slice_writer>> slice_writer::open(const std::string& path, durability kept,
                                                         std::string_view packed_against) {
  std::unique_ptr<slice_writer> writer{new slice_writer{path}};
  auto database = slice_file::open_for_writing(path, kept);
  if (!database) return database.error();
  writer->database_ = std::move(*database);
  if (auto prepared = writer->prepare(packed_against); !prepared) {
    return failure{prepared.error().code, path + " can't be written: " + prepared.error().message + "."};
  }
  return writer;
}

result<void> slice_writer::prepare(std::string_view packed_against) {
  const std::pair<sqlite_statement*, std::string_view> statements[] = {
      {&add_chunk_,
       "INSERT INTO chunk(stored, earliest, latest, records, dictionary, data) VALUES(?1, ?2, ?3, ?4, ?5, "
       "?6)"},
      {&add_dictionary_, "INSERT INTO dictionary(data) VALUES(?1)"},
      {&last_dictionary_, "SELECT id, data FROM dictionary ORDER BY id DESC LIMIT 1"},
      {&first_chunk_, "SELECT stored FROM chunk ORDER BY id LIMIT 1"},
      {&count_pages_, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"},
  };
  for (const auto& [into, sql] : statements) {
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    *into = std::move(*statement);
  }
  auto index = slice_index::prepare(database_);
  if (!index) return index.error();
  index_ = std::move(*index);
  if (auto recalled = recall(); !recalled) return recalled;
  if (dictionary_ || packed_against.empty()) return {};
  auto first = std::make_unique<const chunk_dictionary>(std::string{packed_against});
  if (auto begun = begin(); !begun) return begun;
  if (auto kept = keep_dictionary(std::move(first)); !kept) return kept;
  return commit();
}

// What the file says, after opening and after a rollback.
result<void> slice_writer::recall() {
  dictionary_.reset();
  dictionary_number_ = 0;
  lately_.clear();
  plain_since_ = 0;
  first_stored_.reset();
  auto row = last_dictionary_.step();
  if (!row) return row.error();
  if (*row) {
    dictionary_number_ = last_dictionary_.integer(0);
    auto bytes = unpack_dictionary(last_dictionary_.blob(1));
    last_dictionary_.reset();
    if (bytes) dictionary_ = std::make_unique<const chunk_dictionary>(std::move(*bytes));
  }
  row = first_chunk_.step();
  if (!row) return row.error();
  if (*row) first_stored_ = first_chunk_.integer(0);
  first_chunk_.reset();
  row = count_pages_.step();
  if (!row) return row.error();
  bytes_ = static_cast<std::uint64_t>(count_pages_.integer(0));
  count_pages_.reset();
  return index_->recount();
}

result<void> slice_writer::begin() {
  auto begun = sqlite_transaction::begin(database_);
  if (!begun) return begun.error();
  transaction_.emplace(std::move(*begun));
  return {};
}

result<void> slice_writer::add(chunk_builder& builder, unix_nanos stored) {
  if (builder.records() == 0) return {};
  const built_chunk chunk = builder.finish(dictionary_.get());
  add_chunk_.bind(1, stored).bind(2, chunk.earliest).bind(3, chunk.latest);
  add_chunk_.bind(4, static_cast<std::int64_t>(chunk.records));
  add_chunk_.bind(5, dictionary_ ? std::optional{dictionary_number_} : std::nullopt);
  if (auto added = add_chunk_.bind_blob(6, chunk.bytes).run(); !added) return added;
  if (auto indexed = index_->add(chunk, database_.last_row_id()); !indexed) return indexed;
  if (!first_stored_) first_stored_ = stored;
  return learn(builder.last_plain());
}

result<void> slice_writer::learn(std::string_view plain) {
  plain_since_ += plain.size();
  lately_.append(plain.substr(plain.size() - std::min(plain.size(), chunk_dictionary::largest)));
  if (lately_.size() > 2 * chunk_dictionary::largest) {
    lately_.erase(0, lately_.size() - chunk_dictionary::largest);
  }
  const std::size_t now = dictionary_ ? dictionary_->bytes().size() : 0;
  const bool first = now == 0 && lately_.size() >= first_dictionary;
  const bool too_small = now != 0 && now < chunk_dictionary::largest / 2 && lately_.size() >= 4 * now;
  if (!first && !too_small && plain_since_ < dictionary_lasts) return {};
  return keep_dictionary(chunk_dictionary::from_plain(lately_));
}

result<void> slice_writer::keep_dictionary(std::unique_ptr<const chunk_dictionary> next) {
  const std::string packed = pack_dictionary(next->bytes());
  if (auto added = add_dictionary_.bind_blob(1, packed).run(); !added) return added;
  dictionary_ = std::move(next);
  dictionary_number_ = database_.last_row_id();
  plain_since_ = 0;
  return {};
}

result<void> slice_writer::commit() {
  if (auto committed = transaction_->commit(); !committed) return committed;
  transaction_.reset();
  const auto row = count_pages_.step();
  if (row && *row) bytes_ = static_cast<std::uint64_t>(count_pages_.integer(0));
  count_pages_.reset();
  return {};
}

void slice_writer::rollback() noexcept {
  transaction_.reset();
  (void)recall();
}

void slice_writer::rest() noexcept {
  std::error_code none;
  const auto log = std::filesystem::file_size(path_ + "-wal", none);
  if (none || log < worth_emptying) return;
  (void)database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

result<void> slice_writer::seal() {
  if (auto begun = begin(); !begun) return begun;
  auto done = index_->finish();
  if (done) done = transaction_->commit();
  transaction_.reset();
  if (!done) return done;
  return database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

result<void> slice_writer::make_small() {
  return database_.execute("PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM");
}

std::string_view slice_writer::dictionary() const noexcept {
  return dictionary_ ? dictionary_->bytes() : std::string_view{};
}

}  // namespace waybill::inline v0
