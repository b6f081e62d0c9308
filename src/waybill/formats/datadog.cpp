#include <waybill/formats/datadog.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/formats/known_formats.hpp>

#include <charconv>

namespace waybill::inline v0 {
namespace {

constexpr int trace_header = header_slots.slot_of("x-datadog-trace-id");
constexpr int span_header = header_slots.slot_of("x-datadog-parent-id");
constexpr int priority_header = header_slots.slot_of("x-datadog-sampling-priority");
constexpr int tags_header = header_slots.slot_of("x-datadog-tags");
constexpr std::size_t self = format_index("datadog");

constexpr std::size_t max_digits = 20;  // of a number of 64 bits
constexpr std::string_view high_tag = "_dd.p.tid=";

// All of text, without a sign but "-" where the type has one.
template <class Number>
std::optional<Number> read_number(std::string_view text) noexcept {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> big_endian(std::uint64_t high, std::uint64_t low) noexcept {
  std::array<std::uint8_t, Size> bytes;
  for (std::size_t i = Size; i-- > 0;) {
    bytes[i] = static_cast<std::uint8_t>(low);
    low = low >> 8 | high << 56;
    high >>= 8;
  }
  return bytes;
}
std::uint64_t to_number(const std::uint8_t* bytes) noexcept {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

void read_priority(const received_headers& headers, received_context& received,
                   partial_sender& said) noexcept {
  const auto text = only_value(headers, priority_header, received);
  if (!text) return;
  const auto priority = read_number<int>(*text);
  if (!priority) return received.rejected.add(rejection::datadog_malformed);
  said.decision = *priority > 0 ? sampling_decision::sampled : sampling_decision::not_sampled;
  said.debug = *priority > 1;
}

std::string_view priority_of(const span_ids& ids) noexcept {
  if (ids.decision == sampling_decision::not_sampled) return "0";
  return ids.debug ? "2" : "1";
}

std::string_view put_number(std::uint64_t number, char* out) noexcept {
  return {out, static_cast<std::size_t>(std::to_chars(out, out + max_digits, number).ptr - out)};
}

}  // namespace

std::optional<std::uint64_t> read_datadog_trace_high(std::string_view tags) noexcept {
  while (!tags.empty()) {
    const std::size_t comma = tags.find(',');
    const std::string_view tag = trim_ows(tags.substr(0, comma));
    tags.remove_prefix(comma == std::string_view::npos ? tags.size() : comma + 1);
    if (!tag.starts_with(high_tag)) continue;
    std::uint8_t bytes[8];
    if (!read_hex(tag.substr(high_tag.size()), bytes, sizeof bytes, hex_case::any)) return std::nullopt;
    return to_number(bytes);
  }
  return 0;
}

// A trace whose high half cannot be read is followed by its low half: so does everybody who knows no more of it.
void read_datadog(const received_headers& headers, received_context& received) noexcept {
  const auto trace_text = only_value(headers, trace_header, received);
  const auto span_text = only_value(headers, span_header, received);
  partial_sender said;
  read_priority(headers, received, said);
  if (!trace_text) {
    if (span_text) return received.rejected.add(rejection::datadog_malformed);
    if (!said.says_nothing()) note_sender(said, self, received);
    return;
  }
  const auto low = read_number<std::uint64_t>(*trace_text);
  const auto span = span_text ? read_number<std::uint64_t>(*span_text) : std::optional<std::uint64_t>{0};
  if (!low || *low == 0 || !span) return received.rejected.add(rejection::datadog_malformed);
  const auto tags = only_value(headers, tags_header, received);
  const auto high = tags ? read_datadog_trace_high(*tags) : std::optional<std::uint64_t>{0};
  if (!high) received.rejected.add(rejection::datadog_malformed);
  said.trace = trace_id::from_bytes(big_endian<16>(high.value_or(0), *low));
  said.span = span_id::from_bytes(big_endian<8>(0, *span));
  note_sender(said, self, received);
}

void write_datadog(const outgoing_context& context, outgoing_headers& headers) noexcept {
  const std::uint8_t* const bytes = context.ids.trace.bytes().data();
  const std::uint64_t low = to_number(bytes + 8);
  char* const room = headers.claim(2 * max_digits + high_tag.size() + 16);
  if (room == nullptr || low == 0) return;
  headers.set(trace_header, put_number(low, room));
  headers.set(span_header, put_number(to_number(context.ids.span->bytes().data()), room + max_digits));
  if (context.ids.decision != sampling_decision::deferred)
    headers.set(priority_header, priority_of(context.ids));
  if (to_number(bytes) == 0) return;
  char* const tag = room + 2 * max_digits;
  high_tag.copy(tag, high_tag.size());
  write_hex(bytes, 8, tag + high_tag.size());
  headers.set(tags_header, {tag, high_tag.size() + 16});
}

}  // namespace waybill::inline v0
