// What extraction makes of headers, in a few words: "T P sampled", or "bare" and what came without a sender. T and P stand
// for the ids of these tests, H for the trace's low half alone.
#pragma once

#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace waybill::testing {

inline constexpr std::string_view T = "d7d4260b0d9e4262b4732349ac3e2bd9";
inline constexpr std::string_view P = "863009af4a76f08c";
inline constexpr std::string_view short_trace = "0000000000000000b4732349ac3e2bd9";

// T, P, and H (the last sixteen digits of T) written out.
inline std::string with_ids(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) {
    if (c == 'T') {
      text += T;
    } else if (c == 'P') {
      text += P;
    } else if (c == 'H') {
      text += T.substr(16);
    } else {
      text += c;
    }
  }
  return text;
}

inline std::string told(sampling_decision decision, bool debug) {
  if (decision == sampling_decision::deferred) return "open";
  if (decision == sampling_decision::not_sampled) return debug ? "dropped, debug" : "dropped";
  return debug ? "debug" : "kept";
}

inline std::string told_trace(const trace_id& trace) {
  const std::string hex = trace.to_hex();
  return hex == T ? "T" : hex == short_trace ? "H" : hex;
}

// Of the formats that the list of names chooses. A "!" behind it: something was rejected.
inline std::string told(const header_list& headers, std::string_view formats) {
  const extracted found = extract(headers, *propagator::from_names(formats));
  const std::string mark = found.rejected().empty() ? "" : " !";
  if (const auto& ids = found.ids()) {
    const std::string span = ids->span->to_hex();
    return told_trace(ids->trace) + " " + (span == P ? "P" : span) + " " + told(ids->decision, ids->debug) +
           mark;
  }
  const partial_sender& bare = found.without_sender();
  if (bare.says_nothing()) return "none" + mark;
  return "bare " + (bare.trace ? told_trace(*bare.trace) + " " : "") + told(bare.decision, bare.debug) + mark;
}

inline span_ids ids(sampling_decision decision, bool debug = false) {
  return {
      .trace = *trace_id::from_hex(T), .span = span_id::from_hex(P), .decision = decision, .debug = debug};
}

inline metadata written(const span_ids& from, std::string_view formats) {
  metadata headers;
  inject(trace_context{from}, headers, {.formats = *propagator::from_names(formats)});
  return headers;
}

}  // namespace waybill::testing
