#include <waybill/formats/xray.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/formats/known_formats.hpp>

namespace waybill::inline v0 {
namespace {

constexpr int header = header_slots.slot_of("x-amzn-trace-id");
constexpr int sqs_attribute = header_slots.slot_of("awstraceheader");
constexpr std::size_t self = format_index("xray");

constexpr std::size_t max_size = 1024;  // of a value we read: Lambda adds a lineage to it

// 1-<8>-<24>; the zeros that the first part begins with may be missing.
std::optional<trace_id> read_root(std::string_view root) noexcept {
  if (!root.starts_with("1-")) return std::nullopt;
  root.remove_prefix(2);
  const std::size_t hyphen = root.find('-');
  if (hyphen == 0 || hyphen > 8 || root.size() != hyphen + 1 + 24) return std::nullopt;
  char digits[32];
  root.copy(digits + hyphen, 24, hyphen + 1);
  root.copy(digits, hyphen);
  return read_padded_id<16>({digits, hyphen + 24});
}

// False when a known field is malformed, or was there before.
bool read_field(std::string_view name, std::string_view value, partial_sender& said,
                bool& has_sampled) noexcept {
  if (ascii_iequals(name, "root")) {
    if (said.trace) return false;
    said.trace = read_root(value);
    return said.trace.has_value();
  }
  if (ascii_iequals(name, "parent")) {
    if (said.span) return false;
    said.span = span_id::from_hex(value, hex_case::any);
    return said.span.has_value();
  }
  if (ascii_iequals(name, "sampled")) {
    if (has_sampled) return false;
    has_sampled = true;
    if (value == "1") said.decision = sampling_decision::sampled;
    if (value == "0") said.decision = sampling_decision::not_sampled;
  }
  return true;
}

}  // namespace

std::optional<partial_sender> read_xray(std::string_view value) noexcept {
  if (value.size() > max_size) return std::nullopt;
  partial_sender said;
  bool has_sampled = false;
  while (!value.empty()) {
    const std::size_t semicolon = value.find(';');
    const std::string_view field = trim_ows(value.substr(0, semicolon));
    value.remove_prefix(semicolon == std::string_view::npos ? value.size() : semicolon + 1);
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    if (!read_field(trim_ows(field.substr(0, equals)), trim_ows(field.substr(equals + 1)), said, has_sampled))
      return std::nullopt;
  }
  if (!said.trace) return std::nullopt;
  return said;
}

std::string_view write_xray(const span_ids& ids, std::span<char, max_xray_size> out) noexcept {
  constexpr std::string_view shape =
      "Root=1-xxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx;Parent=xxxxxxxxxxxxxxxx;Sampled=?";
  static_assert(shape.size() == max_xray_size);
  char* const text = out.data();
  shape.copy(text, shape.size());
  const std::uint8_t* const trace = ids.trace.bytes().data();
  write_hex(trace, 4, text + 7);
  write_hex(trace + 4, 12, text + 16);
  ids.span->write_hex_to(text + 48);
  if (ids.decision == sampling_decision::sampled) text[max_xray_size - 1] = '1';
  if (ids.decision == sampling_decision::not_sampled) text[max_xray_size - 1] = '0';
  return {text, max_xray_size};
}

void read_xray_headers(const received_headers& headers, received_context& received) noexcept {
  auto value = only_value(headers, header, received);
  if (!value) value = only_value(headers, sqs_attribute, received);
  if (!value) return;
  if (const auto said = read_xray(*value)) {
    note_sender(*said, self, received);
  } else {
    received.rejected.add(rejection::xray_malformed);
  }
}

void write_xray_header(const outgoing_context& context, outgoing_headers& headers) noexcept {
  char* const room = headers.claim(max_xray_size);
  if (room == nullptr) return;
  headers.set(header, write_xray(context.ids, std::span<char, max_xray_size>{room, max_xray_size}));
}

}  // namespace waybill::inline v0
