#include <waybill/wire/sentry_transaction.hpp>

namespace waybill::inline v0::sentry_envelope {
namespace {

void read_attributes(json_value& from, record_builder& to, open_span& into) {
  each_lasting_field(
      from, to, [&](std::string_view key, json_value& content) { into.add(key, read_value(content, to)); });
}

void read_missing(json_value& from, record_builder& to, open_span& into) {
  each_lasting_field(from, to, [&](std::string_view key, json_value& content) {
    into.add_missing(key, read_value(content, to));
  });
}

// What contexts.trace and the spans beside it have in common.
bool read_common(std::string_view key, json_value& content, record_builder& to, open_span& into) {
  if (key == "trace_id") {
    into.trace = read_text(content, to);
  } else if (key == "span_id") {
    into.id = read_text(content, to);
  } else if (key == "parent_span_id") {
    into.parent = read_text(content, to);
  } else if (key == "op") {
    into.op = read_text(content, to);
  } else if (key == "origin") {
    into.origin = read_text(content, to);
  } else if (key == "status") {
    into.status = read_text(content, to);
  } else if (key == "data") {
    read_attributes(content, to, into);
  } else if (key == "links") {
    into.read_links(content);
  } else {
    return false;
  }
  return true;
}

void read_otel(json_value& from, record_builder& to, open_span& root, sender& by) {
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "attributes") {
      read_attributes(content, to, root);
    } else if (key == "resource") {
      const std::size_t bottom = to.attributes.size();
      each_lasting_field(content, to, [&](std::string_view name, json_value& value) {
        const attribute_value read = read_value(value, to);
        if (!read.is_absent()) to.push(to.attributes, attribute{name, read});
        if (name == "service.name") by.service = read.as_text();
      });
      by.otel = to.take(to.attributes, bottom);
    }
  });
}

void read_contexts(json_value& from, record_builder& to, open_span& root, sender& by) {
  each_field(from, [&](std::string_view context, json_value& content) {
    if (context == "trace") {
      each_field(content,
                 [&](std::string_view key, json_value& value) { read_common(key, value, to, root); });
    } else if (context == "otel") {
      read_otel(content, to, root, by);
    } else if (context == "runtime") {
      each_field(content, [&](std::string_view key, json_value& value) {
        if (key == "name") by.runtime_name = read_text(value, to);
        if (key == "version") by.runtime_version = read_text(value, to);
      });
    } else if (context == "response") {
      each_field(content, [&](std::string_view key, json_value& value) {
        if (key == "status_code") root.add_missing("http.response.status_code", read_value(value, to));
      });
    }
  });
}

// {"lcp":{"value":3.5,"unit":"millisecond"}}
void read_measurements(json_value& from, record_builder& to, open_span& root) {
  each_lasting_field(from, to, [&](std::string_view name, json_value& content) {
    each_field(content, [&](std::string_view key, json_value& value) {
      if (key == "value") root.add_missing(name, read_value(value, to));
    });
  });
}

// Its headers, cookies and body are nobody's business here.
void read_request(json_value& from, record_builder& to, open_span& root) {
  each_field(from, [&](std::string_view key, json_value& value) {
    if (key == "method") root.add_missing("http.request.method", read_text(value, to));
    if (key == "url") root.add_missing("url.full", read_text(value, to));
    if (key == "query_string") root.add_missing("url.query", read_text(value, to));
  });
}

bool read_sender(std::string_view key, json_value& content, record_builder& to, sender& by) {
  if (key == "release") {
    by.release = read_text(content, to);
  } else if (key == "environment") {
    by.environment = read_text(content, to);
  } else if (key == "dist") {
    by.dist = read_text(content, to);
  } else if (key == "server_name") {
    by.server_name = read_text(content, to);
  } else if (key == "platform") {
    by.platform = read_text(content, to);
  } else if (key == "sdk") {
    each_field(content, [&](std::string_view part, json_value& value) {
      if (part == "name") by.sdk_name = read_text(value, to);
      if (part == "version") by.sdk_version = read_text(value, to);
    });
  } else if (key == "extra") {
    each_field(content, [&](std::string_view part, json_value& value) {
      if (part == "sys.argv") by.arguments = read_value(value, to);
    });
  } else {
    return false;
  }
  return true;
}

void read_root(std::string_view key, json_value& content, record_builder& to, open_span& root, sender& by) {
  if (key == "contexts") {
    read_contexts(content, to, root, by);
  } else if (key == "transaction") {
    root.name = read_text(content, to);
  } else if (key == "start_timestamp") {
    root.start = read_time(content, to);
  } else if (key == "timestamp") {
    root.end = read_time(content, to);
  } else if (key == "tags") {
    read_missing(content, to, root);
  } else if (key == "measurements") {
    read_measurements(content, to, root);
  } else if (key == "request") {
    read_request(content, to, root);
  } else if (key == "transaction_info") {
    each_field(content, [&](std::string_view part, json_value& value) {
      if (part == "source") root.add_missing("sentry.segment.name.source", read_text(value, to));
    });
  } else {
    read_sender(key, content, to, by);
  }
}

}  // namespace

void read_child(json_value& from, record_builder& to, sending_process& process, const open_span* root) {
  open_span child{to, process.by};
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "description") {
      child.name = read_text(content, to);
    } else if (key == "start_timestamp") {
      child.start = read_time(content, to);
    } else if (key == "timestamp") {
      child.end = read_time(content, to);
    } else if (key == "tags") {
      read_missing(content, to, child);
    } else {
      read_common(key, content, to, child);
    }
  });
  if (root != nullptr && child.trace.empty()) child.trace = root->trace;
  if (root != nullptr && child.parent.empty()) child.parent = root->id;
  child.finish(process.record());
}

void read_transaction(simdjson::ondemand::object& from, record_builder& to, const surroundings& in) {
  sending_process process{to, in};
  open_span root{to, process.by};
  for (simdjson::ondemand::field field : from) {
    const std::string_view key = field.unescaped_key();
    json_value content = field.value();
    read_root(key, content, to, root, process.by);
  }
  root.begin_segment(in);
  root.finish(process.record());
  // The spans may come before the root that they hang from. The second time names are compared as they are written: the
  // parser's buffer has room for each text of a document once, and writes on beyond its end.
  from.reset();
  for (simdjson::ondemand::field field : from) {
    if (!field.key().unsafe_is_equal("spans")) continue;
    json_value spans = field.value();
    each_element(spans, [&](json_value& span) { read_child(span, to, process, &root); });
  }
  process.describe();
}

}  // namespace waybill::inline v0::sentry_envelope
