#include <waybill/wire/sentry_words.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::sentry_words;

TEST_CASE("an op tells whose side of a queue or a call a span stands on") {
  struct row {
    std::string_view op;
    span_kind kind;
    const char* why;
  };
  const row rows[] = {
      {"queue.publish", span_kind::producer, "the convention"},
      {"queue.create", span_kind::producer, "one message of a batch"},
      {"queue.submit.celery", span_kind::producer, "the system follows"},
      {"queue.process", span_kind::consumer, "the convention"},
      {"queue.task.rq", span_kind::consumer, "the system follows"},
      {"queue.sidekiq", span_kind::consumer, "Ruby has no verb"},
      {"hatchet.task", span_kind::consumer, "a task runs"},
      {"queue.receive", span_kind::client, "asks the broker"},
      {"queue.settle", span_kind::client, "tells the broker"},
      {"http.server", span_kind::server, ""},
      {"http.client.stream", span_kind::client, "Python's name for a body that is read in parts"},
      {"db", span_kind::client, ""},
      {"db.redis", span_kind::client, "the system follows"},
      {"dbt", span_kind::unspecified, "a whole word"},
      {"queue", span_kind::unspecified, "BullMQ's own calls: neither side"},
      {"function", span_kind::unspecified, ""},
      {"", span_kind::unspecified, "no op"},
  };
  for (const auto& [op, kind, why] : rows) {
    CAPTURE(op);
    CAPTURE(why);
    CHECK(kind_of_op(op) == kind);
  }
}

TEST_CASE("the op that stands for a kind is read as that kind") {
  for (const auto kind : {span_kind::producer, span_kind::consumer, span_kind::server, span_kind::client}) {
    CHECK(kind_of_op(op_of_kind(kind)) == kind);
  }
  CHECK(op_of_kind(span_kind::internal).empty());
  CHECK(op_of_kind(span_kind::unspecified).empty());
}

TEST_CASE("each of the 17 status words survives both ways") {
  const std::string_view words[] = {"ok",
                                    "cancelled",
                                    "unknown_error",
                                    "invalid_argument",
                                    "deadline_exceeded",
                                    "not_found",
                                    "aborted",
                                    "already_exists",
                                    "permission_denied",
                                    "resource_exhausted",
                                    "failed_precondition",
                                    "unimplemented",
                                    "data_loss",
                                    "out_of_range",
                                    "internal_error",
                                    "unavailable",
                                    "unauthenticated"};
  for (const auto word : words) {
    CAPTURE(word);
    const status read = read_status(word);
    CHECK(read.code == (word == "ok" ? status_code::ok : status_code::error));
    CHECK(status_word(read.code, read.message) == word);
  }
}

TEST_CASE("what is no status word is no status") {
  CHECK(read_status("").code == status_code::unset);
  CHECK(read_status("unknown").message.empty());
  CHECK(read_status("teapot").code == status_code::unset);
  CHECK(read_status("teapot").message == "teapot");
  CHECK(read_status("error").code == status_code::error);
  CHECK(status_word(status_code::unset, "not_found").empty());
  CHECK(status_word(status_code::error, "the disk is full") == "internal_error");
  CHECK(status_word(status_code::error, "ok") == "internal_error");
}
