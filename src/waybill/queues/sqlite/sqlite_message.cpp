#include <waybill/queues/sqlite/sqlite_message.hpp>

namespace waybill::inline v0 {

waybill::message_info sqlite_message::message_info() const noexcept {
  waybill::message_info info;
  info.system = "sqlite";
  info.queue = queue_;
  info.message_id = id_text_;
  info.attempt = attempt_;
  info.created = created_;
  info.enqueued = available_;
  if (due_ > created_) info.due = due_;
  info.received = received_;
  info.clock = clock_;
  info.worker = worker_;
  return info;
}

}  // namespace waybill::inline v0
