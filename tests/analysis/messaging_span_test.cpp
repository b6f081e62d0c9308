#include "story.hpp"

#include <waybill/analysis/messaging_span.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

using enum message_role;
using enum span_kind;

struct row {
  span_kind kind;
  std::string_view name;
  attributes_told says;
  std::string_view scope;
  message_role role;
  std::string_view system, queue, task;
  std::optional<std::uint32_t> attempt;
  std::string_view why;
};

void check(const row& expected) {
  CAPTURE(expected.why);
  story one;
  one.tell(did("x", "", 0, 1, one.web, expected.says)
               .called(expected.name)
               .of_kind(expected.kind)
               .made_by(expected.scope));
  one.finish().for_each_span([&](const span_record& span) {
    const auto found = recognise(span);
    CHECK(found.role == expected.role);
    if (expected.role == none) return;
    CHECK(found.system == expected.system);
    CHECK(found.queue == expected.queue);
    CHECK(found.task == expected.task);
    CHECK(found.attempt == expected.attempt);
  });
}

}  // namespace

// clang-format off
TEST_CASE("task systems are recognised by their own attributes and names") {
  for (const auto& one : {
    row{producer, "apply_async/orders.confirm", {{"celery.action", "apply_async"}, {"messaging.destination", "shop"}, {"celery.task_name", "orders.confirm"}}, "",
        enqueue, "celery", "shop", "orders.confirm", {}, "Celery has no messaging.system"},
    row{consumer, "run/orders.confirm", {{"celery.action", "run"}, {"messaging.destination", "shop"}, {"celery.retries", "1"}}, "",
        process, "celery", "shop", "", 2, "retries as text, counted from 0"},
    row{producer, "add orders.mail", {{"bullmq.queue.operation", "add"}, {"bullmq.queue.name", "orders"}, {"bullmq.job.name", "mail"}}, "",
        enqueue, "bullmq", "orders", "mail", {}, "BullMQ"},
    row{consumer, "process orders", {{"bullmq.queue.operation", "process"}, {"bullmq.queue.name", "orders"}, {"bullmq.job.attempts.made", 2}}, "",
        process, "bullmq", "orders", "", 2, "BullMQ counts from 1"},
    row{consumer, "extendLocks orders", {{"bullmq.queue.operation", "extendLocks"}}, "", none, "", "", "", {}, "BullMQ's noise, whatever its kind"},
    row{producer, "hatchet.run_workflow", {{"instrumentor", "hatchet"}, {"hatchet.workflow_name", "deployment"}}, "",
        enqueue, "hatchet", "deployment", "", {}, "Hatchet"},
    row{consumer, "hatchet.start_step_run", {{"instrumentor", "hatchet"}, {"hatchet.workflow_name", "step"}, {"hatchet.action_name", "deployment:step"}, {"hatchet.retry_count", 1}}, "",
        process, "hatchet", "deployment", "deployment:step", 2, "on the consumer workflow_name is the step's"},
    row{consumer, "hatchet.start_step_run.deployment:step", {{"instrumentor", "hatchet"}, {"action_name", "deployment:step"}, {"retry_count", 0}}, "",
        process, "hatchet", "deployment", "deployment:step", 1, "TypeScript writes no prefix"},
    row{internal, "build image", {{"instrumentor", "hatchet"}, {"hatchet.worker_id", "w"}}, "", none, "", "", "", {}, "spans inside a step inherit Hatchet's attributes"},
    row{server, "RunActivity:BuildImage", {{"temporalActivityID", "5"}, {"temporalWorkflowID", "w"}}, "",
        process, "temporal", "", "BuildImage", {}, "Temporal names no task queue"},
    row{client, "StartActivity:BuildImage", {{"temporalWorkflowID", "w"}}, "", enqueue, "temporal", "", "BuildImage", {}, "a client span that sends"},
    row{internal, "StartActivity:build", {{"taskQueue", "builds"}}, "", enqueue, "temporal", "builds", "build", {}, "Temporal's TypeScript, by the name alone"},
    row{consumer, "default process", {{"messaging.system", "sidekiq"}, {"messaging.destination", "default"}, {"messaging.sidekiq.job_class", "Mail"}}, "",
        process, "sidekiq", "default", "Mail", {}, "Sidekiq"},
    row{internal, "mail", {{"sentry.op", "queue.task.celery"}, {"messaging.destination.name", "q"}, {"messaging.message.retry.count", 2}}, "",
        process, "sentry", "q", "", 3, "Sentry names the operation in sentry.op"},
    row{consumer, "process q", {{"sentry.op", "queue.process"}, {"sentry.origin", "auto.queue.kafkajs.consumer"}, {"messaging.destination.name", "q"}, {"messaging.operation.type", "process"}, {"messaging.system", "kafka"}}, "",
        process, "kafka", "q", "", {}, "Sentry's SDK on kafkajs"},
    row{producer, "publish q", {{"sentry.op", "queue.publish"}, {"sentry.origin", "auto.queue.amqplib.publisher"}, {"messaging.destination.name", "q"}, {"messaging.system", "rabbitmq"}}, "",
        enqueue, "rabbitmq", "q", "", {}, "Sentry's SDK on amqplib"},
    row{consumer, "river.work/mail", {{"queue", "default"}, {"attempt", 3}}, "github.com/riverqueue/rivercontrib/otelriver",
        process, "river", "default", "", 3, "River writes no prefix"},
    row{consumer, "mail", {{"queue", "default"}, {"attempt", 3}}, "", process, "", "", "", {}, "nobody else is believed that"},
    row{consumer, "task:report/monthly", {{"messaging.system", "sqlite"}, {"messaging.destination.name", "jobs"}, {"waybill.attempt", 1}}, "",
        process, "sqlite", "jobs", "report/monthly", 1, "ours"},
    row{internal, "queued jobs", {{"waybill.span", "queue_wait"}, {"messaging.destination.name", "jobs"}}, "",
        queued, "waybill", "jobs", "", {}, "our own drawn wait"},
  }) check(one);
}

TEST_CASE("message queues are recognised by the conventions of all years, and by how their instrumentation deviates") {
  for (const auto& one : {
    row{producer, "orders publish", {{"messaging.system", "kafka"}, {"messaging.destination.name", "orders"}}, "", enqueue, "kafka", "orders", "", {}, "Java agent"},
    row{consumer, "process orders", {{"messaging.system", "kafka"}, {"messaging.destination.name", "orders"}, {"messaging.operation.type", "process"}}, "",
        process, "kafka", "orders", "", {}, "new conventions"},
    row{consumer, "recv", {}, "", receive, "", "", "", {}, "confluent-kafka's poll says nothing else"},
    row{consumer, "orders receive", {{"messaging.system", "rabbitmq"}, {"messaging.operation", "receive"}, {"messaging.destination", "orders"}}, "opentelemetry.instrumentation.pika.pika_instrumentor",
        process, "rabbitmq", "orders", "", {}, "pika's receive covers the callback"},
    row{consumer, "orders.q process", {{"messaging.system", "rabbitmq"}, {"messaging.destination", ""}, {"messaging.operation", "process"}}, "@opentelemetry/instrumentation-amqplib",
        process, "rabbitmq", "orders.q", "", {}, "amqplib: the destination is the exchange, the name has the queue"},
    row{producer, "publish <default>", {{"messaging.system", "rabbitmq"}, {"messaging.destination", ""}, {"messaging.rabbitmq.routing_key", "orders.q"}}, "",
        enqueue, "rabbitmq", "orders.q", "", {}, "the default exchange routes by key"},
    row{consumer, "q receive", {{"messaging.system", "aws.sqs"}, {"messaging.operation", "receive"}, {"messaging.destination", "q"}}, "",
        receive, "aws_sqs", "q", "", {}, "asking SQS is no work"},
    row{client, "SQS.SendMessage", {{"messaging.system", "AmazonSQS"}, {"rpc.method", "SendMessage"}, {"messaging.destination", "q"}}, "",
        enqueue, "aws_sqs", "q", "", {}, "botocore has client spans only"},
    row{internal, "sub process", {{"messaging.system", "gcp_pubsub"}, {"messaging.operation", "process"}}, "", process, "gcp_pubsub", "sub", "", {}, "Pub/Sub works in an internal span"},
    row{consumer, "handle mail", {}, "", process, "", "", "", {}, "by its kind alone"},
    row{client, "ack mail", {{"messaging.system", "x"}, {"messaging.operation.type", "settle"}}, "", none, "", "", "", {}, "settling is neither"},
    row{server, "GET /", {}, "", none, "", "", "", {}, "not a messaging span"},
    row{internal, "process", {}, "", none, "", "", "", {}, "a name proves nothing"},
    row{consumer, "a", {{"messaging.destination", "old"}, {"messaging.destination.name", "new"}}, "", process, "", "new", "", {}, "the newer spelling counts"},
    row{consumer, "a", {{"messaging.destination.name", "new"}, {"messaging.destination", "old"}}, "", process, "", "new", "", {}, "in any order"},
  }) check(one);
}
// clang-format on

TEST_CASE("queues that exist to park messages are known by whole words of their names") {
  for (const auto* name :
       {"orders-retry", "orders.retry.5s", "RETRY_orders", "mail.DLQ", "later", "orders-delayed-1"}) {
    CAPTURE(name);
    CHECK(is_parking_queue(name));
  }
  for (const auto* name : {"orders", "collateral", "deadlines", "retrying-policy", ""}) {
    CAPTURE(name);
    CHECK_FALSE(is_parking_queue(name));
  }
}
