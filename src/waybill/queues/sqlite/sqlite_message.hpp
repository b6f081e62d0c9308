// A message as received from a sqlite_queue: owns its text, and tells a task its metadata and its times.
#pragma once

#include <waybill/carrier/metadata.hpp>
#include <waybill/record/message_info.hpp>

#include <cstdint>
#include <string>

namespace waybill::inline v0 {

class sqlite_message {
 public:
  std::int64_t id() const noexcept { return id_; }
  const std::string& payload() const noexcept { return payload_; }
  std::uint32_t attempt() const noexcept { return attempt_; }  // 1 for the first delivery

  // What with_task_logging asks for. message_info's views live as long as this message.
  const metadata& additional_metadata() const noexcept { return metadata_; }
  waybill::message_info message_info() const noexcept;

 private:
  friend class sqlite_queue;

  std::int64_t id_ = 0;
  std::string id_text_;
  std::string queue_;
  std::string worker_;
  std::string payload_;
  metadata metadata_;
  std::uint32_t attempt_ = 1;
  unix_nanos created_ = 0;
  unix_nanos available_ = 0;  // for this attempt, on this process's wall clock where clock_ says so
  unix_nanos due_ = 0;        // 0: at once
  unix_nanos received_ = 0;
  clock_origin clock_ = clock_origin::unknown;
};

}  // namespace waybill::inline v0
