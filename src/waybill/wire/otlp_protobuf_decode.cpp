#include <waybill/wire/otlp_protobuf.hpp>

#include <waybill/base/utf8.hpp>
#include <waybill/wire/otlp_fields.hpp>
#include <waybill/wire/record_builder.hpp>

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

namespace waybill::inline v0::otlp_protobuf {
namespace {

using protozero::pbf_reader;

// A field's number together with its type: a known field of a wrong type matches no case, and is skipped as
// unknown.
constexpr std::uint32_t text(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}
constexpr std::uint32_t message(otlp_fields::field number) {
  return text(number);
}
constexpr std::uint32_t varint(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed32(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed32);
}
constexpr std::uint32_t fixed64(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed64);
}

std::string_view raw(pbf_reader& from) {
  const auto view = from.get_view();
  return {view.data(), view.size()};
}

class decoder {
 public:
  explicit decoder(const decode_limits& limits) : to_(limits) {}

  // Read is read_span or read_log: what lies inside a scope.
  template <class Read>
  decoded_records run(std::string&& body, Read read) {
    const std::string_view bytes = to_.arena.adopt(std::move(body));
    pbf_reader request{bytes.data(), bytes.size()};
    while (request.next()) {
      if (request.tag_and_type() == message(otlp_fields::request::resources)) {
        read_resource_records(request.get_message(), read);
      } else {
        request.skip();
      }
    }
    return to_.finish();
  }

  void read_span(pbf_reader from, const resource* sender, const instrumentation_scope* scope);
  void read_log(pbf_reader from, const resource* sender, const instrumentation_scope* scope);

 private:
  template <class Read>
  void read_resource_records(pbf_reader from, Read read);
  template <class Read>
  void read_scope_records(pbf_reader from, const resource* sender, Read read);

  std::string_view read_text(pbf_reader& from);
  void push_attribute(pbf_reader from, unsigned depth);
  attribute_value read_value(pbf_reader from, unsigned depth);
  attribute_value read_list(pbf_reader from, unsigned depth);
  attribute_value read_group(pbf_reader from, unsigned depth);
  template <class Found, class Field>
  const Found* look_ahead(pbf_reader ahead, Field wanted, void (decoder::*read)(pbf_reader, Found&));
  void read_resource(pbf_reader from, resource& into);
  void read_scope(pbf_reader from, instrumentation_scope& into);
  void read_status(pbf_reader from, span_record& into);
  void push_event(pbf_reader from);
  bool push_link(pbf_reader from);

  record_builder to_;
};

std::string_view decoder::read_text(pbf_reader& from) {
  const std::string_view sent = raw(from);
  if (is_valid_utf8(sent)) return sent;
  const std::string valid = to_valid_utf8(sent);
  to_.spend(valid.size());
  return to_.arena.copy(std::string_view{valid});
}

attribute_value decoder::read_list(pbf_reader from, unsigned depth) {
  const std::size_t bottom = to_.elements.size();
  while (from.next()) {
    if (from.tag_and_type() == message(otlp_fields::values::values)) {
      to_.push(to_.elements, read_value(from.get_message(), depth + 1));
    } else {
      from.skip();
    }
  }
  const auto elements = to_.take(to_.elements, bottom);
  return attribute_value::list(elements.data(), elements.size());
}

attribute_value decoder::read_group(pbf_reader from, unsigned depth) {
  const std::size_t bottom = to_.attributes.size();
  while (from.next()) {
    if (from.tag_and_type() == message(otlp_fields::values::values)) {
      push_attribute(from.get_message(), depth + 1);
    } else {
      from.skip();
    }
  }
  const auto members = to_.take(to_.attributes, bottom);
  return attribute_value::group(members.data(), members.size());
}

attribute_value decoder::read_value(pbf_reader from, unsigned depth) {
  namespace field = otlp_fields::any_value;
  attribute_value value;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::string):
        value = attribute_value{read_text(from)};
        break;
      case varint(field::boolean):
        value = attribute_value{from.get_uint64() != 0};  // get_bool() trusts the varint to be one byte long
        break;
      case varint(field::integer):
        value = attribute_value{from.get_int64()};
        break;
      case fixed64(field::number):
        value = attribute_value{from.get_double()};
        break;
      case text(field::bytes):
        value = attribute_value::bytes(raw(from));
        break;
      case message(field::array):
      case message(field::group):
        if (depth >= to_.max_depth) {
          to_.note("A value lies too deep in lists and groups and was left out.");
          from.skip();
        } else {
          const bool is_list = from.tag() == field::array;
          value = is_list ? read_list(from.get_message(), depth) : read_group(from.get_message(), depth);
        }
        break;
      default:
        from.skip();
    }
  }
  return value;
}

void decoder::push_attribute(pbf_reader from, unsigned depth) {
  namespace field = otlp_fields::key_value;
  attribute one;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::key):
        one.key = read_text(from);
        break;
      case message(field::value):
        one.value = read_value(from.get_message(), depth);
        break;
      default:
        from.skip();
    }
  }
  to_.push(to_.attributes, one);
}

void decoder::read_resource(pbf_reader from, resource& into) {
  const std::size_t bottom = to_.attributes.size();
  while (from.next()) {
    if (from.tag_and_type() == message(otlp_fields::resource::attributes)) {
      push_attribute(from.get_message(), 0);
    } else {
      from.skip();
    }
  }
  into.attributes = to_.take(to_.attributes, bottom);
}

void decoder::read_scope(pbf_reader from, instrumentation_scope& into) {
  namespace field = otlp_fields::scope;
  const std::size_t bottom = to_.attributes.size();
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::name):
        into.name = read_text(from);
        break;
      case text(field::version):
        into.version = read_text(from);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), 0);
        break;
      default:
        from.skip();
    }
  }
  into.attributes = to_.take(to_.attributes, bottom);
}

// Fields may come in any order, and the records need to know their sender and scope: looks for those first, skipping over
// the records. The last one counts; null when there is none.
template <class Found, class Field>
const Found* decoder::look_ahead(pbf_reader ahead, Field wanted, void (decoder::*read)(pbf_reader, Found&)) {
  const Found* last = nullptr;
  while (ahead.next()) {
    if (ahead.tag_and_type() == wanted) {
      to_.spend(sizeof(Found));
      auto* const found = new (to_.arena.allocate<Found>(1)) Found{};
      (this->*read)(ahead.get_message(), *found);
      last = found;
    } else {
      ahead.skip();
    }
  }
  return last;
}

template <class Read>
void decoder::read_resource_records(pbf_reader from, Read read) {
  namespace field = otlp_fields::resource_records;
  const auto* const sender = look_ahead<resource>(from, message(field::resource), &decoder::read_resource);
  while (from.next()) {
    if (from.tag_and_type() == message(field::scopes)) {
      read_scope_records(from.get_message(), sender, read);
    } else {
      from.skip();
    }
  }
}

template <class Read>
void decoder::read_scope_records(pbf_reader from, const resource* sender, Read read) {
  namespace field = otlp_fields::scope_records;
  const auto* const scope =
      look_ahead<instrumentation_scope>(from, message(field::scope), &decoder::read_scope);
  while (from.next()) {
    if (from.tag_and_type() == message(field::records)) {
      read(*this, from.get_message(), sender, scope);
    } else {
      from.skip();
    }
  }
}

void decoder::push_event(pbf_reader from) {
  namespace field = otlp_fields::event;
  const std::size_t bottom = to_.attributes.size();
  span_event event;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case fixed64(field::time):
        event.time = to_unix_nanos(from.get_fixed64());
        break;
      case text(field::name):
        event.name = read_text(from);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), 0);
        break;
      case varint(field::dropped_attributes):
        event.dropped_attributes = from.get_uint32();
        break;
      default:
        from.skip();
    }
  }
  event.attributes = to_.take(to_.attributes, bottom);
  to_.push(to_.events, event);
}

// False when the link points nowhere.
bool decoder::push_link(pbf_reader from) {
  namespace field = otlp_fields::link;
  const std::size_t bottom = to_.attributes.size();
  std::optional<trace_id> trace;
  std::optional<span_id> span;
  std::string_view tracestate;
  std::uint32_t dropped_attributes = 0;
  std::uint32_t flags = 0;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::trace_id):
        trace = trace_id::from_bytes(raw(from));
        break;
      case text(field::span_id):
        span = span_id::from_bytes(raw(from));
        break;
      case text(field::trace_state):
        tracestate = read_text(from);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), 0);
        break;
      case varint(field::dropped_attributes):
        dropped_attributes = from.get_uint32();
        break;
      case fixed32(field::flags):
        flags = from.get_fixed32();
        break;
      default:
        from.skip();
    }
  }
  const auto attributes = to_.take(to_.attributes, bottom);
  if (!trace || !span) return false;
  to_.push(to_.links, span_link{*trace, *span, tracestate, attributes, dropped_attributes, flags});
  return true;
}

void decoder::read_status(pbf_reader from, span_record& into) {
  namespace field = otlp_fields::status;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::message):
        into.status_message = read_text(from);
        break;
      case varint(field::code):
        into.status = to_status_code(from.get_int64());
        break;
      default:
        from.skip();
    }
  }
}

void decoder::read_span(pbf_reader from, const resource* sender, const instrumentation_scope* scope) {
  namespace field = otlp_fields::span;
  const std::size_t first_attribute = to_.attributes.size();
  std::optional<trace_id> trace;
  std::optional<span_id> span;
  std::string_view parent;
  span_record& record = to_.add_span();
  record.kind = span_kind::unspecified;
  record.resource = sender;
  record.scope = scope;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::trace_id):
        trace = trace_id::from_bytes(raw(from));
        break;
      case text(field::span_id):
        span = span_id::from_bytes(raw(from));
        break;
      case text(field::trace_state):
        record.tracestate = read_text(from);
        break;
      case text(field::parent_span_id):
        parent = raw(from);
        break;
      case text(field::name):
        record.name = read_text(from);
        break;
      case varint(field::kind):
        record.kind = to_span_kind(from.get_int64());
        break;
      case fixed64(field::start):
        record.start = to_unix_nanos(from.get_fixed64());
        break;
      case fixed64(field::end):
        record.end = to_unix_nanos(from.get_fixed64());
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), 0);
        break;
      case varint(field::dropped_attributes):
        record.dropped_attributes = from.get_uint32();
        break;
      case message(field::events):
        push_event(from.get_message());
        break;
      case varint(field::dropped_events):
        record.dropped_events = from.get_uint32();
        break;
      case message(field::links):
        if (!push_link(from.get_message())) {
          ++record.dropped_links;
          to_.note("A span link without a trace id of 16 bytes and a span id of 8 was left out.");
        }
        break;
      case varint(field::dropped_links):
        record.dropped_links += from.get_uint32();
        break;
      case message(field::status):
        read_status(from.get_message(), record);
        break;
      case fixed32(field::flags):
        record.flags = from.get_fixed32();
        break;
      default:
        from.skip();
    }
  }
  record.attributes = to_.take(to_.attributes, first_attribute);
  record.events = to_.take(to_.events, 0);
  record.links = to_.take(to_.links, 0);
  record.parent = span_id::from_bytes(parent);
  if (!trace)
    return to_.reject_last_span("A span without a trace id of 16 bytes, not all zero, was left out.");
  if (!span) return to_.reject_last_span("A span without a span id of 8 bytes, not all zero, was left out.");
  if (!parent.empty() && parent.size() != span_id::size) {
    return to_.reject_last_span("A span whose parent id is not 8 bytes long was left out.");
  }
  record.trace = *trace;
  record.span = *span;
}

void decoder::read_log(pbf_reader from, const resource* sender, const instrumentation_scope* scope) {
  namespace field = otlp_fields::log;
  const std::size_t first_attribute = to_.attributes.size();
  std::string_view trace;
  std::string_view span;
  log_record& record = to_.add_log();
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
        record.severity_text = read_text(from);
        break;
      case message(field::body):
        record.body = read_value(from.get_message(), 0);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), 0);
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
        record.event_name = read_text(from);
        break;
      default:
        from.skip();
    }
  }
  record.attributes = to_.take(to_.attributes, first_attribute);
  record.trace = trace_id::from_bytes(trace);
  record.span = span_id::from_bytes(span);
  if ((!trace.empty() && trace.size() != trace_id::size) || (!span.empty() && span.size() != span_id::size)) {
    to_.note("A log record's trace or span id has a wrong length and was left out; the record was kept.");
  }
}

template <class Read>
result<decoded_records> decode(std::string&& body, const decode_limits& limits, Read read) {
  const std::size_t size = body.size();
  try {
    return decoder{limits}.run(std::move(body), read);
  } catch (const protozero::exception&) {
    return failure{
        failure_code::malformed,
        "The body of " + std::to_string(size) +
            " bytes is not an OTLP request: its protobuf fields are cut off or malformed. Send one whole "
            "export request."};
  } catch (const over_memory_limit&) {
    return failure{failure_code::too_large,
                   "The body of " + std::to_string(size) +
                       " bytes needs more memory to decode than is allowed. Send smaller batches."};
  }
}

}  // namespace

result<decoded_records> decode_traces(std::string body, const decode_limits& limits) {
  return decode(std::move(body), limits,
                [](decoder& with, pbf_reader from, const resource* sender,
                   const instrumentation_scope* scope) { with.read_span(from, sender, scope); });
}

result<decoded_records> decode_logs(std::string body, const decode_limits& limits) {
  return decode(std::move(body), limits,
                [](decoder& with, pbf_reader from, const resource* sender,
                   const instrumentation_scope* scope) { with.read_log(from, sender, scope); });
}

}  // namespace waybill::inline v0::otlp_protobuf
