#include <waybill/waybill.hpp>

struct awaitable {
  bool await_ready();
};

void worker(const waybill::metadata& message) {
  waybill::with_task_logging(message, {.kind = "a", .action = "b"}, [] { return awaitable{}; });
}
