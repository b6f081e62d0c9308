// What Sentry's SDKs send: the framing, and transactions, spans and logs inside.
#include <waybill/wire/sentry_decode.hpp>
#include <waybill/wire/sentry_envelope.hpp>

#include "records.hpp"

using namespace waybill;
using namespace waybill_fuzz;

namespace {

// The items lie in the body, one behind the other; framed anew they are read back the same.
void check_framing(std::string_view body) {
  std::string padded{body};
  padded.append(sentry_envelope::readable_behind, '\0');
  const std::string_view given{padded.data(), body.size()};
  std::string again = "{}\n";
  std::vector<std::string> payloads;
  const char* behind = given.data();
  const auto read = sentry_envelope::read_items(given, [&](const sentry_envelope::item& one) {
    must(!one.type.empty(), "an item has a type");
    must(lies_in(one.type, given) && lies_in(one.content_type, given) && lies_in(one.payload, given),
         "an item is a view into the body");
    must(one.payload.empty() || one.payload.data() > behind, "items come one behind the other");
    if (!one.payload.empty()) behind = one.payload.data() + one.payload.size() - 1;
    payloads.emplace_back(one.payload);
    sentry_envelope::append_item(again, {.type = "x", .content_type = "y", .item_count = 1}, one.payload);
  });
  if (!read) return must(read.error().code == failure_code::malformed, "a broken framing is told as one");
  const std::size_t size = again.size();
  again.append(sentry_envelope::readable_behind, '\0');
  std::size_t count = 0;
  const auto reread =
      sentry_envelope::read_items({again.data(), size}, [&](const sentry_envelope::item& one) {
        must(count < payloads.size() && one.payload == payloads[count++],
             "what was framed is read back the same");
      });
  must(reread.has_value() && count == payloads.size(), "what was framed is read back whole");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = text_of(data, size);
  check_framing(body);
  if (const auto told = sentry_envelope::identify(body)) {
    must(told->event_id.empty() || told->event_id.size() == 32, "an event's id is 32 digits or none");
  }
  const decode_limits limits{.memory = std::size_t{16} << 20};
  auto read = sentry_envelope::decode(std::string{body}, "7", limits);
  const auto again = sentry_envelope::decode(std::string{body}, "7", limits);
  must(read.has_value() == again.has_value(), "decoding twice is decoding once");
  if (!read) {
    const auto code = read.error().code;
    must(code == failure_code::malformed || code == failure_code::too_large,
         "an envelope is refused for what is wrong with it");
    must(read.error().message.find('\n') == std::string::npos, "what is wrong with it is one line");
    return 0;
  }
  const auto& records = read->decoded;
  const lines expected = described(records.records);
  must(described(again->decoded.records) == expected, "decoding twice gives the same records");
  const auto rejected = records.report.rejected_spans + records.report.rejected_logs;
  must(rejected == 0 || !records.report.first_problem.empty(), "what was left out is told");
  records.records.for_each_span([](const span_record& span) {
    must(span.start >= 0 && span.end >= 0, "a span has times since 1970");
    must(span.kind != span_kind::unspecified, "a span has a kind");
    must(span.resource != nullptr, "a span is from a process");
  });
  auto less = sentry_envelope::decode(std::string{body}, "7", {.memory = 4096});
  if (less) {
    must(described(less->decoded.records) == expected, "a limit changes nothing below it");
  } else {
    must(less.error().code == failure_code::too_large, "a limit is told as one");
  }
  check_round_trips(records.records);
  return 0;
}
