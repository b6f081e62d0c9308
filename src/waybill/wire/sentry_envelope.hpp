// The framing of a Sentry envelope, both ways: a line of JSON, then items, each a line of JSON and a payload.
//
//   {"event_id":"…","trace":{…}}
//   {"type":"transaction","length":1401}
//   {…}
//
// A payload is as long as its item's header says, or goes to the end of its line when that says nothing.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/base/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0::sentry_envelope {

// Views into the body.
struct item {
  std::string_view type;
  std::string_view content_type;  // empty: not told
  std::string_view payload;
};

// The first line, without looking into it.
std::string_view header_of(std::string_view body) noexcept;

// Visits the items in their order, then says whether all was well: failure_code::malformed when an item has no
// header with a type, or fewer bytes than it says. What was visited before that belongs to a broken body. So many
// bytes behind the body have to be readable (simdjson's padding).
inline constexpr std::size_t readable_behind = 64;
result<void> read_items(std::string_view body, function_ref<void(const item&)> visit);

// What an item's header says beside its length.
struct item_header {
  std::string_view type;
  std::string_view content_type{};          // empty: left out
  std::optional<std::size_t> item_count{};  // of containers: spans, logs
};

// Appends an item to an envelope, which begins with one JSON object and a '\n' that the caller has written.
void append_item(std::string& envelope, const item_header& header, std::string_view payload);

}  // namespace waybill::inline v0::sentry_envelope
