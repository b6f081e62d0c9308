#include <waybill/receive/grpc/otlp_grpc.hpp>

namespace waybill::inline v0 {

bool has_grpc() noexcept {
  return false;
}

result<std::unique_ptr<grpc_receiver>> start_grpc_receiver(grpc_receiver_options, span_store&) {
  return failure{
      failure_code::invalid_argument,
      "this waybill was built without gRPC; send OTLP over HTTP to port 4318 (OTEL_EXPORTER_OTLP_PROTOCOL="
      "http/protobuf), or build it where libgrpc++-dev is installed"};
}

}  // namespace waybill::inline v0
