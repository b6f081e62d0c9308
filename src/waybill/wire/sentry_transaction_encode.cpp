#include <waybill/wire/sentry_transaction_encode.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/version.hpp>
#include <waybill/wire/plain_json.hpp>
#include <waybill/wire/sentry_seconds.hpp>
#include <waybill/wire/sentry_span_words.hpp>

#include <algorithm>

namespace waybill::inline v0::sentry_transaction {
namespace {

template <class Id>
void write_id(json_writer& to, std::string_view key, const Id& id) {
  char digits[2 * Id::size];
  id.write_hex_to(digits);
  to.key(key).text({digits, sizeof digits});
}

void write_links(json_writer& to, std::span<const span_link> links) {
  if (links.empty()) return;
  to.key("links").begin_array();
  for (const auto& link : links) {
    to.begin_object();
    write_id(to, "trace_id", link.trace);
    write_id(to, "span_id", link.span);
    to.key("sampled").boolean((link.flags & 1) != 0);
    if (!link.attributes.empty()) {
      to.key("attributes").begin_object();
      for (const auto& [key, value] : link.attributes) write_plain_json(to.key(key), value);
      to.end_object();
    }
    to.end_object();
  }
  to.end_array();
}

// They have members of their own.
bool stands_elsewhere(std::string_view key) noexcept {
  return key == "sentry.op" || key == "sentry.origin";
}

void write_data(json_writer& to, const span_record& span) {
  to.key("data").begin_object();
  for (const auto& [key, value] : span.attributes) {
    if (!stands_elsewhere(key)) write_plain_json(to.key(key), value);
  }
  const sentry_words::extra_attributes extra{span};
  for (const auto& [key, value] : extra.view()) write_plain_json(to.key(key), value);
  to.end_object();
}

void write_times(json_writer& to, unix_nanos start, unix_nanos end) {
  to.key("start_timestamp");
  write_sentry_seconds(to, start);
  to.key("timestamp");  // Relay refuses a span that ends before it starts, and all of its transaction
  write_sentry_seconds(to, std::max(start, end));
}

std::string encode_twin(const span_record& span, const span_id& id) {
  std::string element;
  json_writer to{element};
  to.begin_object();
  write_id(to, "trace_id", span.trace);
  write_id(to, "span_id", id);
  write_id(to, "parent_span_id", span.span);
  write_times(to, span.start, span.end);
  to.key("op").text("queue.process");
  to.key("description").text(find_attribute(span.attributes, wait_names::destination).as_text());
  to.key("status").text(sentry_words::status_of(span));
  to.key("origin").text(sentry_words::origin_of(span));
  to.key("data").begin_object().key(wait_names::span_role).text(wait_names::role_queue_process);
  const auto copy = [&](std::span<const attribute> attributes) {
    for (const auto& [key, value] : attributes) {
      if (sentry_words::twin_has(key)) write_plain_json(to.key(key), value);
    }
  };
  copy(span.attributes);
  copy(sentry_words::extra_attributes{span}.view());
  to.end_object().end_object();
  return element;
}

}  // namespace

encoded_span encode_span(const span_record& span) {
  encoded_span made{.trace = span.trace,
                    .span = span.span,
                    .parent = span.parent,
                    .start = span.start,
                    .end = span.end,
                    .name = std::string{span.name},
                    .name_source = sentry_words::name_source_of(span),
                    .fields = {},
                    .twin = {}};
  json_writer to{made.fields};
  write_id(to, "trace_id", span.trace);
  write_id(to, "span_id", span.span);
  if (span.parent) write_id(to, "parent_span_id", *span.parent);
  if (const auto op = sentry_words::op_of(span); !op.empty()) to.key("op").text(op);
  to.key("status").text(sentry_words::status_of(span));
  to.key("origin").text(sentry_words::origin_of(span));
  write_data(to, span);
  write_links(to, span.links);
  if (const auto twin = sentry_words::queue_process_twin(span)) made.twin = encode_twin(span, *twin);
  return made;
}

encoded_process encode_process(const resource* sender) {
  encoded_process made;
  json_writer to{made.resource};
  to.begin_object();
  if (sender != nullptr) {
    made.server_name = find_attribute(sender->attributes, "host.name").as_text();
    for (const auto& [key, value] : sender->attributes) write_plain_json(to.key(key), value);
  }
  to.end_object();
  return made;
}

void append_span(const encoded_span& span, std::string& spans) {
  if (!spans.empty()) spans += ',';
  spans.append("{").append(span.fields).append(",");
  json_writer to{spans};
  write_times(to, span.start, span.end);
  to.key("description").text(span.name);
  spans += '}';
  if (!span.twin.empty()) spans.append(",").append(span.twin);
}

std::string event_id_of(const encoded_span& root) {
  auto bytes = root.trace.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ root.span.bytes()[i % span_id::size]);
  return trace_id::from_bytes(bytes).value_or(root.trace).to_hex();
}

void append(const encoded_span& root, std::string_view spans, const encoded_process& process,
            const sentry_sender& sender, std::string& out) {
  json_writer to{out};
  to.begin_object().key("type").text("transaction").key("event_id").text(event_id_of(root));
  to.key("platform").text("native");
  to.key("transaction").text(root.name);
  to.key("transaction_info").begin_object().key("source").text(root.name_source).end_object();
  write_times(to, root.start, root.end);
  to.key("contexts").begin_object();
  to.key("trace").begin_object().raw(root.fields).end_object();
  to.key("otel").begin_object().key("resource").raw(process.resource).end_object();
  to.end_object();
  to.key("spans").begin_array().raw(root.twin);
  if (!spans.empty() && !root.twin.empty()) out += ',';
  out += spans;
  to.end_array();
  if (!sender.release.empty()) to.key("release").text(sender.release);
  if (!sender.environment.empty()) to.key("environment").text(sender.environment);
  if (!process.server_name.empty()) to.key("server_name").text(process.server_name);
  to.key("sdk").begin_object().key("name").text("waybill").key("version").text(version_text).end_object();
  to.end_object();
}

}  // namespace waybill::inline v0::sentry_transaction
