#include <waybill/formats/w3c_trace_context.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/context/tracestate.hpp>
#include <waybill/formats/known_formats.hpp>

namespace waybill::inline v0 {
namespace {

constexpr int traceparent = header_slots.slot_of("traceparent");
constexpr int tracestate = header_slots.slot_of("tracestate");
constexpr std::size_t self = format_index("tracecontext");

// version "-" trace-id "-" parent-id "-" trace-flags
constexpr std::size_t trace_at = 3;
constexpr std::size_t span_at = 36;
constexpr std::size_t flags_at = 53;
constexpr int sampled_flag = 1;
constexpr int random_flag = 2;

// Two digits; negative when one is none, or upper case.
int read_byte(const char* digits) noexcept {
  const int high = hex_digit(digits[0], hex_case::lower_only);
  const int low = hex_digit(digits[1], hex_case::lower_only);
  return (high | low) < 0 ? -1 : high * 16 + low;
}

// Of every message that is sent: a call would be a tenth of it.
[[gnu::always_inline]] inline void put_traceparent(const span_ids& ids, char* text) noexcept {
  const int flags =
      (ids.decision == sampling_decision::sampled ? sampled_flag : 0) | (ids.random ? random_flag : 0);
  text[0] = text[1] = '0';
  text[2] = text[35] = text[52] = '-';
  ids.trace.write_hex_to(text + trace_at);
  ids.span->write_hex_to(text + span_at);
  text[flags_at] = '0';
  text[flags_at + 1] = static_cast<char>('0' + flags);
}

// All of a message's tracestate headers or nothing (§3.3.1.1: they are one list).
void read_tracestate(const received_headers& headers, received_context& received) noexcept {
  std::size_t size = 0;
  std::size_t members = 0;
  const auto refuse = [&](rejection why) {
    received.tracestate.clear();
    received.rejected.add(why);
  };
  for (std::string_view piece : headers.values(tracestate)) {
    size += piece.size() + 1;
    if (size > max_tracestate_size + 1) return refuse(rejection::tracestate_too_long);
    piece = trim_ows(piece);
    const auto count = count_tracestate_members(piece);
    if (!count || (members += *count) > max_tracestate_members)
      return refuse(rejection::tracestate_malformed);
    if (*count != 0) received.tracestate.add(piece);
  }
}

}  // namespace

std::optional<span_ids> read_traceparent(std::string_view value) noexcept {
  value = trim_ows(value);
  if (value.size() < traceparent_size) return std::nullopt;
  const char* const text = value.data();
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  if (text[0] != '0' || text[1] != '0') {
    const int version = read_byte(text);
    if (version < 0 || version == 0xFF) return std::nullopt;
    if (value.size() > traceparent_size && text[traceparent_size] != '-') return std::nullopt;
  } else if (value.size() != traceparent_size) {
    return std::nullopt;
  }
  const auto trace = trace_id::from_hex({text + trace_at, 32});
  const auto span = span_id::from_hex({text + span_at, 16});
  const int flags = read_byte(text + flags_at);
  if (!trace || !span || flags < 0) return std::nullopt;
  return span_ids{
      .trace = *trace,
      .span = span,
      .decision = (flags & sampled_flag) != 0 ? sampling_decision::sampled : sampling_decision::not_sampled,
      .random = (flags & random_flag) != 0,
      .remote = true,
  };
}

std::string_view write_traceparent(const span_ids& ids, std::span<char, traceparent_size> out) noexcept {
  put_traceparent(ids, out.data());
  return {out.data(), traceparent_size};
}

void read_w3c_trace_context(const received_headers& headers, received_context& received) noexcept {
  bool named = false;
  if (const std::size_t count = headers.count(traceparent); count == 1) {
    const auto ids = read_traceparent(headers.values(traceparent).front());
    named = ids.has_value();
    if (named) {
      received.senders.add(self, *ids);
    } else {
      received.rejected.add(rejection::traceparent_malformed);
    }
  } else if (count > 1) {
    received.rejected.add(rejection::traceparent_repeated);  // §3.2.2: which one is true cannot be known
  }
  if (!headers.present().has(tracestate)) return;
  if (!named) return received.rejected.add(rejection::tracestate_without_traceparent);
  if (headers.count(tracestate) > received_headers::max_values)
    received.rejected.add(rejection::too_many_headers);
  read_tracestate(headers, received);
}

void write_w3c_trace_context(const outgoing_context& context, outgoing_headers& headers) noexcept {
  char* const room = headers.claim(traceparent_size);
  if (room == nullptr) return;
  put_traceparent(context.ids, room);
  headers.set(traceparent, {room, traceparent_size});
  headers.set(tracestate, context.tracestate);
}

}  // namespace waybill::inline v0
