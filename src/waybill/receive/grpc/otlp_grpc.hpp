// OTLP over gRPC (opentelemetry-proto, "OTLP/gRPC"): Export calls for traces and logs in, records into a store, the
// answer when they are durable. No TLS, as over HTTP.
//
// This header knows nothing of the gRPC library. A build without it has the same functions, and says that it has no
// gRPC.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/http/address.hpp>
#include <waybill/receive/intake.hpp>
#include <waybill/record/span_store.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace waybill::inline v0 {

struct grpc_receiver_options {
  host_port address{.host = "127.0.0.1", .port = 4317};  // port 0: any free one
  std::string token;  // what the metadatum authorization has to carry ("Bearer …"); empty: none is asked for
  intake_limits intake;

  // Bytes: of one message as sent, and of all that the library keeps for its connections. What the messages that
  // have come hold together, as http_server_options has it for bodies.
  std::size_t message_limit = std::size_t{20} << 20;
  std::size_t transport_memory = std::size_t{64} << 20;
  std::size_t admission_limit = std::size_t{40} << 20;
  std::size_t memory_limit = std::size_t{128} << 20;

  std::chrono::milliseconds request_limit{30'000};  // from a call's beginning to the end of its message
  std::chrono::milliseconds idle_limit{75'000};     // of a connection without calls
};

class grpc_receiver {
 public:
  grpc_receiver(const grpc_receiver&) = delete;
  grpc_receiver& operator=(const grpc_receiver&) = delete;
  virtual ~grpc_receiver() = default;  // stop() without a deadline's grace

  // Where it listens, with the port that it got.
  virtual host_port address() const = 0;

  // As http_server::stop: no further calls, those that have begun until the deadline, then the rest is cancelled.
  virtual void stop(std::chrono::milliseconds deadline) = 0;

 protected:
  grpc_receiver() = default;
};

// Whether this build can receive over gRPC.
bool has_grpc() noexcept;

// Listens when it returns; the library itself starts with the first connection, so that nobody pays who does not use
// it. The store outlives the receiver. A failure is a sentence that names the address. Calls are answered with
//   OK                  committed, or nothing to commit; partial_success tells what was left out
//   INVALID_ARGUMENT    the message is wrong and stays wrong
//   RESOURCE_EXHAUSTED  the store or the server is busy, with RetryInfo; without it: the message is too large
//   UNAVAILABLE         the store fails, with RetryInfo
//   UNAUTHENTICATED, UNIMPLEMENTED
result<std::unique_ptr<grpc_receiver>> start_grpc_receiver(grpc_receiver_options options, span_store& store);

}  // namespace waybill::inline v0
