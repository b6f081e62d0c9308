#include <waybill/analysis/trace_summary.hpp>
#include <waybill/record/record_arena.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("an unsampled task's trace is named and dated by its events, and says that no spans have arrived") {
  const auto trace = trace_id::make();
  record_arena arena;
  const attribute service[] = {{"service.name", "worker"}};
  const auto* const sender = arena.make(resource{arena.copy(std::span<const attribute>{service})});
  const attribute task[] = {{"task.name", "deployment/deploy"}};
  for (const std::int64_t second : {10, 18}) {
    log_record log;
    log.trace = trace;
    log.time = second * 1'000'000'000;
    log.event_name = second == 10 ? "waybill.task.start" : "waybill.task";
    log.attributes = arena.copy(std::span<const attribute>{task});
    log.resource = sender;
    arena.logs().push_back(log);
  }
  const auto batch = arena.finish();
  const auto summary = summarise(batch, trace);
  CHECK(summary.name == "deployment/deploy");
  CHECK(summary.start == 10'000'000'000);
  CHECK(summary.duration == 8'000'000'000);
  CHECK(summary.services == std::vector<std::string_view>{"worker"});
  CHECK(explain(batch, trace).verdict == "No spans of this trace have arrived.");
}
