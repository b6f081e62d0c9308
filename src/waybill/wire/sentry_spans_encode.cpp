#include <waybill/wire/sentry_spans_encode.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/version.hpp>
#include <waybill/wire/sentry_attributes.hpp>
#include <waybill/wire/sentry_seconds.hpp>
#include <waybill/wire/sentry_span_words.hpp>

#include <algorithm>

namespace waybill::inline v0::sentry_spans {
namespace {

void write_text(json_writer& to, std::string_view key, std::string_view text) {
  if (!text.empty()) sentry_attributes::write(to, key, text);
}

void begin(json_writer& to, const span_record& span, const span_id& id, std::string_view name,
           bool is_segment) {
  to.begin_object().key("trace_id").text(span.trace.to_hex()).key("span_id").text(id.to_hex());
  const auto parent = id == span.span ? span.parent : std::optional{span.span};
  if (parent) to.key("parent_span_id").text(parent->to_hex());
  to.key("name").text(name);
  to.key("status").text(span.status == status_code::error ? "error" : "ok");
  to.key("is_segment").boolean(is_segment);
  to.key("start_timestamp");
  write_sentry_seconds(to, span.start);
  to.key("end_timestamp");
  write_sentry_seconds(to, std::max(span.start, span.end));
}

void write_common(json_writer& to, const span_record& span, const sentry_sender& sender) {
  write_text(to, "sentry.origin", sentry_words::origin_of(span));
  write_text(to, "sentry.trace_lifecycle", "stream");
  write_text(to, "sentry.release", sender.release);
  write_text(to, "sentry.environment", sender.environment);
  write_text(to, "sentry.sdk.name", "waybill");
  write_text(to, "sentry.sdk.version", version_text);
}

bool is_written_here(std::string_view key) noexcept {
  constexpr std::string_view ours[] = {"sentry.op",          "sentry.origin",   "sentry.trace_lifecycle",
                                       "sentry.release",     "sentry.sdk.name", "sentry.environment",
                                       "sentry.sdk.version", "server.address",  "service.name"};
  return std::ranges::find(ours, key) != std::end(ours);
}

void write_links(json_writer& to, std::span<const span_link> links) {
  if (links.empty()) return;
  to.key("links").begin_array();
  for (const auto& link : links) {
    to.begin_object().key("trace_id").text(link.trace.to_hex()).key("span_id").text(link.span.to_hex());
    to.key("sampled").boolean((link.flags & 1) != 0);
    to.key("attributes").begin_object();
    sentry_attributes::write_all(to, link.attributes);
    to.end_object().end_object();
  }
  to.end_array();
}

void write_span(json_writer& to, const span_record& span, const sentry_sender& sender) {
  const bool is_segment = sentry_words::begins_segment(span);
  begin(to, span, span.span, span.name, is_segment);
  to.key("attributes").begin_object();
  write_text(to, "sentry.op", sentry_words::op_of(span));
  write_common(to, span, sender);
  if (is_segment) {
    write_text(to, "sentry.segment.id", span.span.to_hex());
    write_text(to, "sentry.segment.name", span.name);
    write_text(to, "sentry.segment.name.source", sentry_words::name_source_of(span));
  }
  if (span.resource != nullptr) {
    write_text(to, "service.name", service_name(span.resource));
    write_text(to, "server.address", find_attribute(span.resource->attributes, "host.name").as_text());
  }
  for (const auto& [key, value] : span.attributes) {
    if (!is_written_here(key)) sentry_attributes::write(to, key, value);
  }
  sentry_attributes::write_all(to, sentry_words::extra_attributes{span}.view());
  to.end_object();
  write_links(to, span.links);
  to.end_object();
}

void write_twin(json_writer& to, const span_record& span, const span_id& id, const sentry_sender& sender) {
  begin(to, span, id, find_attribute(span.attributes, wait_names::destination).as_text(), false);
  to.key("attributes").begin_object();
  write_text(to, "sentry.op", "queue.process");
  write_common(to, span, sender);
  write_text(to, wait_names::span_role, wait_names::role_queue_process);
  const sentry_words::extra_attributes extra{span};
  for (const auto attributes : {span.attributes, extra.view()}) {
    for (const auto& [key, value] : attributes) {
      if (sentry_words::twin_has(key)) sentry_attributes::write(to, key, value);
    }
  }
  to.end_object().end_object();
}

}  // namespace

std::size_t append(const span_record& span, const sentry_sender& sender, std::string& items) {
  if (!items.empty()) items += ',';
  json_writer to{items};
  write_span(to, span, sender);
  const auto twin = sentry_words::queue_process_twin(span);
  if (!twin) return 1;
  write_twin(to, span, *twin, sender);
  return 2;
}

std::string payload(std::string_view items) {
  return std::string{R"({"version":2,"items":[)"}.append(items).append("]}");
}

}  // namespace waybill::inline v0::sentry_spans
