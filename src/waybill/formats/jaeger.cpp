#include <waybill/formats/jaeger.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/base/percent_encoding.hpp>
#include <waybill/formats/known_formats.hpp>

namespace waybill::inline v0 {
namespace {

constexpr int uber_trace_id = header_slots.slot_of("uber-trace-id");
constexpr std::size_t self = format_index("jaeger");

constexpr std::size_t longest_plain = 32 + 1 + 16 + 1 + 16 + 1 + 2;
constexpr std::size_t longest_encoded = longest_plain + 3 * 2;  // "%3A" for each colon

constexpr int sampled_flag = 1;
constexpr int debug_flag = 2;

// One byte, with any number of zeros before it; negative when it is none.
int read_flags(std::string_view digits) noexcept {
  if (digits.empty()) return -1;
  int flags = 0;
  for (const char digit : digits) {
    const int value = hex_digit(digit);
    if (value < 0 || flags > 0xF) return -1;
    flags = flags * 16 + value;
  }
  return flags;
}

}  // namespace

std::optional<span_ids> read_uber_trace_id(std::string_view value) noexcept {
  value = trim_ows(value);
  if (value.size() > longest_encoded) return std::nullopt;
  char plain[longest_encoded];
  std::string_view rest{plain, percent_decode(value, plain)};
  std::string_view parts[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t colon = rest.find(':');
    if ((colon == std::string_view::npos) != (i == 3)) return std::nullopt;
    parts[i] = rest.substr(0, colon);
    if (i < 3) rest.remove_prefix(colon + 1);
  }
  const auto trace = read_padded_id<16>(parts[0]);
  const auto span = read_padded_id<8>(parts[1]);
  const int flags = read_flags(parts[3]);
  if (!trace || !span || flags < 0) return std::nullopt;
  const bool sampled = (flags & sampled_flag) != 0;
  return span_ids{
      .trace = *trace,
      .span = span,
      .decision = sampled ? sampling_decision::sampled : sampling_decision::not_sampled,
      .random = false,
      .remote = true,
      .debug = sampled && (flags & debug_flag) != 0,
  };
}

std::string_view write_uber_trace_id(const span_ids& ids,
                                     std::span<char, max_uber_trace_id_size> out) noexcept {
  char* const text = out.data();
  const bool sampled = ids.decision == sampling_decision::sampled;
  const int flags = sampled ? sampled_flag | (ids.debug ? debug_flag : 0) : 0;
  ids.trace.write_hex_to(text);
  ids.span->write_hex_to(text + 33);
  text[32] = text[49] = text[51] = ':';
  text[50] = '0';
  text[52] = static_cast<char>('0' + flags);
  return {text, max_uber_trace_id_size};
}

void read_jaeger(const received_headers& headers, received_context& received) noexcept {
  const auto value = only_value(headers, uber_trace_id, received);
  if (!value) return;
  if (const auto ids = read_uber_trace_id(*value)) {
    received.senders.add(self, *ids);
  } else {
    received.rejected.add(rejection::jaeger_malformed);
  }
}

void write_jaeger(const outgoing_context& context, outgoing_headers& headers) noexcept {
  char* const room = headers.claim(max_uber_trace_id_size);
  if (room == nullptr) return;
  const std::span<char, max_uber_trace_id_size> out{room, max_uber_trace_id_size};
  headers.set(uber_trace_id, write_uber_trace_id(context.ids, out));
}

}  // namespace waybill::inline v0
