// What the reading addresses of waybill serve answer beside OTLP, as JSON: lists of traces, waits of queues, the
// store's state, errors. Encoder and decoder side by side; the shapes are described in docs/configuration.md.
#pragma once

#include <waybill/record/span_store.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0::read_answers {

std::string encode_traces(std::span<const trace_id> traces);    // {"traces":["<32 hex digits>",…]}
std::string encode_waits(std::span<const queue_waits> queues);  // {"queues":[{"queue":…,"tasks":…},…]}
std::string encode_state(const store_state& state);             // {"slices":…,"bytes":…,"problems":[…]}
std::string encode_error(std::string_view sentence, std::span<const trace_id> candidates = {});

// Members that are not known are passed over, those that are missing have their defaults. malformed: no JSON.
result<std::vector<trace_id>> decode_traces(std::string answer);
result<std::vector<queue_waits>> decode_waits(std::string answer);
result<store_state> decode_state(std::string answer);
// The sentence of an error's body; the body itself where it is none.
std::string decode_error(std::string answer);

}  // namespace waybill::inline v0::read_answers
