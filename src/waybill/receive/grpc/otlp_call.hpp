// One Export call: reads its message, takes it in, answers, and deletes itself when the library is done with it.
#pragma once

#include <waybill/receive/grpc/otlp_grpc.hpp>
#include <waybill/receive/grpc/reading_calls.hpp>

#include <grpcpp/generic/async_generic_service.h>

#include <atomic>
#include <cstddef>
#include <memory>

namespace waybill::inline v0 {

// What all calls share. Outlives them.
struct otlp_call_setting {
  otlp_call_setting(const grpc_receiver_options& chosen, span_store& where)
      : options(chosen),
        store(where),
        memory(std::make_shared<memory_budget>(chosen.admission_limit, chosen.memory_limit)) {}

  const grpc_receiver_options& options;
  span_store& store;
  std::shared_ptr<memory_budget> memory;
  reading_calls reading;
  std::atomic<std::size_t> calls{0};  // so far
};

class otlp_call final : public grpc::ServerGenericBidiReactor {
 public:
  otlp_call(otlp_call_setting& setting, grpc::GenericCallbackServerContext& context);

  void OnReadDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  ~otlp_call() override = default;

  void answer(const export_answer& told);
  void fail(const failure& why);
  void finish(rpc_code code, const std::string& sentence, unsigned retry_after_seconds = 0);

  otlp_call_setting& setting_;
  grpc::GenericCallbackServerContext& context_;
  otlp_signal signal_ = otlp_signal::traces;
  grpc::ByteBuffer message_;
  grpc::ByteBuffer answer_;  // the library reads it until OnDone
  std::atomic<bool> answered_{false};
};

}  // namespace waybill::inline v0
