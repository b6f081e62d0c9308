// What this process tells Sentry of the traces that begin in it. sentry-native keeps one such description a process, whatever
// trace it works on; here each context has its own.
#pragma once

#include <waybill/context/baggage.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/formats/sentry_trace.hpp>

#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// As the SDK was given them (sentry_options_set_release and so on); it cannot be asked. Empty ones are left out.
struct sentry_native_options {
  std::string public_key = {};  // of the DSN
  std::string release = {};
  std::string environment = {};
  std::string org_id = {};
  // traces_sample_rate. Empty: the SDK samples nothing by itself, and what it says of traces that nobody has decided on is passed
  // on as "not decided": it would switch off everybody behind it.
  std::optional<double> sample_rate = {};
  // Also says to the SDK's scope what is current, so that its events belong to it. The scope is the process's: only for one
  // that works on one thing at a time.
  bool use_scope = false;
};

namespace sentry_bridge {

inline bool is_described(const trace_context& context) noexcept {
  if (context.sentry_frozen()) return true;
  for (baggage_members members{context.baggage()}; members.next();) {
    if (is_sentry_member(members.key())) return true;
  }
  return false;
}

// ids with the text of the trace that is continued; described by us where nobody has. Then that is final.
inline trace_context described(const span_ids& ids, const trace_context* continued,
                               const sentry_native_options& options, std::string_view name) {
  if (continued != nullptr && is_described(*continued)) return continued->with_ids(ids);
  std::array<char, 32> rate{};
  if (options.sample_rate) std::snprintf(rate.data(), rate.size(), "%.9g", *options.sample_rate);
  const sentry_head head{.public_key = options.public_key,
                         .release = options.release,
                         .environment = options.environment,
                         .org_id = options.org_id,
                         .transaction = name,
                         .sample_rate = rate.data()};
  std::string text(sentry_head_room(head), '\0');
  text.resize(write_sentry_head(head, ids, text.data()).size());
  const std::string_view tracestate = continued != nullptr ? continued->tracestate() : std::string_view{};
  const std::string_view foreign = continued != nullptr ? continued->baggage() : std::string_view{};
  const std::string_view pieces[] = {foreign, text};
  const std::size_t first = foreign.empty() ? 1 : 0;
  return {ids, context_text::make({&tracestate, 1}, {pieces + first, 2 - first}, !text.empty())};
}

}  // namespace sentry_bridge
}  // namespace waybill::inline v0
