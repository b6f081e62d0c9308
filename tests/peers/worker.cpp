// A worker with one slot, as a user would write it; it tells the test when its handler really began.
//   peer-worker QUEUE_FILE COLLECTOR [SECONDS_ITS_CLOCK_IS_OFF]
// PEER_METADATA_ALONE: its tasks get nothing of a message but the metadata.
#include "driver_line.hpp"
#include "told_context.hpp"

#include <waybill/propagation/extract.hpp>
#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <cstdlib>
#include <thread>

namespace {

std::int64_t clock_error = 0;

waybill::unix_nanos wrong_wall() noexcept {
  return peers::true_now() + clock_error;
}

waybill::steady_nanos right_steady() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<waybill::steady_nanos>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

constexpr waybill::clock_source wrong_clock{wrong_wall, right_steady};

void stay_busy(const waybill::sqlite_message& message) {
  waybill::with_task_logging(message, {.kind = "report", .action = "monthly"}, [&] {
    peers::tell("busy", [](waybill::json_writer&) {});
    std::this_thread::sleep_for(std::chrono::duration<double>{std::atof(message.payload().c_str() + 5)});
  });
}

// What the task's span says of the context it was given; which of several messages it is stands in the payload.
void tell_context(waybill::task& task, std::string_view payload) {
  const auto& ids = task.context().ids();
  std::string baggage;
  waybill::json_writer json{baggage};
  peers::write_baggage(json, task.context().baggage());
  task.set("peer.case", payload);
  task.set("peer.baggage", baggage);
  const bool sampled = ids.decision == waybill::sampling_decision::sampled;
  task.set("peer.flags", std::string{"0"} + "0123"[sampled | ids.random << 1]);
}

// message: what the queue gave, or its metadata alone, as from a queue that stamps nothing itself.
template <class Message>
void deploy(const Message& message, const waybill::metadata& metadata, std::string_view payload) {
  const std::int64_t before = peers::true_now();
  waybill::with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [&](waybill::task& task) {
    const std::int64_t entered = peers::true_now();
    const auto received = waybill::extract(metadata);
    peers::tell("started", [&](waybill::json_writer& json) {
      json.key("before").integer(before).key("entered").integer(entered);
      json.key("task_span_id").text(task.context().ids().span->to_hex());
      json.key("source").text(received.source());
      if (received.ids()) peers::tell_ids(json, *received.ids());
      peers::tell_baggage(json, task.context().baggage());
    });
    tell_context(task, payload);
    const auto inner = waybill::start_span("k8s.apply: deployment");
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: peer-worker QUEUE_FILE COLLECTOR [SECONDS]\n", stderr), 2;
  if (argc > 3) {
    clock_error = static_cast<std::int64_t>(std::atof(argv[3]) * 1e9);
    waybill::replace_clock(&wrong_clock);
  }
  auto tracing = waybill::start({.service_name = "peer-worker", .export_to = argv[2]});
  if (!tracing) return std::fprintf(stderr, "peer-worker: %s\n", tracing.error().message.c_str()), 1;
  auto queue = waybill::sqlite_queue::open(argv[1]);
  if (!queue) return std::fprintf(stderr, "peer-worker: %s\n", queue.error().message.c_str()), 1;
  peers::tell("ready", [](waybill::json_writer&) {});
  while (!peers::driver_is_done(5)) {
    auto message = queue->receive("deployment", {.worker = "worker-1"});
    if (!message) return std::fprintf(stderr, "peer-worker: %s\n", message.error().message.c_str()), 1;
    if (!*message) continue;
    const auto& metadata = (*message)->additional_metadata();
    if ((*message)->payload().starts_with("busy ")) {
      stay_busy(**message);
    } else if (std::getenv("PEER_METADATA_ALONE") != nullptr) {
      deploy(metadata, metadata, (*message)->payload());
    } else {
      deploy(**message, metadata, (*message)->payload());
    }
    if (auto done = queue->acknowledge(**message); !done)
      std::fprintf(stderr, "%s\n", done.error().message.c_str());
  }
}
