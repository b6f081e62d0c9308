#include <waybill/formats/w3c_baggage.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/baggage_walk.hpp>
#include <waybill/formats/known_formats.hpp>

namespace waybill::inline v0 {
namespace {

constexpr int baggage = header_slots.slot_of("baggage");

void note_sentry_member(std::string_view key, std::string_view value, received_context& received) noexcept {
  if (!received.sentry_baggage) received.sentry_baggage.emplace();
  sentry_members& members = *received.sentry_baggage;
  switch (key.size()) {
    case sentry_org_id_member.size():
      if (key == sentry_org_id_member) members.org_id = value;
      break;
    case sentry_trace_id_member.size():
      if (key == sentry_trace_id_member) members.trace = read_sentry_trace_id(value);
      break;
    case sentry_sample_rand_member.size():
      if (key == sentry_sample_rand_member) members.sample_rand = value;
      if (key == sentry_sample_rate_member) members.sample_rate = value;
      break;
  }
}

void check_members(std::string_view piece, std::size_t& count, received_context& received) noexcept {
  const auto maybe_sentry = [](char first) { return first == sentry_member_prefix.front(); };
  const auto [valid, invalid] =
      walk_baggage(piece, maybe_sentry, [&](std::string_view key, std::string_view value) {
        if (is_sentry_member(key)) note_sentry_member(key, value, received);
      });
  count += valid;
  if (invalid > 0) received.rejected.add(rejection::baggage_member_malformed);
  if (count > max_baggage_members) received.rejected.add(rejection::baggage_too_long);
  received.baggage_clean = received.baggage_clean && invalid == 0 && count <= max_baggage_members;
}

}  // namespace

void check_baggage(const received_headers& headers, received_context& received) noexcept {
  if (received.baggage_read || !headers.present().has(baggage)) return;
  received.baggage_read = true;
  if (headers.count(baggage) > received_headers::max_values)
    received.rejected.add(rejection::too_many_headers);
  std::size_t size = 0;
  std::size_t members = 0;
  for (std::string_view piece : headers.values(baggage)) {
    piece = trim_ows(piece);
    if (piece.empty()) continue;
    if (size + piece.size() > max_baggage_size) {
      received.rejected.add(rejection::baggage_too_long);
      continue;
    }
    size += piece.size() + 1;
    received.baggage.add(piece);
    check_members(piece, members, received);
  }
}

void read_w3c_baggage(const received_headers& headers, received_context& received) noexcept {
  received.foreign_baggage = true;
  check_baggage(headers, received);
}

void write_w3c_baggage(const outgoing_context& context, outgoing_headers& headers) noexcept {
  headers.set(baggage, context.baggage);
}

}  // namespace waybill::inline v0
