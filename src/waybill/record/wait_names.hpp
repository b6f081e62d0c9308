// The attribute names by which waybill's own spans tell of a wait: written by tracing and task, read by
// analysis. Part of the wire: never renamed.
#pragma once

#include <string_view>

namespace waybill::inline v0::wait_names {

// On a task's span (kind consumer, name `task:<kind>/<action>`).
inline constexpr std::string_view wait_duration = "waybill.wait.duration_ns";  // integer; queue_timing::wait
inline constexpr std::string_view wait_basis = "waybill.wait.basis";           // to_text(wait_basis)
inline constexpr std::string_view wait_enqueued =
    "waybill.wait.enqueued_unix_nano";                            // queue_timing::wait_began
inline constexpr std::string_view age = "waybill.age_ns";         // since created; never a wait
inline constexpr std::string_view held = "waybill.wait.held_ns";  // received → started, part of the wait
// Also on a span that sends: 0 for what could be worked on at once, -1 where its messages differ.
inline constexpr std::string_view due = "waybill.due_unix_nano";
inline constexpr std::string_view attempt = "waybill.attempt";  // 1 for the first
inline constexpr std::string_view worker = "waybill.worker";

// On the span that draws the wait (name `queued <queue>`, a child of the sender's span, from enqueued to
// started).
inline constexpr std::string_view span_role = "waybill.span";
inline constexpr std::string_view role_queue_wait = "queue_wait";
// On a span that stands beside a task's for Sentry's Queues page alone (wire/sentry_span_words.hpp): it is no work of its own.
inline constexpr std::string_view role_queue_process = "queue_process";
inline constexpr std::string_view wait_for_span = "waybill.wait.for_span";  // 16 hex digits: the task's span

// On the resource: one boot of one host is one clock.
inline constexpr std::string_view host_boot_id = "waybill.host.boot_id";
// …unless two processes were told different times: when that boot was, by the process's own wall clock. Decimal text.
inline constexpr std::string_view host_boot_time = "waybill.host.boot_time_unix_nano";

// On a link of a task's span: the header that names this sender, where another one, of another trace, counted.
inline constexpr std::string_view link_header = "waybill.link.header";

// The conventions' names that both sides use (OpenTelemetry 1.44; latency is Sentry's, in milliseconds).
inline constexpr std::string_view system = "messaging.system";
inline constexpr std::string_view destination = "messaging.destination.name";
inline constexpr std::string_view message_id = "messaging.message.id";
inline constexpr std::string_view batch_size = "messaging.batch.message_count";
inline constexpr std::string_view receive_latency = "messaging.message.receive.latency";

}  // namespace waybill::inline v0::wait_names
