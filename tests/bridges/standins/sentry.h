// A stand-in for sentry-native's sentry.h, written from its documentation: the names and signatures that waybill's bridge and
// its tests use, and just enough behind them. What it keeps a process and not a trace, it keeps so here too.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

union sentry_value_u {
  std::uint64_t _bits;
  double _double;
};
typedef union sentry_value_u sentry_value_t;
typedef struct sentry_uuid_s {
  char bytes[16];
} sentry_uuid_t;
typedef enum {
  SENTRY_SPAN_STATUS_OK,
  SENTRY_SPAN_STATUS_CANCELLED,
  SENTRY_SPAN_STATUS_INTERNAL_ERROR,
} sentry_span_status_t;

// ---- values: JSON, never freed ----

namespace sentry_standin {
struct value {
  std::string text = "null";
  std::vector<std::pair<std::string, sentry_value_t>> members;
  char kind = 't';  // text, list, object
};
inline std::deque<value>& values() {
  static std::deque<value> all(1);
  return all;
}
inline sentry_value_t make(value one) {
  values().push_back(std::move(one));
  return {values().size() - 1};
}
inline std::string quoted(const std::string& text) {
  return '"' + text + '"';
}
inline std::string json(sentry_value_t at) {
  const value& one = values()[at._bits];
  if (one.kind == 't') return one.text;
  std::string text;
  for (const auto& [key, member] : one.members) {
    if (!text.empty()) text += ',';
    if (one.kind == 'o') text += quoted(key) + ':';
    text += json(member);
  }
  return one.kind == 'o' ? '{' + text + '}' : '[' + text + ']';
}
}  // namespace sentry_standin

inline sentry_value_t sentry_value_new_null(void) {
  return {0};
}
inline sentry_value_t sentry_value_new_bool(int value) {
  return sentry_standin::make({value ? "true" : "false", {}});
}
inline sentry_value_t sentry_value_new_int32(std::int32_t value) {
  return sentry_standin::make({std::to_string(value), {}});
}
inline sentry_value_t sentry_value_new_double(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return sentry_standin::make({text, {}});
}
inline sentry_value_t sentry_value_new_string_n(const char* value, std::size_t size) {
  return sentry_standin::make({sentry_standin::quoted({value, size}), {}});
}
inline sentry_value_t sentry_value_new_list(void) {
  return sentry_standin::make({"", {}, 'l'});
}
inline sentry_value_t sentry_value_new_object(void) {
  return sentry_standin::make({"", {}, 'o'});
}
inline int sentry_value_append(sentry_value_t list, sentry_value_t value) {
  sentry_standin::values()[list._bits].members.emplace_back("", value);
  return 0;
}
inline int sentry_value_set_by_key_n(sentry_value_t object, const char* key, std::size_t size,
                                     sentry_value_t value) {
  sentry_standin::values()[object._bits].members.emplace_back(std::string{key, size}, value);
  return 0;
}

// ---- the SDK ----

typedef struct sentry_envelope_s {
  std::string text;
} sentry_envelope_t;
typedef struct sentry_transport_s {
  void (*send)(sentry_envelope_t* envelope, void* state);
} sentry_transport_t;
typedef struct sentry_options_s {
  sentry_transport_t* transport = nullptr;
  double sample_rate = 0;
} sentry_options_t;
typedef struct sentry_transaction_s sentry_transaction_t;
typedef struct sentry_span_s sentry_span_t;

namespace sentry_standin {
struct process {
  sentry_options_t* options = nullptr;
  std::string baggage = "sentry-public_key=of_the_process";
  sentry_transaction_t* scope_transaction = nullptr;
  sentry_span_t* scope_span = nullptr;
  unsigned next_id = 1;
};
inline process& the() {
  static process only;
  return only;
}
inline std::string next_id(int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%0*x", digits, the().next_id++);
  return text;
}
struct body {
  std::string name, op, trace_id, span_id, parent_id, status = "ok";
  int sampled = -1;
  std::map<std::string, std::string> data;
  std::string json() const {
    std::string text = "{\"op\":" + quoted(op) + ",\"trace_id\":" + quoted(trace_id) +
                       ",\"span_id\":" + quoted(span_id) + ",\"parent_span_id\":" + quoted(parent_id) +
                       ",\"status\":" + quoted(status) + ",\"description\":" + quoted(name) + ",\"data\":{";
    const char* comma = "";
    for (const auto& [key, value] : data) text += comma + quoted(key) + ':' + value, comma = ",";
    return text + "}}";
  }
  std::string header() const { return trace_id + '-' + span_id + (sampled == 1 ? "-1" : "-0"); }
};
inline const char* word(sentry_span_status_t status) {
  return status == SENTRY_SPAN_STATUS_OK          ? "ok"
         : status == SENTRY_SPAN_STATUS_CANCELLED ? "cancelled"
                                                  : "internal_error";
}
}  // namespace sentry_standin

struct sentry_transaction_context_s : sentry_standin::body {};
typedef struct sentry_transaction_context_s sentry_transaction_context_t;
struct sentry_transaction_s : sentry_standin::body {
  std::string spans;
  int references = 1;
};
struct sentry_span_s : sentry_standin::body {
  sentry_transaction_t* transaction = nullptr;
};

inline void sentry_free(void* memory) {
  std::free(memory);
}
inline sentry_options_t* sentry_options_new(void) {
  return new sentry_options_t;
}
inline void sentry_options_set_dsn(sentry_options_t*, const char*) {}
inline void sentry_options_set_release(sentry_options_t*, const char*) {}
inline void sentry_options_set_database_path(sentry_options_t*, const char*) {}
inline void sentry_options_set_traces_sample_rate(sentry_options_t* options, double rate) {
  options->sample_rate = rate;
}
inline sentry_transport_t* sentry_transport_new(void (*send)(sentry_envelope_t* envelope, void* state)) {
  return new sentry_transport_t{send};
}
inline void sentry_options_set_transport(sentry_options_t* options, sentry_transport_t* transport) {
  options->transport = transport;
}
inline int sentry_init(sentry_options_t* options) {
  return sentry_standin::the().options = options, 0;
}
inline int sentry_close(void) {
  if (auto*& options = sentry_standin::the().options; options != nullptr) {
    delete options->transport;
    delete options;
    options = nullptr;
  }
  return 0;
}
inline char* sentry_envelope_serialize(const sentry_envelope_t* envelope, std::size_t* size) {
  *size = envelope->text.size();
  char* const text = static_cast<char*>(std::malloc(*size + 1));
  std::memcpy(text, envelope->text.c_str(), *size + 1);
  return text;
}
inline void sentry_envelope_free(sentry_envelope_t* envelope) {
  delete envelope;
}

// ---- transactions and spans ----

inline sentry_transaction_context_t* sentry_transaction_context_new(const char* name, const char* operation) {
  auto* const made = new sentry_transaction_context_t;
  made->name = name;
  made->op = operation;
  made->trace_id = sentry_standin::next_id(32);
  made->span_id = sentry_standin::next_id(16);
  return made;
}
inline void sentry_transaction_context_update_from_header(sentry_transaction_context_t* context,
                                                          const char* key, const char* value) {
  if (std::string{key} == "baggage") sentry_standin::the().baggage = value;
  if (std::string{key} != "sentry-trace" || std::strlen(value) < 49) return;
  context->trace_id.assign(value, 32);
  context->parent_id.assign(value + 33, 16);
  if (std::strlen(value) > 50) context->sampled = value[50] == '1';
}
inline sentry_transaction_t* sentry_transaction_start(sentry_transaction_context_t* context, sentry_value_t) {
  auto* const made = new sentry_transaction_t;
  static_cast<sentry_standin::body&>(*made) = *context;
  delete context;
  const auto* const options = sentry_standin::the().options;
  if (made->sampled < 0) made->sampled = options != nullptr && options->sample_rate >= 1;
  return made;
}
inline void sentry_standin_release(sentry_transaction_t* transaction) {
  if (--transaction->references == 0) delete transaction;
}
inline sentry_uuid_t sentry_transaction_finish(sentry_transaction_t* transaction) {
  auto& process = sentry_standin::the();
  if (process.scope_transaction == transaction) process.scope_transaction = nullptr;
  if (transaction->sampled == 1 && process.options != nullptr && process.options->transport != nullptr) {
    process.options->transport->send(new sentry_envelope_t{"{\"type\":\"transaction\",\"transaction\":" +
                                                           sentry_standin::quoted(transaction->name) +
                                                           ",\"contexts\":{\"trace\":" + transaction->json() +
                                                           "},\"spans\":[" + transaction->spans + "]}\n"},
                                     nullptr);
  }
  transaction->sampled = 2;  // finished
  sentry_standin_release(transaction);
  return {};
}
inline sentry_span_t* sentry_standin_child(sentry_transaction_t* root, const sentry_standin::body& parent,
                                           const char* operation, const char* description) {
  auto* const made = new sentry_span_t;
  made->name = description;
  made->op = operation;
  made->trace_id = parent.trace_id;
  made->span_id = sentry_standin::next_id(16);
  made->parent_id = parent.span_id;
  made->sampled = parent.sampled;
  made->transaction = root;
  ++root->references;
  return made;
}
inline sentry_span_t* sentry_transaction_start_child(sentry_transaction_t* parent, const char* operation,
                                                     const char* description) {
  return sentry_standin_child(parent, *parent, operation, description);
}
inline sentry_span_t* sentry_span_start_child(sentry_span_t* parent, const char* operation,
                                              const char* description) {
  return sentry_standin_child(parent->transaction, *parent, operation, description);
}
inline void sentry_span_finish(sentry_span_t* span) {
  if (sentry_standin::the().scope_span == span) sentry_standin::the().scope_span = nullptr;
  if (span->transaction->sampled == 1) {
    if (!span->transaction->spans.empty()) span->transaction->spans += ',';
    span->transaction->spans += span->json();
  }
  sentry_standin_release(span->transaction);
  delete span;
}
inline void sentry_transaction_set_data(sentry_transaction_t* to, const char* key, sentry_value_t value) {
  to->data[key] = sentry_standin::json(value);
}
inline void sentry_span_set_data(sentry_span_t* to, const char* key, sentry_value_t value) {
  to->data[key] = sentry_standin::json(value);
}
inline void sentry_transaction_set_status(sentry_transaction_t* to, sentry_span_status_t status) {
  to->status = sentry_standin::word(status);
}
inline void sentry_span_set_status(sentry_span_t* to, sentry_span_status_t status) {
  to->status = sentry_standin::word(status);
}
inline void sentry_set_transaction_object(sentry_transaction_t* transaction) {
  sentry_standin::the().scope_transaction = transaction;
  sentry_standin::the().scope_span = nullptr;
}
inline void sentry_set_span(sentry_span_t* span) {
  sentry_standin::the().scope_span = span;
  sentry_standin::the().scope_transaction = nullptr;
}

typedef void (*sentry_iter_headers_function_t)(const char* key, const char* value, void* userdata);
inline void sentry_standin_iterate(const sentry_standin::body& of, sentry_iter_headers_function_t callback,
                                   void* userdata) {
  callback("sentry-trace", of.header().c_str(), userdata);
  callback("baggage", ("sentry-trace_id=" + of.trace_id + "," + sentry_standin::the().baggage).c_str(),
           userdata);
}
inline void sentry_transaction_iter_headers(sentry_transaction_t* of, sentry_iter_headers_function_t callback,
                                            void* userdata) {
  sentry_standin_iterate(*of, callback, userdata);
}
inline void sentry_span_iter_headers(sentry_span_t* of, sentry_iter_headers_function_t callback,
                                     void* userdata) {
  sentry_standin_iterate(*of, callback, userdata);
}
