// The way down through an OTLP request in protobuf: resources, scopes, and the records inside.
#include <waybill/wire/otlp_protobuf.hpp>

#include <waybill/wire/otlp_protobuf_logs.hpp>
#include <waybill/wire/otlp_protobuf_spans.hpp>

#include <protozero/exception.hpp>

namespace waybill::inline v0::otlp_protobuf {
namespace {

// What lies inside a scope: read_span or read_log.
using read_record = void (*)(pbf_reader from, record_builder& to, const resource* sender,
                             const instrumentation_scope* scope);

// One list of keys out of a message that may mix them with the other one.
std::span<const std::string_view> read_keys(pbf_reader from, record_builder& to, otlp_fields::field wanted) {
  while (from.next()) {
    if (from.tag_and_type() == text(wanted)) {
      to.push(to.keys, read_text(from, to));
    } else {
      from.skip();
    }
  }
  return to.take(to.keys, 0);
}

void push_entity(pbf_reader from, record_builder& to) {
  namespace field = otlp_fields::entity_ref;
  entity_ref entity;
  entity.id_keys = read_keys(from, to, field::id_keys);
  entity.description_keys = read_keys(from, to, field::description_keys);
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::schema_url):
        entity.schema_url = read_text(from, to);
        break;
      case text(field::type):
        entity.type = read_text(from, to);
        break;
      default:
        from.skip();
    }
  }
  to.push(to.entities, entity);
}

void read_resource(pbf_reader from, record_builder& to, resource& into) {
  const std::size_t bottom = to.attributes.size();
  while (from.next()) {
    switch (from.tag_and_type()) {
      case message(otlp_fields::resource::attributes):
        push_attribute(from.get_message(), to);
        break;
      case varint(otlp_fields::resource::dropped_attributes):
        into.dropped_attributes = from.get_uint32();
        break;
      case message(otlp_fields::resource::entity_refs):
        push_entity(from.get_message(), to);
        break;
      default:
        from.skip();
    }
  }
  into.attributes = to.take(to.attributes, bottom);
  into.entities = to.take(to.entities, 0);
}

void read_scope(pbf_reader from, record_builder& to, instrumentation_scope& into) {
  namespace field = otlp_fields::scope;
  const std::size_t bottom = to.attributes.size();
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::name):
        into.name = read_text(from, to);
        break;
      case text(field::version):
        into.version = read_text(from, to);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), to);
        break;
      case varint(field::dropped_attributes):
        into.dropped_attributes = from.get_uint32();
        break;
      default:
        from.skip();
    }
  }
  into.attributes = to.take(to.attributes, bottom);
}

// Fields may come in any order, and the records need to know their sender and scope: looks for those first, skipping over
// the records. The last one counts; null when there is none. The schema that stands beside it becomes part of it.
template <class Found, class Field>
const Found* look_ahead(pbf_reader ahead, record_builder& to, Field wanted, Field schema,
                        void (*read)(pbf_reader, record_builder&, Found&)) {
  Found* last = nullptr;
  std::string_view schema_url;
  while (ahead.next()) {
    if (ahead.tag_and_type() == schema) {
      schema_url = read_text(ahead, to);
    } else if (ahead.tag_and_type() == wanted) {
      to.spend(sizeof(Found));
      auto* const found = new (to.arena.allocate<Found>(1)) Found{};
      read(ahead.get_message(), to, *found);
      last = found;
    } else {
      ahead.skip();
    }
  }
  if (schema_url.empty()) return last;
  if (last == nullptr) {
    to.spend(sizeof(Found));
    last = new (to.arena.allocate<Found>(1)) Found{};
  }
  last->schema_url = schema_url;
  return last;
}

void read_scope_records(pbf_reader from, record_builder& to, const resource* sender, read_record read) {
  namespace field = otlp_fields::scope_records;
  const auto* const scope = look_ahead(from, to, message(field::scope), text(field::schema_url), read_scope);
  while (from.next()) {
    if (from.tag_and_type() == message(field::records)) {
      read(from.get_message(), to, sender, scope);
    } else {
      from.skip();
    }
  }
}

void read_resource_records(pbf_reader from, record_builder& to, read_record read) {
  namespace field = otlp_fields::resource_records;
  const auto* const sender =
      look_ahead(from, to, message(field::resource), text(field::schema_url), read_resource);
  while (from.next()) {
    if (from.tag_and_type() == message(field::scopes)) {
      read_scope_records(from.get_message(), to, sender, read);
    } else {
      from.skip();
    }
  }
}

decoded_records read_request(std::string&& body, const decode_limits& limits, read_record read) {
  record_builder to{limits};
  const std::string_view bytes = to.arena.adopt(std::move(body));
  pbf_reader request{bytes.data(), bytes.size()};
  while (request.next()) {
    if (request.tag_and_type() == message(otlp_fields::request::resources)) {
      read_resource_records(request.get_message(), to, read);
    } else {
      request.skip();
    }
  }
  return to.finish();
}

result<decoded_records> decode(std::string&& body, const decode_limits& limits, read_record read) {
  const std::size_t size = body.size();
  try {
    return read_request(std::move(body), limits, read);
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
  return decode(std::move(body), limits, read_span);
}

result<decoded_records> decode_logs(std::string body, const decode_limits& limits) {
  return decode(std::move(body), limits, read_log);
}

}  // namespace waybill::inline v0::otlp_protobuf
