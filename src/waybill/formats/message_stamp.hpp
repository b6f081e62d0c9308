// The waybill itself: what a sender says about the message, not about the trace. When it was sent, by which span, where to.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/context/trace_id.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// Times of the sender's clock; on the wire they are whole milliseconds.
struct message_stamp {
  unix_nanos stamped = 0;                         // just before it was handed to the queue
  std::optional<span_id> sender = {};             // the sender's span; empty: it had none
  std::optional<std::uint32_t> destination = {};  // destination_hash of the queue it was sent to
  std::optional<unix_nanos> due = {};             // not to be worked on before
  std::optional<unix_nanos> created = {};         // the first stamp, when this is a later one
  std::optional<std::uint32_t> attempt = {};      // 1 for the first

  friend bool operator==(const message_stamp&, const message_stamp&) noexcept = default;
};

// Eight hexadecimal digits on the wire: 32-bit FNV-1a over the bytes of the queue's name, as the queue calls it. Tells a
// stamp that belongs to this queue from one that was copied along from another. Never changes.
constexpr std::uint32_t destination_hash(std::string_view queue) noexcept {
  std::uint32_t hash = 2166136261U;
  for (const char c : queue) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return hash;
}

}  // namespace waybill::inline v0
