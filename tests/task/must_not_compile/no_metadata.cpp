#include <waybill/waybill.hpp>

struct opaque {};

void worker(const opaque& message) {
  waybill::with_task_logging(message, {.kind = "a", .action = "b"}, [] {});
}
