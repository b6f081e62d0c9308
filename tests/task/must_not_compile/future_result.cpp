#include <waybill/waybill.hpp>

#include <future>

void worker(const waybill::metadata& message) {
  waybill::with_task_logging(message, {.kind = "a", .action = "b"}, [] { return std::async([] {}); });
}
