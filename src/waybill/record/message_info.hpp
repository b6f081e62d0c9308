// What a queue says of one message: names, and times with the clock each was read from. Everything may be unknown.
#pragma once

#include <waybill/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// Whose clock gave a time. Two times make a duration that is exact only when both come from one clock.
enum class clock_origin : std::uint8_t {
  unknown,
  producer,  // the sender's host: set in the message by whoever sent it
  broker,    // the queue's own host
  worker,    // this host, this boot: the queue and its worker share a machine, or the worker itself read it
};

// Views live as long as the message they came from. Times in nanoseconds since 1970, empty when the queue does not say.
struct message_info {
  std::string_view system = {};               // messaging.system: kafka, rabbitmq, aws_sqs, sqlite …
  std::string_view queue = {};                // messaging.destination.name
  std::string_view message_id = {};           // messaging.message.id
  std::optional<std::uint32_t> attempt = {};  // 1 for the first delivery
  std::optional<unix_nanos> created = {};     // first handed to the queue, unchanged by retries
  std::optional<unix_nanos> enqueued = {};  // became available for THIS attempt, scheduled delay not counted
  std::optional<unix_nanos> due = {};       // not to be worked on before
  std::optional<unix_nanos> received = {};  // handed to this worker
  clock_origin clock = clock_origin::unknown;  // of created, enqueued and due
  std::string_view worker = {};
};

}  // namespace waybill::inline v0
