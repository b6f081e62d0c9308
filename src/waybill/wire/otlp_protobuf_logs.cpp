#include <waybill/wire/otlp_protobuf_logs.hpp>

namespace waybill::inline v0::otlp_protobuf {

void read_log(pbf_reader from, record_builder& to, const resource* sender,
              const instrumentation_scope* scope) {
  namespace field = otlp_fields::log;
  const std::size_t first_attribute = to.attributes.size();
  std::string_view trace;
  std::string_view span;
  log_record& record = to.add_log();
  record.resource = sender;
  record.scope = scope;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case fixed64(field::time):
        record.time = to_unix_nanos(from.get_fixed64());
        break;
      case fixed64(field::observed_time):
        record.observed = to_unix_nanos(from.get_fixed64());
        break;
      case varint(field::severity_number):
        record.severity = from.get_int32();
        break;
      case text(field::severity_text):
        record.severity_text = read_text(from, to);
        break;
      case message(field::body):
        record.body = read_value(from.get_message(), to);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), to);
        break;
      case varint(field::dropped_attributes):
        record.dropped_attributes = from.get_uint32();
        break;
      case fixed32(field::flags):
        record.flags = from.get_fixed32();
        break;
      case text(field::trace_id):
        trace = raw(from);
        break;
      case text(field::span_id):
        span = raw(from);
        break;
      case text(field::event_name):
        record.event_name = read_text(from, to);
        break;
      default:
        from.skip();
    }
  }
  record.attributes = to.take(to.attributes, first_attribute);
  record.trace = trace_id::from_bytes(trace);
  record.span = span_id::from_bytes(span);
  if ((!trace.empty() && trace.size() != trace_id::size) || (!span.empty() && span.size() != span_id::size)) {
    to.note("A log record's trace or span id has a wrong length and was left out; the record was kept.");
  }
}

}  // namespace waybill::inline v0::otlp_protobuf
