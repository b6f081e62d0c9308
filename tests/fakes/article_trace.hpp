// The trace of the article: a deploy that took 38.7 s, of which 30.2 s were spent in the queue.
#pragma once

#include "trace_builder.hpp"

#include <waybill/record/wait_names.hpp>

namespace waybill::fakes {

inline span_batch article_trace() {
  trace_builder t;
  const int request = t.add("web", "POST /api/deploy", span_kind::server, 0, 0, 60);
  t.add("web", "db.query: select env", span_kind::client, request, 5, 17);
  const int send = t.add("web", "workflow.runNoWait: deploy", span_kind::producer, request, 30, 48,
                         {{"messaging.system", "sqlite"}, {"messaging.destination.name", "deployment"}});
  const std::int64_t wait = 30'200 * trace_builder::ms;
  const unix_nanos enqueued = trace_builder::origin + 48 * trace_builder::ms;
  const int task = t.add("worker", "task:deployment/deploy", span_kind::consumer, send, 30'248, 38'648,
                         {{"messaging.system", "sqlite"},
                          {"messaging.operation.type", "process"},
                          {"messaging.destination.name", "deployment"},
                          {wait_names::wait_duration, wait},
                          {wait_names::wait_basis, "same_clock"},
                          {wait_names::wait_enqueued, enqueued},
                          {wait_names::attempt, 1},
                          {wait_names::worker, "worker-1"}});
  t.add("web", "queued deployment", span_kind::internal, send, 48, 30'248,
        {{wait_names::span_role, wait_names::role_queue_wait},
         {wait_names::wait_for_span, trace_builder::id(task).to_hex()}});
  t.add("worker", "db.query: fetch deployment", span_kind::client, task, 30'260, 30'305);
  t.add("worker", "k8s.apply: deployment", span_kind::client, task, 30'310, 33'510);
  t.add("worker", "k8s.wait: service loadbalancer", span_kind::client, task, 33'520, 38'320);
  return t.finish();
}

}  // namespace waybill::fakes
