#include <waybill/queues/sqlite/sqlite_queue.hpp>

#include <waybill/base/boot_clock.hpp>
#include <waybill/base/clock.hpp>
#include <waybill/base/json_writer.hpp>
#include <waybill/carrier/json_object_carrier.hpp>
#include <waybill/context/current.hpp>
#include <waybill/formats/message_stamp.hpp>
#include <waybill/propagation/restamp.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace waybill::inline v0 {
namespace {

// Times are nanoseconds since 1970. available_ns is when the message could be taken for its next attempt; it moves on each
// retry. boot_id and boot_ns are the sending host's boot clock at that moment: two processes of one boot share that clock
// whatever their wall clocks say. A sender in another language leaves them out.
constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS waybill_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  payload BLOB NOT NULL,
  metadata TEXT NOT NULL DEFAULT '{}',
  created_ns INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000000),
  available_ns INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000000),
  due_ns INTEGER NOT NULL DEFAULT 0,
  visible_ns INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000000),
  attempts INTEGER NOT NULL DEFAULT 0,
  worker TEXT,
  boot_id TEXT,
  boot_ns INTEGER
);
CREATE INDEX IF NOT EXISTS waybill_queue_next ON waybill_queue (queue, visible_ns, id);
)sql";

// Decides who may take what and when: the system's clock, as SQLite's own julianday('now') in the defaults above.
std::int64_t queue_clock_now() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t in_nanoseconds(std::chrono::milliseconds duration) noexcept {
  return std::chrono::nanoseconds{duration}.count();
}

// Two readings of one moment, further apart than scheduling explains, are two clocks.
constexpr std::int64_t clock_tolerance = 50'000'000;

std::string to_json_object(const metadata& headers) {
  std::string json;
  json_writer out{json};
  out.begin_object();
  for (const auto& [name, value] : headers) out.key(name).text(value);
  out.end_object();
  return json;
}

// While another process is making the file, SQLite calls it busy without waiting for its lock (a wait could be for each
// other): so it is asked again.
result<void> use_write_ahead_log(sqlite_database& database) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  for (;;) {
    auto done = database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    if (done || done.error().code != failure_code::busy || std::chrono::steady_clock::now() > until)
      return done;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

// How long ago the message became available, by the boot clock; empty when the sender's is not ours.
std::optional<std::int64_t> boot_clock_age(std::string_view their_boot,
                                           std::int64_t their_boot_time) noexcept {
  if (their_boot.empty() || their_boot != boot_id()) return std::nullopt;
  return boot_clock_now() - their_boot_time;
}

}  // namespace

result<sqlite_queue> sqlite_queue::open(const std::string& path) {
  auto database = sqlite_database::open(path, sqlite_access::create);
  if (!database) return database.error();
  if (auto done = use_write_ahead_log(*database); !done) return done.error();
  if (auto done = database->execute(schema); !done) return done.error();
  return sqlite_queue{std::move(*database)};
}

result<std::int64_t> sqlite_queue::send(std::string_view queue, std::string_view payload, metadata headers,
                                        const sqlite_send_options& options) {
  auto insert = database_.prepare(
      "INSERT INTO waybill_queue (queue, payload, metadata, created_ns, available_ns, due_ns, visible_ns, "
      "boot_id, boot_ns)"
      " VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)");
  if (!insert) return insert.error();
  const unix_nanos now = wall_now();
  const unix_nanos due = options.delay.count() > 0 ? now + in_nanoseconds(options.delay) : 0;
  stamp_details stamp{.stamped = now, .destination = destination_hash(queue)};
  if (due != 0) stamp.due = due;
  restamp(headers, stamp);
  const std::string json = to_json_object(headers);
  insert->bind(1, queue).bind_blob(2, payload).bind(3, json).bind(4, now).bind(5, due);
  insert->bind(6, queue_clock_now() + in_nanoseconds(options.delay))
      .bind(7, boot_id())
      .bind(8, boot_clock_now());
  if (auto done = insert->run(); !done) return done.error();
  note_sent(due);
  return database_.last_row_id();
}

result<std::optional<sqlite_message>> sqlite_queue::receive(std::string_view queue,
                                                            const sqlite_receive_options& options) {
  const std::optional<sqlite_message> none;
  // A look without a lock first: an idle worker must not hold writers up.
  auto any = database_.prepare("SELECT 1 FROM waybill_queue WHERE queue = ?1 AND visible_ns <= ?2 LIMIT 1");
  if (!any) return any.error();
  any->bind(1, queue).bind(2, queue_clock_now());
  const auto there = any->step();
  if (!there) return there.error();
  if (!*there) return none;
  any->reset();

  auto transaction = sqlite_transaction::begin(database_);
  if (!transaction) return transaction.error();
  const unix_nanos now = wall_now();
  auto next = database_.prepare(
      "SELECT id, payload, metadata, created_ns, available_ns, due_ns, visible_ns, attempts, worker, "
      "boot_id, boot_ns"
      " FROM waybill_queue WHERE queue = ?1 AND visible_ns <= ?2 ORDER BY visible_ns, id LIMIT 1");
  if (!next) return next.error();
  next->bind(1, queue).bind(2, queue_clock_now());
  const auto row = next->step();
  if (!row) return row.error();
  if (!*row) return none;

  sqlite_message message;
  message.id_ = next->integer(0);
  message.id_text_ = std::to_string(message.id_);
  message.queue_ = queue;
  message.worker_ = options.worker;
  message.payload_ = next->blob(1);
  std::string json{next->text(2)};
  carrier_traits<json_object_carrier>::for_each(
      json_object_carrier{json}, [&](std::string_view name, std::string_view value) {
        message.metadata_.insert_or_assign(std::string{name}, std::string{value});
      });
  message.created_ = next->integer(3);
  message.available_ = next->integer(4);
  message.due_ = next->integer(5);
  message.attempt_ = static_cast<std::uint32_t>(std::clamp<std::int64_t>(next->integer(7), 0, 1'000'000) + 1);
  message.received_ = now;

  const bool abandoned = !next->is_null(8);  // somebody took it and was not heard of again
  if (abandoned) {
    message.available_ = next->integer(6);  // it became available when that worker's time was over
  } else if (const auto age = boot_clock_age(next->text(9), next->integer(10))) {
    // The shared clock gives the truth; where the two wall clocks tell another story, that is said by the weaker origin.
    const std::int64_t by_wall = now - message.available_;
    const bool first_time = message.created_ == message.available_;
    message.available_ = now - *age;
    if (first_time) message.created_ = message.available_;  // age and wait by one clock
    message.clock_ =
        std::abs(by_wall - *age) <= clock_tolerance ? clock_origin::worker : clock_origin::unknown;
  }
  next->reset();

  auto take =
      database_.prepare("UPDATE waybill_queue SET attempts = ?2, worker = ?3, visible_ns = ?4 WHERE id = ?1");
  if (!take) return take.error();
  take->bind(1, message.id_).bind(2, std::int64_t{message.attempt_}).bind(3, options.worker);
  take->bind(4, queue_clock_now() + in_nanoseconds(options.visibility));
  if (auto done = take->run(); !done) return done.error();
  if (auto done = transaction->commit(); !done) return done.error();
  return std::optional{std::move(message)};
}

// Runs a statement whose ?1 and ?2 say which delivery is meant: a later one is somebody else's.
result<void> sqlite_queue::run_for(const sqlite_message& message, sqlite_statement& statement) {
  statement.bind(1, message.id_).bind(2, std::int64_t{message.attempt_});
  if (auto done = statement.run(); !done) return done;
  if (database_.changed_rows() == 1) return {};
  return failure{failure_code::refused, "message " + message.id_text_ + " of queue " + message.queue_ +
                                            " is no longer this worker's: its visibility time was over"};
}

result<void> sqlite_queue::acknowledge(const sqlite_message& message) {
  auto remove = database_.prepare("DELETE FROM waybill_queue WHERE id = ?1 AND attempts = ?2");
  if (!remove) return remove.error();
  return run_for(message, *remove);
}

result<void> sqlite_queue::retry(const sqlite_message& message, std::chrono::milliseconds delay) {
  auto give_back = database_.prepare(
      "UPDATE waybill_queue SET worker = NULL, available_ns = ?3, due_ns = ?4, visible_ns = ?5, boot_id = "
      "?6, boot_ns = ?7"
      " WHERE id = ?1 AND attempts = ?2");
  if (!give_back) return give_back.error();
  const unix_nanos now = wall_now();
  give_back->bind(3, now).bind(4, delay.count() > 0 ? now + in_nanoseconds(delay) : 0);
  give_back->bind(5, queue_clock_now() + in_nanoseconds(delay)).bind(6, boot_id()).bind(7, boot_clock_now());
  return run_for(message, *give_back);
}

result<void> sqlite_queue::extend(const sqlite_message& message, std::chrono::milliseconds visibility) {
  auto hold = database_.prepare("UPDATE waybill_queue SET visible_ns = ?3 WHERE id = ?1 AND attempts = ?2");
  if (!hold) return hold.error();
  hold->bind(3, queue_clock_now() + in_nanoseconds(visibility));
  return run_for(message, *hold);
}

result<std::int64_t> sqlite_queue::depth(std::string_view queue) {
  auto count = database_.prepare("SELECT count(*) FROM waybill_queue WHERE queue = ?1");
  if (!count) return count.error();
  count->bind(1, queue);
  const auto row = count->step();
  if (!row) return row.error();
  const std::int64_t messages = count->integer(0);
  count->reset();
  return messages;
}

}  // namespace waybill::inline v0
