// A queue in one SQLite file: for a small service, for the demo, and for tests. Several producers and workers, in one or
// many processes of one host, may use the file at once.
//
// The table is in the README beside this file; any language with SQLite can send and receive. Payload and metadata are
// columns of their own: trace headers go into metadata, the payload is never touched.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/queues/sqlite/sqlite_message.hpp>
#include <waybill/sqlite/database.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

struct sqlite_send_options {
  std::chrono::milliseconds delay{0};  // not to be worked on before
};

struct sqlite_receive_options {
  std::string_view worker = {};                  // shown as who holds the message
  std::chrono::milliseconds visibility{30'000};  // untouched so long, the message goes to somebody else
};

// One connection. Not thread-safe: one a thread. Every call may block for as long as another process writes, at most five
// seconds, then fails with failure_code::busy.
class sqlite_queue {
 public:
  // Opens the file, and creates it with its table if it is not there.
  static result<sqlite_queue> open(const std::string& path);

  // Returns the message id. metadata travels as it is; where it holds a waybill key, that is stamped again just before the
  // message is written. A metadata value that is not UTF-8 is sent with U+FFFD in its place.
  result<std::int64_t> send(std::string_view queue, std::string_view payload, metadata headers,
                            const sqlite_send_options& options = {});

  // The message that has been available longest, now this worker's until the visibility time is over. Empty: there is
  // none. Does not wait for one.
  result<std::optional<sqlite_message>> receive(std::string_view queue,
                                                const sqlite_receive_options& options = {});

  // These three say refused when the message is no longer this worker's: its time was over and somebody else has it.
  result<void> acknowledge(const sqlite_message& message);  // done: the row is deleted
  result<void> retry(const sqlite_message& message,
                     std::chrono::milliseconds delay);  // give it back, for later
  result<void> extend(const sqlite_message& message, std::chrono::milliseconds visibility);

  // Messages that are there, being worked on or not.
  result<std::int64_t> depth(std::string_view queue);

 private:
  explicit sqlite_queue(sqlite_database opened) noexcept : database_(std::move(opened)) {}
  result<void> run_for(const sqlite_message& message, sqlite_statement& statement);

  sqlite_database database_;
};

}  // namespace waybill::inline v0
