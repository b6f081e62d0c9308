// Finished spans as Sentry's span v2 items, which are sent as they end: no transaction, no waiting for a root.
#pragma once

#include <waybill/record/span_record.hpp>
#include <waybill/wire/sentry_sender.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0::sentry_spans {

inline constexpr std::size_t most_spans = 1000;  // in one envelope
inline constexpr std::string_view item_type = "span";
inline constexpr std::string_view content_type = "application/vnd.sentry.items.span.v2+json";

// Appends elements of "items", with commas in front where they are not the first: the span, and the one that stands beside
// it for the Queues page if there is one. Returns how many.
std::size_t append(const span_record& span, const sentry_sender& sender, std::string& items);

// The payload of an item of such elements.
std::string payload(std::string_view items);

}  // namespace waybill::inline v0::sentry_spans
