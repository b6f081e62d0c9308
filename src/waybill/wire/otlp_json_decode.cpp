// The way down through OTLP in JSON: documents, resources, scopes, and the records inside.
#include <waybill/wire/otlp_json.hpp>

#include <waybill/base/utf8.hpp>
#include <waybill/wire/otlp_json_logs.hpp>
#include <waybill/wire/otlp_json_spans.hpp>

#include <simdjson.h>

namespace waybill::inline v0::otlp_json {
namespace {

// What lies inside a scope: read_span or read_log.
using read_record = void (*)(json_value& from, record_builder& to, const resource* sender,
                             const instrumentation_scope* scope);

std::span<const std::string_view> read_keys(json_value& from, record_builder& to) {
  each_element(from, [&](json_value& key) { to.push(to.keys, read_text(key, to)); });
  return to.take(to.keys, 0);
}

void push_entity(json_value& from, record_builder& to) {
  entity_ref entity;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "schemaUrl") {
      entity.schema_url = read_text(content, to);
    } else if (key == "type") {
      entity.type = read_text(content, to);
    } else if (key == "idKeys") {
      entity.id_keys = read_keys(content, to);
    } else if (key == "descriptionKeys") {
      entity.description_keys = read_keys(content, to);
    }
  });
  to.push(to.entities, entity);
}

void read_resource(json_value& from, record_builder& to, resource& into) {
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "attributes") {
      into.attributes = read_attributes(content, to);
    } else if (key == "droppedAttributesCount") {
      into.dropped_attributes = read_count(content);
    } else if (key == "entityRefs") {
      each_element(content, [&](json_value& entity) { push_entity(entity, to); });
      into.entities = to.take(to.entities, 0);
    }
  });
}

void read_scope(json_value& from, record_builder& to, instrumentation_scope& into) {
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "name") {
      into.name = read_text(content, to);
    } else if (key == "version") {
      into.version = read_text(content, to);
    } else if (key == "attributes") {
      into.attributes = read_attributes(content, to);
    } else if (key == "droppedAttributesCount") {
      into.dropped_attributes = read_count(content);
    }
  });
}

// A scope or resource may follow its records, so they are given its address before it is read. If it never
// came, the records are told so.
template <class T>
void forget(record_builder& to, const T* span_record::*of_span, const T* log_record::*of_log,
            std::size_t first_span, std::size_t first_log) {
  auto& spans = to.arena.spans();
  auto& logs = to.arena.logs();
  for (std::size_t i = first_span; i < spans.size(); ++i) spans[i].*of_span = nullptr;
  for (std::size_t i = first_log; i < logs.size(); ++i) logs[i].*of_log = nullptr;
}

void read_scope_records(json_value& from, record_builder& to, const resource* sender, read_record read) {
  to.spend(sizeof(instrumentation_scope));
  auto* const scope = new (to.arena.allocate<instrumentation_scope>(1)) instrumentation_scope{};
  const std::size_t first_span = to.arena.spans().size();
  const std::size_t first_log = to.arena.logs().size();
  bool known = false;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "scope" || key == "instrumentationLibrary") {
      known = true;
      read_scope(content, to, *scope);
    } else if (key == "schemaUrl") {
      scope->schema_url = read_text(content, to);
      known = known || !scope->schema_url.empty();
    } else if (key == "spans" || key == "logRecords") {
      each_element(content, [&](json_value& record) { read(record, to, sender, scope); });
    }
  });
  if (!known) forget(to, &span_record::scope, &log_record::scope, first_span, first_log);
}

void read_resource_records(json_value& from, record_builder& to, read_record read) {
  to.spend(sizeof(resource));
  auto* const sender = new (to.arena.allocate<resource>(1)) resource{};
  const std::size_t first_span = to.arena.spans().size();
  const std::size_t first_log = to.arena.logs().size();
  bool known = false;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "resource") {
      known = true;
      read_resource(content, to, *sender);
    } else if (key == "schemaUrl") {
      sender->schema_url = read_text(content, to);
      known = known || !sender->schema_url.empty();
    } else if (key == "scopeSpans" || key == "scopeLogs" || key == "instrumentationLibrarySpans") {
      each_element(content, [&](json_value& group) { read_scope_records(group, to, sender, read); });
    }
  });
  if (!known) forget(to, &span_record::resource, &log_record::resource, first_span, first_log);
}

// A field of a request, and of what else holds one: "batches" are Tempo's and Grafana's word for resourceSpans. False if it
// is none.
bool read_groups(std::string_view key, json_value& content, record_builder& to) {
  const read_record read = key == "resourceSpans" || key == "batches" ? read_span
                           : key == "resourceLogs"                    ? read_log
                                                                      : nullptr;
  if (read == nullptr) return false;
  each_element(content, [&](json_value& group) { read_resource_records(group, to, read); });
  return true;
}

// What a query API says instead of a trace, or beside a part of one.
void note_words(std::string_view before, json_value& from, record_builder& to) {
  std::string_view words = read_text(from, to);
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "message") words = read_text(content, to);
  });
  if (!words.empty()) to.note(std::string{before} + std::string{words});
}

// Thrown for an array of something else; caught where the decoder was entered.
struct array_of_others {
  std::string fields;
};

// A request, or the answer of a query API around one: {"result":{…}} is Jaeger's, {"trace":{…}} Tempo's.
class document_reading {
 public:
  explicit document_reading(record_builder& to) noexcept : to_(to) {}

  void read(std::string_view key, json_value& content) {
    if (read_groups(key, content, to_)) {
      known_ = true;
    } else if (key == "result" || key == "trace") {
      each_field(content, [&](std::string_view part, json_value& inside) {
        known_ = read_groups(part, inside, to_) || known_;
      });
    } else if (key == "error" || key == "message") {
      note_words("It says: ", content, to_);
    } else if (unknown_.size() + key.size() < 200) {
      unknown_.append(unknown_.empty() ? "\"" : ", \"").append(key).append("\"");
    }
  }

  // Of a wrong file a person wants to know what is in it.
  void end(bool is_array) {
    if (known_) return;
    if (is_array) throw array_of_others{std::move(unknown_)};
    if (unknown_.empty()) return;
    to_.note(R"(There are no "resourceSpans" and no "resourceLogs" in it, but )" + unknown_ + ".");
  }

 private:
  record_builder& to_;
  bool known_ = false;
  std::string unknown_;
};

void read_document(simdjson::ondemand::parser& parser, simdjson::padded_string_view text,
                   record_builder& to) {
  simdjson::ondemand::document document = parser.iterate(text);
  document_reading reading{to};
  const auto read = [&](std::string_view key, json_value content) { reading.read(key, content); };
  const bool is_array = document.type() == json_type::array;
  if (is_array) {
    for (json_value element : document.get_array()) each_field(element, read);
  } else {
    for (simdjson::ondemand::field field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      read(key, field.value());
    }
  }
  reading.end(is_array);
  // Only one value a document: something behind it would be lost without a word.
  if (document.current_location().error() == simdjson::SUCCESS) {
    throw simdjson::simdjson_error{simdjson::TRAILING_CONTENT};
  }
}

// Where the object that starts at the beginning ends: at a line that ends with } before one that begins with {. Inside a
// value a comma would stand between them, and inside a text no line ends.
std::size_t end_of_document(std::string_view text) noexcept {
  std::size_t after = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', after)) {
    const std::size_t before = text.find_last_not_of(json_space, at);
    after = text.find_first_not_of(json_space, at);
    if (after == std::string_view::npos) break;
    if (before != std::string_view::npos && text[before] == '}' && text[after] == '{') return after;
  }
  return text.size();
}

decoded_records read_documents(std::string&& body, const decode_limits& limits) {
  record_builder to{limits};
  simdjson::ondemand::parser parser;
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);  // the parser reads in blocks, beyond the end
  std::string_view left = to.arena.adopt(std::move(body));
  while (left.find_first_not_of(json_space) != std::string_view::npos) {
    const std::size_t document = end_of_document(left);
    read_document(
        parser, simdjson::padded_string_view{left.data(), document, left.size() + simdjson::SIMDJSON_PADDING},
        to);
    left.remove_prefix(document);
  }
  return to.finish();
}

}  // namespace

result<decoded_records> decode(std::string body, const decode_limits& limits) {
  const std::size_t size = body.size();
  if (!is_valid_utf8(body)) body = to_valid_utf8(body);
  try {
    return read_documents(std::move(body), limits);
  } catch (const simdjson::simdjson_error& error) {
    std::string_view why = error.what();  // some of the library's sentences end with a full stop, some do not
    while (why.ends_with('.') || why.ends_with(' ')) why.remove_suffix(1);
    return failure{failure_code::malformed, "The body of " + std::to_string(size) +
                                                " bytes is not OTLP as JSON: " + std::string{why} +
                                                ". Send one whole export request."};
  } catch (const array_of_others& found) {
    return failure{failure_code::malformed,
                   "The body of " + std::to_string(size) + " bytes is not OTLP as JSON, but an array" +
                       (found.fields.empty() ? "" : " of objects with " + found.fields) +
                       ". Send one whole export request."};
  } catch (const over_memory_limit&) {
    return failure{failure_code::too_large,
                   "The body of " + std::to_string(size) +
                       " bytes needs more memory to decode than is allowed. Send smaller batches."};
  }
}

}  // namespace waybill::inline v0::otlp_json
