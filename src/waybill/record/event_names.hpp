// The names of a task's two log records and of the fields that waybill fills in. Part of the wire: never renamed.
#pragma once

#include <string_view>

namespace waybill::inline v0::event_names {

inline constexpr std::string_view task_start = "waybill.task.start";
inline constexpr std::string_view task_end = "waybill.task";

inline constexpr std::string_view name = "task.name";  // kind/action
inline constexpr std::string_view kind = "task.kind";
inline constexpr std::string_view action = "task.action";
inline constexpr std::string_view outcome = "waybill.outcome";  // ok, error, cancelled
inline constexpr std::string_view duration = "waybill.duration_ns";
inline constexpr std::string_view extraction = "waybill.extraction";  // the format's name, or none
inline constexpr std::string_view rejected = "waybill.rejected";      // why headers were not used
inline constexpr std::string_view disagreement = "waybill.disagreement";
inline constexpr std::string_view sampling_capped = "waybill.sampling_capped";  // true, or not there
inline constexpr std::string_view error_type = "error.type";
inline constexpr std::string_view error_message = "exception.message";
// Of a batch: how many of its messages failed; and the span's event for each of them.
inline constexpr std::string_view failed_messages = "waybill.batch.failed";
inline constexpr std::string_view message_failed = "waybill.message_failed";
inline constexpr std::string_view message_index = "waybill.batch.index";  // counts from 0
inline constexpr std::string_view metadata_prefix = "metadata.";

}  // namespace waybill::inline v0::event_names
