// Where traces are taken from: a store on disk, a running server, or a file.
#pragma once

#include <waybill/record/span_store.hpp>

#include <memory>
#include <string>

namespace waybill::inline v0::cli {

struct source_choice {
  std::string store;  // --store PATH
  std::string from;   // --from: a URL, or a file
  std::string token;  // for the server
};

class trace_source {
 public:
  virtual ~trace_source() = default;

  virtual result<std::vector<trace_id>> newest(const trace_query& query) = 0;
  // Traces whose hex id starts so.
  virtual result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) = 0;
  // A trace, the traces that belong to it, and what the same workers did meanwhile.
  virtual result<span_batch> story(const trace_id& trace) = 0;
  // A trace alone.
  virtual result<span_batch> read(const trace_id& trace) = 0;
  virtual result<std::vector<queue_waits>> waits(const wait_query& query) = 0;
  virtual result<store_state> state() = 0;
};

// What of a source can't be read, on stderr: asked after reading, when it is known.
void tell_problems(trace_source& source);

// Nothing chosen: the server at the default address if there is one, else the default store.
result<std::unique_ptr<trace_source>> open_source(const source_choice& choice);

// Where waybill serve keeps its store when nobody says otherwise: $XDG_DATA_HOME/waybill, else ~/.local/share/waybill.
std::string default_store_path();
inline constexpr std::string_view default_address = "127.0.0.1:4318";

// "latest", a whole id, or the beginning of one.
result<trace_id> resolve_trace(trace_source& source, const std::string& name);

}  // namespace waybill::inline v0::cli
