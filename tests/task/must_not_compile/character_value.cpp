#include <waybill/waybill.hpp>

void worker(waybill::task& task) {
  task.event.set("grade", 'a');
}
