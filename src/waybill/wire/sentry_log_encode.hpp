// Log records as Sentry's log items: a task's wide event, its start, and any other line.
#pragma once

#include <waybill/record/span_record.hpp>
#include <waybill/wire/sentry_sender.hpp>

#include <string>
#include <string_view>

namespace waybill::inline v0::sentry_logs {

inline constexpr std::string_view item_type = "log";
inline constexpr std::string_view content_type = "application/vnd.sentry.items.log+json";

// Appends an element of "items", with a comma in front where it is not the first. False, and nothing, for a record that
// belongs to no trace: Sentry takes none.
bool append(const log_record& log, const sentry_sender& sender, std::string& items);

// The payload of an item of such elements.
std::string payload(std::string_view items);

}  // namespace waybill::inline v0::sentry_logs
