// Finished spans as Sentry's transactions: one root, and its descendants in the same process beside it.
//
// Spans are encoded one by one, as they end, and put together when the root is there: until then nothing of their records
// is needed.
#pragma once

#include <waybill/record/span_record.hpp>
#include <waybill/wire/sentry_sender.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0::sentry_transaction {

inline constexpr std::size_t most_spans = 1000;  // in one transaction, its root not counted
inline constexpr std::size_t most_bytes =
    (std::size_t{1} << 20) - 65536;  // of its spans; Relay takes 1 MiB in all

struct encoded_span {
  trace_id trace;
  span_id span;
  std::optional<span_id> parent;
  unix_nanos start = 0;
  unix_nanos end = 0;
  std::string name;
  std::string_view name_source;  // of a root's name: a literal
  std::string fields;            // members of a JSON object which a root and a child have alike
  std::string
      twin;  // the span that stands beside it for the Queues page, as an element; empty if there is none

  std::size_t bytes() const noexcept { return sizeof *this + name.size() + fields.size() + twin.size(); }
};

encoded_span encode_span(const span_record& span);

// What a transaction says of the process that sent it.
struct encoded_process {
  std::string server_name;
  std::string resource;  // a JSON object
};
encoded_process encode_process(const resource* sender);

// Appends one element of a transaction's spans, and its twin's: with commas in front where it is not the first.
void append_span(const encoded_span& span, std::string& spans);

// 32 hex digits, of one root always the same.
std::string event_id_of(const encoded_span& root);

// Appends the payload of a transaction item. spans: what append_span has put together.
void append(const encoded_span& root, std::string_view spans, const encoded_process& process,
            const sentry_sender& sender, std::string& out);

}  // namespace waybill::inline v0::sentry_transaction
