// What a worker's task costs around its body: extraction, span, start record, wide event.
#include "measured_tracer.hpp"
#include "message_headers.hpp"
#include "operation.hpp"

#include <waybill/waybill.hpp>

namespace waybill::bench {
namespace {

template <fate records, metadata headers()>
measurement task_with_event(std::uint64_t times) {
  tracer& made_by = measured_tracer(records);
  const metadata message = headers();
  std::size_t since = 0;
  return measure(times, [&] {
    with_task_logging(message, {.kind = "deployment", .action = "deploy"},
                      [](task& running) {
                        running.event.set({{"deploymentId", "dep_1"}, {"attempt", 2}});
                      },
                      {.made_by = &made_by});
    flush_sometimes(made_by, since);
  });
}

constexpr operation rows[] = {
    {"task, nothing in the message", task_with_event<fate::discarded, foreign_keys>},
    {"task, 5 headers in the message", task_with_event<fate::discarded, five_headers>},
    {"task, 5 headers, up to the encoded OTLP requests", task_with_event<fate::encoded, five_headers>},
};

}  // namespace

std::span<const operation> task_operations() noexcept {
  return rows;
}

}  // namespace waybill::bench
