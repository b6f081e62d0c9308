#include <waybill/formats/b3.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/formats/known_formats.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0 {
namespace {

constexpr int single = header_slots.slot_of("b3");
constexpr int trace_header = header_slots.slot_of("x-b3-traceid");
constexpr int span_header = header_slots.slot_of("x-b3-spanid");
constexpr int sampled_header = header_slots.slot_of("x-b3-sampled");
constexpr int flags_header = header_slots.slot_of("x-b3-flags");

// Only these two lengths: shorter ones are no ids but mistakes.
std::optional<trace_id> read_trace(std::string_view digits) noexcept {
  if (digits.size() != 32 && digits.size() != 16) return std::nullopt;
  return read_padded_id<16>(digits);
}

// Sixteen digits, zeros too, by which some say that there is none.
bool is_parent(std::string_view digits) noexcept {
  return digits.size() == 16 && std::ranges::all_of(digits, [](char digit) { return hex_digit(digit) >= 0; });
}

bool read_decision(std::string_view text, partial_sender& said) noexcept {
  if (text == "1" || text == "d") {
    said.decision = sampling_decision::sampled;
    said.debug = text == "d";
  } else if (text == "0") {
    said.decision = sampling_decision::not_sampled;
  } else {
    return false;
  }
  return true;
}

// The text up to the next hyphen, which goes with it. Empty at the end.
std::optional<std::string_view> take_part(std::optional<std::string_view>& rest) noexcept {
  if (!rest) return std::nullopt;
  const std::size_t hyphen = rest->find('-');
  const std::string_view part = rest->substr(0, hyphen);
  rest = hyphen == std::string_view::npos ? std::nullopt : std::optional{rest->substr(hyphen + 1)};
  return part;
}

// Of the several headers; false when one of them is malformed. "true" and "false" are an old way to say it.
bool read_several(const received_headers& headers, received_context& received,
                  partial_sender& said) noexcept {
  const auto trace = only_value(headers, trace_header, received);
  const auto span = only_value(headers, span_header, received);
  if (trace || span) {
    said.trace = trace ? read_trace(*trace) : std::nullopt;
    said.span = span ? span_id::from_hex(*span, hex_case::any) : std::nullopt;
    if (!said.trace || !said.span) return false;
  }
  if (const auto flags = only_value(headers, flags_header, received); flags && *flags == "1") {
    said.debug = true;
    said.decision = sampling_decision::sampled;
  } else if (auto sampled = only_value(headers, sampled_header, received)) {
    if (ascii_iequals(*sampled, "true")) sampled = "1";
    if (ascii_iequals(*sampled, "false")) sampled = "0";
    if (!read_decision(*sampled, said)) received.rejected.add(rejection::b3_malformed);
  }
  return true;
}

void read_both(std::size_t format, const received_headers& headers, received_context& received) noexcept {
  if (const auto value = only_value(headers, single, received)) {
    if (const auto said = read_b3(*value)) return note_sender(*said, format, received);
    received.rejected.add(rejection::b3_malformed);
  }
  partial_sender said;
  if (!read_several(headers, received, said)) return received.rejected.add(rejection::b3_malformed);
  if (!said.says_nothing()) note_sender(said, format, received);
}

}  // namespace

std::optional<partial_sender> read_b3(std::string_view value) noexcept {
  std::optional<std::string_view> rest = trim_ows(value);
  partial_sender said;
  if (rest->size() == 1) return read_decision(*rest, said) ? std::optional{said} : std::nullopt;
  const auto trace = take_part(rest);
  const auto span = take_part(rest);
  auto decision = take_part(rest);
  auto parent = take_part(rest);
  if (!span || rest) return std::nullopt;
  // Brave leaves out what is not decided, before a parent too.
  if (decision && !parent && decision->size() > 1) std::swap(decision, parent);
  said.trace = read_trace(*trace);
  said.span = span_id::from_hex(*span, hex_case::any);
  if (!said.trace || !said.span) return std::nullopt;
  if (decision && !read_decision(*decision, said)) return std::nullopt;
  if (parent && !is_parent(*parent)) return std::nullopt;
  return said;
}

std::string_view write_b3(const span_ids& ids, std::span<char, max_b3_size> out) noexcept {
  char* const text = out.data();
  ids.trace.write_hex_to(text);
  text[32] = '-';
  ids.span->write_hex_to(text + 33);
  if (ids.decision == sampling_decision::deferred) return {text, 49};
  text[49] = '-';
  text[50] = ids.decision == sampling_decision::not_sampled ? '0' : ids.debug ? 'd' : '1';
  return {text, 51};
}

void read_b3_single_first(const received_headers& headers, received_context& received) noexcept {
  read_both(format_index("b3"), headers, received);
}
void read_b3multi(const received_headers& headers, received_context& received) noexcept {
  read_both(format_index("b3multi"), headers, received);
}

void write_b3_single(const outgoing_context& context, outgoing_headers& headers) noexcept {
  char* const room = headers.claim(max_b3_size);
  if (room == nullptr) return;
  headers.set(single, write_b3(context.ids, std::span<char, max_b3_size>{room, max_b3_size}));
}

// Debug says sampled, and then that is not written (§"Debug Flag").
void write_b3multi(const outgoing_context& context, outgoing_headers& headers) noexcept {
  char* const room = headers.claim(48);
  if (room == nullptr) return;
  context.ids.trace.write_hex_to(room);
  context.ids.span->write_hex_to(room + 32);
  headers.set(trace_header, {room, 32});
  headers.set(span_header, {room + 32, 16});
  if (context.ids.decision == sampling_decision::not_sampled) {
    headers.set(sampled_header, "0");
  } else if (context.ids.decision == sampling_decision::sampled) {
    headers.set(context.ids.debug ? flags_header : sampled_header, "1");
  }
}

}  // namespace waybill::inline v0
