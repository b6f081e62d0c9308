#include <waybill/store/sqlite/sqlite_store.hpp>

#include <waybill/base/clock.hpp>
#include <waybill/http/signals_blocked.hpp>
#include <waybill/store/sqlite/store_folder.hpp>
#include <waybill/store/sqlite/upgrade.hpp>

#include <chrono>
#include <filesystem>
#include <new>

namespace waybill::inline v0 {
namespace {

// A trace is read by unpacking whole chunks: small ones answer quickly, and next to a dictionary they take little
// more room than large ones.
constexpr std::size_t chunk_records = 384;        // from here on a chunk ends with its trace
constexpr std::size_t chunk_records_most = 4096;  // here it ends anyway

constexpr std::int64_t limits_interval = std::int64_t{5} * 1'000'000'000;
constexpr std::int64_t busy_until = 250'000'000;  // after the last commit

constexpr const char* damaged_stays = " It is left as it is; new records go into the next slice.";

}  // namespace

sqlite_store::sqlite_store(sqlite_store_options&& options, store_lock lock)
    : options_(std::move(options)),
      lock_(std::move(lock)),
      retention_(options_.path, options_.limits),
      queue_(options_.waiting_limit) {}

result<std::unique_ptr<sqlite_store>> sqlite_store::open(sqlite_store_options options) {
  if (auto made = store_folder::make(options.path); !made) return made.error();
  auto lock = store_lock::take(store_folder::lock_file(options.path), options.path);
  if (!lock) return lock.error();
  std::unique_ptr<sqlite_store> store{new sqlite_store{std::move(options), std::move(*lock)}};
  if (auto opened = store->open_slice(); !opened) return opened.error();
  if (auto taken_over = take_over_old_store(store->options_.path, *store->slice_); !taken_over) {
    return taken_over.error();
  }
  store->reader_.reset(new sqlite_reader{store->options_.path, true});
  const signals_blocked for_the_writer;
  store->thread_ = std::thread{[raw = store.get()] { raw->run(); }};
  return store;
}

// Goes on with the newest slice. One that can't be written any more is left as it is.
result<void> sqlite_store::open_slice() {
  const auto slices = store_folder::slices(options_.path);
  number_ = slices.empty() ? 1 : slices.back().number;
  std::string file = store_folder::slice_path(options_.path, number_);
  std::error_code none;
  if (!slices.empty() && std::filesystem::file_size(file, none) == 0) {
    options_.warn(file + " is empty: the last server ended just as it made it, or what was in it is gone.");
  }
  auto opened = slice_writer::open(file, options_.durability, {});
  const bool damaged = !opened && (opened.error().code == failure_code::malformed ||
                                   opened.error().code == failure_code::invalid_argument);
  if (damaged) {
    options_.warn(opened.error().message + damaged_stays);
    file = store_folder::slice_path(options_.path, ++number_);
    opened = slice_writer::open(file, options_.durability, {});
  }
  if (!opened) return opened.error();
  slice_ = std::move(*opened);
  return {};
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
    const auto taken =
        queue_.take(options_.commit_records, std::chrono::nanoseconds{rests_ ? limits_interval : busy_until});
    if (taken.closed) return;
    if (is_full() && steady_now() >= next_slice_not_before_) start_next_slice();
    if (taken.group.empty()) {
      if (!rests_) slice_->rest();
      rests_ = true;
    } else {
      rests_ = false;
      const result<void> outcome = write(taken.group);
      for (const auto& one : taken.group) one.done(outcome);
    }
    if (steady_now() - limits_checked_ >= limits_interval) keep_within_limits();
  }
}

result<void> sqlite_store::write(const std::vector<pending_commit>& group) try {
  auto written = write_to_slice(group);
  if (!written && written.error().code == failure_code::malformed && leave_damaged_slice(written.error())) {
    written = write_to_slice(group);
  }
  if (written) return {};
  return failure{written.error().code == failure_code::busy ? failure_code::busy : failure_code::io,
                 "The store could not write: " + written.error().message +
                     ". Nothing of this was kept; send it again later."};
} catch (const std::bad_alloc&) {
  slice_->rollback();
  sorted_ = records_by_trace{};
  builder_ = chunk_builder{};  // what it remembers may be half of something
  return failure{failure_code::busy, "There is not enough memory to store this. Send it again later."};
}

result<void> sqlite_store::write_to_slice(const std::vector<pending_commit>& group) {
  if (auto begun = slice_->begin(); !begun) return begun;
  auto written = write_chunks(group);
  sorted_.clear();
  if (written) written = slice_->commit();
  if (!written) slice_->rollback();
  return written;
}

result<void> sqlite_store::write_chunks(const std::vector<pending_commit>& group) {
  for (const auto& one : group) sorted_.add(one.batch);
  const unix_nanos now = wall_now();
  result<void> written;
  sorted_.for_each([&](const span_record* span, const log_record* log, bool end_of_trace) {
    if (!written) return;
    if (span != nullptr) builder_.add(*span);
    if (log != nullptr) builder_.add(*log);
    const std::size_t held = builder_.records();
    if ((end_of_trace && held >= chunk_records) || held >= chunk_records_most) {
      written = slice_->add(builder_, now);
    }
  });
  if (written) return slice_->add(builder_, now);
  builder_ = chunk_builder{};
  return written;
}

bool sqlite_store::is_full() const {
  if (!slice_->first_stored()) return false;
  const std::int64_t age = wall_now() - *slice_->first_stored();
  return slice_->bytes() >= slice_bytes(options_.limits) || std::abs(age) >= slice_duration(options_.limits);
}

// Where that fails, the slice grows on: a full disk is no reason to refuse what still fits.
void sqlite_store::start_next_slice() try {
  next_slice_not_before_ = steady_now() + limits_interval;  // should it fail
  auto next = slice_writer::open(store_folder::slice_path(options_.path, number_ + 1), options_.durability,
                                 slice_->dictionary());
  if (!next) return options_.warn("The next slice can't be made: " + next.error().message);
  if (auto sealed = slice_->seal(); !sealed) {
    options_.warn(slice_->path() + " can't be put in order: " + sealed.error().message +
                  ". It is whole, and slower to read.");
  }
  slice_ = std::move(*next);
  ++number_;
  next_slice_not_before_ = 0;
  keep_within_limits();
} catch (const std::bad_alloc&) {
  slice_->rollback();  // tried again after the next commit
}

// As it is, for reading. Whether there is a next one to write to.
bool sqlite_store::leave_damaged_slice(const failure& why) {
  auto next =
      slice_writer::open(store_folder::slice_path(options_.path, number_ + 1), options_.durability, {});
  if (!next) {
    options_.warn("The next slice can't be made: " + next.error().message);
    return false;
  }
  options_.warn(why.message + "." + damaged_stays);
  slice_ = std::move(*next);
  ++number_;
  return true;
}

void sqlite_store::keep_within_limits() {
  limits_checked_ = steady_now();
  if (auto kept = retention_.enforce(number_); !kept) options_.warn(kept.error().message);
}

}  // namespace waybill::inline v0
