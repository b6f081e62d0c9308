#include <waybill/formats/sentry_trace.hpp>

#include <waybill/base/byte_set.hpp>
#include <waybill/base/percent_encoding.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/formats/decimal.hpp>
#include <waybill/formats/known_formats.hpp>
#include <waybill/formats/w3c_baggage.hpp>

#include <cstring>
#include <utility>

namespace waybill::inline v0 {
namespace {

constexpr int trace_header = header_slots.slot_of("sentry-trace");
constexpr int baggage = header_slots.slot_of("baggage");
constexpr int enqueued_header = header_slots.slot_of("sentry-task-enqueued-time");
constexpr std::size_t self = format_index("sentry");

constexpr byte_set blank{" \t\r\n"};
constexpr std::size_t max_head_value_size = 200;

std::string_view trim(std::string_view text) noexcept {
  if (!text.empty() && text.front() > ' ' && text.back() > ' ') return text;  // as nearly always
  while (!text.empty() && blank.contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank.contains(text.back())) text.remove_suffix(1);
  return text;
}

// One value, without white space around it.
std::optional<span_ids> read_single(std::string_view value) noexcept {
  if (value.size() < 48 || value.size() > max_sentry_trace_size) return std::nullopt;
  const char* at = value.data();
  const char* const end = at + value.size();
  const auto trace = trace_id::from_hex({at, 32}, hex_case::any);
  at += 32;
  if (*at == '-') ++at;
  if (!trace || end - at < 16) return std::nullopt;
  const auto span = span_id::from_hex({at, 16}, hex_case::any);
  at += 16;
  if (!span) return std::nullopt;
  if (at != end && *at == '-') ++at;
  auto decision = sampling_decision::deferred;
  if (at != end) {
    if (end - at != 1 || (*at != '0' && *at != '1')) return std::nullopt;
    decision = *at == '1' ? sampling_decision::sampled : sampling_decision::not_sampled;
  }
  return span_ids{.trace = *trace, .span = span, .decision = decision, .random = false, .remote = true};
}

// Frameworks join repeated headers with commas; the first that is not empty counts.
std::string_view first_of(std::string_view list, bool& more) noexcept {
  for (;;) {
    const std::size_t comma = list.find(',');
    const std::string_view first = trim(list.substr(0, comma));
    more = comma != std::string_view::npos;
    if (!first.empty() || !more) return first;
    list.remove_prefix(comma + 1);
  }
}

// Seconds since 1970 as Sentry's SDKs write them: digits, and perhaps a fraction.
std::optional<unix_nanos> read_seconds(std::string_view text) noexcept {
  text = trim(text);
  const std::size_t point = text.find('.');
  const auto whole = read_decimal(text.substr(0, point), max_unix_millis / 1000);
  if (!whole) return std::nullopt;
  std::uint64_t nanos = 0;
  if (point != std::string_view::npos) {
    const std::string_view fraction = text.substr(point + 1, 9);
    const auto digits = read_decimal(fraction, 999'999'999);
    if (!digits) return std::nullopt;
    nanos = *digits;
    for (std::size_t i = fraction.size(); i < 9; ++i) nanos *= 10;
  }
  const std::uint64_t time = *whole * 1'000'000'000 + nanos;
  if (time > max_unix_millis * 1'000'000) return std::nullopt;
  return static_cast<unix_nanos>(time);
}

// The first that is not empty counts, of several headers and of a list in one.
void read_trace_headers(const received_headers& headers, received_context& received) noexcept {
  bool repeated = headers.count(trace_header) > 1;
  for (const auto value : headers.values(trace_header)) {
    if (const auto ids = read_single(trim(value))) {
      received.senders.add(self, *ids);
      break;
    }
    bool more = false;
    const std::string_view first = first_of(value, more);
    repeated = repeated || more;
    if (first.empty()) continue;
    if (const auto ids = read_single(first)) {
      received.senders.add(self, *ids);
    } else {
      received.rejected.add(rejection::sentry_trace_malformed);
    }
    break;
  }
  if (repeated) received.rejected.add(rejection::sentry_trace_repeated);
}

// With the prefix, "=" and a comma.
constexpr std::size_t longest_member_name = 24;

template <class Visit>
void for_each_value(const sentry_head& head, Visit&& visit) {
  const std::pair<std::string_view, std::string_view> values[] = {
      {"public_key", head.public_key},   {"release", head.release},         {"environment", head.environment},
      {"org_id", head.org_id},           {"transaction", head.transaction}, {"sample_rate", head.sample_rate},
      {"sample_rand", head.sample_rand},
  };
  for (const auto& [name, value] : values) {
    if (!value.empty() && value.size() <= max_head_value_size) visit(name, value);
  }
}

char* put(std::string_view text, char* out) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

std::optional<span_ids> read_sentry_trace(std::string_view value) noexcept {
  if (const auto ids = read_single(trim(value))) return ids;
  bool more = false;
  return read_single(first_of(value, more));
}

std::string_view write_sentry_trace(const span_ids& ids,
                                    std::span<char, max_sentry_trace_size> out) noexcept {
  char* const text = out.data();
  ids.trace.write_hex_to(text);
  text[32] = '-';
  ids.span->write_hex_to(text + 33);
  if (ids.decision == sampling_decision::deferred) return {text, 49};
  text[49] = '-';
  text[50] = ids.decision == sampling_decision::sampled ? '1' : '0';
  return {text, 51};
}

bool has_sentry_members(std::string_view baggage) noexcept {
  for (baggage_members members{baggage}; members.next();) {
    if (is_sentry_member(members.key())) return true;
  }
  return false;
}

std::optional<trace_id> read_sentry_trace_id(std::string_view value) noexcept {
  return trace_id::from_hex(value, hex_case::any);
}

std::size_t sentry_head_room(const sentry_head& head) noexcept {
  constexpr std::size_t ids_and_decision = 2 * longest_member_name + 32 + 5;
  std::size_t room = ids_and_decision;
  for_each_value(head, [&](std::string_view, std::string_view value) {
    room += longest_member_name + 3 * value.size();
  });
  return room;
}

std::string_view write_sentry_head(const sentry_head& head, const span_ids& ids, char* out) noexcept {
  char* at = out;
  const auto member = [&](std::string_view name, std::string_view value) {
    if (at != out) *at++ = ',';
    at = put(name, put(sentry_member_prefix, at));
    *at++ = '=';
    at += percent_encode(value, at);
  };
  for_each_value(head, member);
  if (at == out) return {};
  char trace[32];
  ids.trace.write_hex_to(trace);
  member("trace_id", {trace, sizeof trace});
  if (ids.decision != sampling_decision::deferred) {
    member("sampled", ids.decision == sampling_decision::sampled ? "true" : "false");
  }
  return {out, static_cast<std::size_t>(at - out)};
}

std::string_view replace_sentry_member(std::span<const std::string_view> baggage, std::string_view key,
                                       std::string_view value, char* out) noexcept {
  kept_text kept;
  keep_baggage(
      baggage, [&](std::string_view other) { return other != key; }, kept);
  char* at = kept.write(out);
  if (at != out) *at++ = ',';
  at = put(key, at);
  *at++ = '=';
  at = put(value, at);
  return {out, static_cast<std::size_t>(at - out)};
}

void read_sentry(const received_headers& headers, received_context& received) noexcept {
  if (headers.present().has(trace_header)) read_trace_headers(headers, received);
  check_baggage(headers, received);
  if (headers.present().has(enqueued_header)) {
    received.sentry_enqueued = read_seconds(headers.values(enqueued_header).front());
  }
}

void write_sentry(const outgoing_context& context, outgoing_headers& headers) noexcept {
  char* const room = headers.claim(max_sentry_trace_size);
  if (room == nullptr) return;
  const std::span<char, max_sentry_trace_size> out{room, max_sentry_trace_size};
  headers.set(trace_header, write_sentry_trace(context.ids, out));
  headers.set(baggage, context.baggage);
}

}  // namespace waybill::inline v0
