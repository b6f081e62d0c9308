#include <waybill/waybill.hpp>

void worker(const waybill::metadata& message) {
  waybill::with_task_logging(message, nullptr, "b", [] {});
}
