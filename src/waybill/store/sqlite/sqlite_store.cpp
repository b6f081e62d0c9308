#include <waybill/store/sqlite/sqlite_store.hpp>

#include <waybill/base/clock.hpp>
#include <waybill/http/signals_blocked.hpp>

#include <new>

namespace waybill::inline v0 {

sqlite_store::sqlite_store(sqlite_store_options&& options, std::string file, store_lock lock)
    : options_(std::move(options)),
      file_(std::move(file)),
      lock_(std::move(lock)),
      queue_(options_.waiting_limit) {}

result<std::unique_ptr<sqlite_store>> sqlite_store::open(sqlite_store_options options) {
  std::string file = store_file::resolve(options.path);
  if (auto made = store_file::make_folder(file); !made) return made.error();
  // Is it a store at all? Asked before a lock is laid beside it.
  const auto known = store_file::open_for_reading(file);
  if (!known && known.error().code != failure_code::not_found) return known.error();
  auto lock = store_lock::take(file);
  if (!lock) return lock.error();
  auto database = store_file::open_for_writing(file, options.durability);
  if (!database) return database.error();
  std::unique_ptr<sqlite_store> store{
      new sqlite_store{std::move(options), std::move(file), std::move(*lock)}};
  store->database_ = std::move(*database);
  auto writer = chunk_writer::prepare(store->database_);
  if (!writer) return writer.error();
  store->writer_ = std::move(*writer);
  auto reader = sqlite_reader::open(store->file_);
  if (!reader) return reader.error();
  store->reader_ = std::move(*reader);
  const signals_blocked for_the_writer;
  store->thread_ = std::thread{[raw = store.get()] { raw->run(); }};
  return store;
}

sqlite_store::~sqlite_store() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void sqlite_store::commit(span_batch&& received, committed done) {
  if (queue_.put(std::move(received), done)) return;
  done(failure{failure_code::busy,
               "The store is busy: " + std::to_string(options_.waiting_limit >> 20) +
                   " MiB of records are waiting to be written already. Send this again later."});
}

void sqlite_store::run() {
  while (true) {
    std::vector<pending_commit> group = queue_.take(options_.chunk_records);
    if (group.empty()) return;
    const result<void> outcome = write(group);
    for (auto& one : group) one.done(outcome);
  }
}

result<void> sqlite_store::write(const std::vector<pending_commit>& group) try {
  const auto explain = [&](const failure& why) {
    return failure{
        why.code == failure_code::busy ? failure_code::busy : failure_code::io,
        "The store could not write: " + why.message + ". Nothing of this was kept; send it again later."};
  };
  auto transaction = sqlite_transaction::begin(database_);
  if (!transaction) return explain(transaction.error());
  result<void> written;
  const auto add = [&](const auto& record) {
    if (!written) return;
    builder_.add(record);
    if (builder_.records() >= options_.chunk_records) written = writer_.write(builder_.finish(), wall_now());
  };
  for (const auto& one : group) {
    one.batch.for_each_span(add);
    one.batch.for_each_log(add);
  }
  if (builder_.records() != 0) {
    const built_chunk last = builder_.finish();
    if (written) written = writer_.write(last, wall_now());
  }
  if (!written) return explain(written.error());
  if (auto committed = transaction->commit(); !committed) return explain(committed.error());
  return {};
} catch (const std::bad_alloc&) {
  builder_ = chunk_builder{};  // what it remembers may be half of something
  return failure{failure_code::busy, "There is not enough memory to store this. Send it again later."};
}

}  // namespace waybill::inline v0
