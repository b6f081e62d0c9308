#include <waybill/receive/grpc/otlp_grpc.hpp>

#include <waybill/store/memory/memory_store.hpp>
#include <waybill/wire/gzip.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include "../conformance/sample_records.hpp"
#include "../http/plain_socket.hpp"
#include "exchange.hpp"

#include <doctest/doctest.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <condition_variable>
#include <future>
#include <mutex>

using namespace waybill;
using testing::failing_store;
using namespace std::chrono_literals;

namespace {

constexpr const char* traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr const char* logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
constexpr const char* metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

// Keeps what is committed until it is told how that ends.
class held_store : public span_store {
 public:
  void commit(span_batch&& received, committed done) override {
    const std::lock_guard lock{mutex_};
    batch_ = std::move(received);
    done_ = std::move(done);
    came_.notify_all();
  }
  bool wait_for_commit() {
    std::unique_lock lock{mutex_};
    return came_.wait_for(lock, 20s, [&] { return static_cast<bool>(done_); });
  }
  void finish(const result<void>& outcome) {
    committed done;
    {
      const std::lock_guard lock{mutex_};
      done = std::exchange(done_, nullptr);
    }
    done(outcome);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  span_batch batch_;
  committed done_;
};

std::unique_ptr<grpc_receiver> receiver_of(span_store& store, grpc_receiver_options options = {}) {
  options.address.port = 0;
  auto receiver = start_grpc_receiver(std::move(options), store);
  REQUIRE(receiver);
  return std::move(*receiver);
}

// A call of an ordinary client.
struct call {
  call(const grpc_receiver& to, const char* method, const std::string& message, std::string token = {})
      : stub(grpc::CreateChannel(to_string(to.address()), grpc::InsecureChannelCredentials())) {
    if (!token.empty()) context.AddMetadata("authorization", token);
    context.set_deadline(std::chrono::system_clock::now() + 30s);
    const grpc::Slice slice{message};
    request = grpc::ByteBuffer{&slice, 1};
    stub.UnaryCall(&context, method, {}, &request, &response,
                   [this](const grpc::Status& status) { ended.set_value(status); });
  }
  grpc::Status status() { return ended_future.get(); }
  export_answer answer() {
    std::vector<grpc::Slice> slices;
    if (!response.Dump(&slices).ok()) return {.rejected = 999, .message = "no message"};
    std::string bytes;
    for (const auto& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    const auto told = otlp_protobuf::decode_export_answer(bytes);
    REQUIRE(told);
    return *told;
  }

  grpc::GenericStub stub;
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  std::promise<grpc::Status> ended;
  std::future<grpc::Status> ended_future = ended.get_future();
};

std::string traces_message() {
  std::string message;
  otlp_protobuf::encode_traces(testing::sample_records(), message);
  return message;
}
std::string logs_message() {
  std::string message;
  otlp_protobuf::encode_logs(testing::sample_records(), message);
  return message;
}

int number(grpc::StatusCode code) {
  return static_cast<int>(code);
}

}  // namespace

TEST_CASE("spans and events that come over gRPC, packed or not, are in the store when the call is answered") {
  const auto sample = testing::sample_records();
  struct row {
    const char* method;
    std::string message;
    bool spans, events;
    const char* why;
  };
  const row rows[] = {
      {traces, traces_message(), true, false, "spans as they are"},
      {traces, *gzip(traces_message()), true, false, "packed spans"},
      {logs, logs_message(), false, true, "events are a service of their own"},
      {traces, "", false, false, "an exporter that probes sends nothing"},
  };
  for (const auto& [method, message, spans, events, why] : rows) {
    CAPTURE(why);
    memory_store store;
    const auto receiver = receiver_of(store);
    call sent{*receiver, method, message};
    CHECK(sent.status().ok());
    CHECK(sent.answer().rejected == 0);
    const auto ids = store.newest({.limit = 100});
    REQUIRE(ids);
    const auto kept = store.read(*ids);
    REQUIRE(kept);
    CHECK(kept->span_count() == (spans ? sample.span_count() : 0));
    CHECK((kept->log_count() > 0) == events);
  }
}

TEST_CASE("a call over gRPC is answered only after the commit") {
  held_store store;
  const auto receiver = receiver_of(store);
  call sent{*receiver, traces, traces_message()};
  REQUIRE(store.wait_for_commit());
  CHECK(sent.ended_future.wait_for(50ms) == std::future_status::timeout);
  store.finish({});
  CHECK(sent.status().ok());
}

TEST_CASE("what is wrong with a call is told by its status, and whether to come again") {
  failing_store busy{{failure_code::busy, "Too much waits."}};
  failing_store broken{{failure_code::io, "The disk is full."}};
  memory_store good;
  const std::string bomb = *gzip(std::string(std::size_t{1} << 20, '\0'), 9);
  struct row {
    span_store& store;
    const char* method;
    std::string message;
    grpc::StatusCode status;
    bool again;
    const char* why;
  };
  const row rows[] = {
      {good, traces, "\xff\xff\xff", grpc::INVALID_ARGUMENT, false, "no protobuf"},
      {good, traces, "\x1f\x8b\x08 cut off", grpc::INVALID_ARGUMENT, false, "no gzip, though it begins so"},
      {good, traces, std::string(300'000, 'x'), grpc::RESOURCE_EXHAUSTED, false,
       "over the limit of a message"},
      {good, traces, bomb, grpc::RESOURCE_EXHAUSTED, false, "over the limit when it is unpacked"},
      {good, "/made.up.Service/Call", "", grpc::UNIMPLEMENTED, false, "no service of ours"},
      {busy, traces, traces_message(), grpc::RESOURCE_EXHAUSTED, true, "the store can't keep up"},
      {broken, traces, traces_message(), grpc::UNAVAILABLE, true, "the store's own trouble"},
  };
  for (const auto& [store, method, message, status, again, why] : rows) {
    CAPTURE(why);
    grpc_receiver_options options;
    options.message_limit = 256 * 1024;
    options.intake.unpacked_body = 512 * 1024;
    const auto receiver = receiver_of(store, options);
    call sent{*receiver, method, message};
    const auto ended = sent.status();
    CHECK(number(ended.error_code()) == number(status));
    CHECK(!ended.error_message().empty());
    CHECK((ended.error_details().find("google.rpc.RetryInfo") != std::string::npos) == again);
  }
}

TEST_CASE("metrics are refused politely") {
  memory_store store;
  const auto receiver = receiver_of(store);
  call sent{*receiver, metrics,
            "\x0a\x02\x0a"
            "\x00"};
  CHECK(sent.status().ok());
  CHECK(sent.answer().message.find("no metrics") != std::string::npos);
}

TEST_CASE("a receiver with a token asks every call for it") {
  memory_store store;
  grpc_receiver_options options;
  options.token = "secret";
  const auto receiver = receiver_of(store, options);
  struct row {
    const char* authorization;
    grpc::StatusCode status;
  };
  for (const auto& [authorization, status] :
       {row{"", grpc::UNAUTHENTICATED}, row{"Bearer other", grpc::UNAUTHENTICATED},
        row{"secret", grpc::UNAUTHENTICATED}, row{"Bearer secret", grpc::OK}}) {
    CAPTURE(authorization);
    call sent{*receiver, traces, traces_message(), authorization};
    CHECK(number(sent.status().error_code()) == number(status));
  }
}

TEST_CASE("a client that leaves before the commit hurts nobody") {
  held_store store;
  const auto receiver = receiver_of(store);
  {
    call sent{*receiver, traces, traces_message()};
    REQUIRE(store.wait_for_commit());
    sent.context.TryCancel();
    CHECK(number(sent.status().error_code()) == number(grpc::CANCELLED));
  }
  store.finish({});
  call next{*receiver, traces, traces_message()};
  REQUIRE(store.wait_for_commit());
  store.finish({});
  CHECK(next.status().ok());
}

TEST_CASE("who stops a receiver waits for the calls that have begun") {
  held_store store;
  const auto receiver = receiver_of(store);
  call sent{*receiver, traces, traces_message()};
  REQUIRE(store.wait_for_commit());
  auto stopped = std::async(std::launch::async, [&] { receiver->stop(20s); });
  CHECK(stopped.wait_for(100ms) == std::future_status::timeout);
  store.finish({});
  CHECK(sent.status().ok());
  stopped.get();
}

TEST_CASE("a call that outlives the deadline of the stop is cancelled, and its commit is waited for") {
  held_store store;
  const auto receiver = receiver_of(store);
  call sent{*receiver, traces, traces_message()};
  REQUIRE(store.wait_for_commit());
  auto stopped = std::async(std::launch::async, [&] { receiver->stop(50ms); });
  CHECK(!sent.status().ok());
  store.finish({});
  stopped.get();
}

TEST_CASE("a call whose message never comes is ended") {
  memory_store store;
  grpc_receiver_options options;
  options.request_limit = 300ms;
  const auto receiver = receiver_of(store, options);
  auto channel = grpc::CreateChannel(to_string(receiver->address()), grpc::InsecureChannelCredentials());
  grpc::GenericStub stub{channel};
  struct silent final : grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
    void OnDone(const grpc::Status& status) override { ended.set_value(status); }
    std::promise<grpc::Status> ended;
  };
  silent waiting;
  grpc::ClientContext context;
  stub.PrepareBidiStreamingCall(&context, traces, {}, &waiting);
  waiting.StartCall();
  auto ended = waiting.ended.get_future();
  REQUIRE(ended.wait_for(20s) == std::future_status::ready);
  CHECK(!ended.get().ok());
}

TEST_CASE("a connection that speaks no gRPC does not disturb those that do") {
  memory_store store;
  const auto receiver = receiver_of(store);
  auto stranger = waybill_tests::plain_socket::connect(receiver->address().port);
  stranger.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  call sent{*receiver, traces, traces_message()};
  CHECK(sent.status().ok());
}

TEST_CASE("an address that can't be listened on is told in a sentence") {
  memory_store store;
  const auto first = receiver_of(store);
  struct row {
    host_port address;
    failure_code code;
    const char* says;
  };
  for (const auto& [address, code, says] :
       {row{first->address(), failure_code::busy, "in use"},
        row{{"elsewhere", 1}, failure_code::invalid_argument, "no address"},
        row{{"192.0.2.1", 0}, failure_code::invalid_argument, "no address of this machine"}}) {
    CAPTURE(says);
    grpc_receiver_options options;
    options.address = address;
    const auto receiver = start_grpc_receiver(options, store);
    REQUIRE(!receiver);
    CHECK(receiver.error().code == code);
    CHECK(receiver.error().message.find(says) != std::string::npos);
  }
}

TEST_CASE("a receiver that nobody has called stops at once") {
  memory_store store;
  const auto receiver = receiver_of(store);
  receiver->stop(20s);
  receiver->stop(20s);
}
