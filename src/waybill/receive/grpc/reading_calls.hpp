// The calls whose message is still on its way, so that one which never comes ends too.
#pragma once

#include <grpcpp/server_context.h>

#include <chrono>
#include <mutex>
#include <unordered_map>

namespace waybill::inline v0 {

// A call is in here from its beginning until its message is there or has failed. Thread-safe.
class reading_calls {
 public:
  using clock = std::chrono::steady_clock;

  void begin(grpc::CallbackServerContext& call) {
    const std::lock_guard lock{mutex_};
    begun_.emplace(&call, clock::now());
  }
  void end(grpc::CallbackServerContext& call) {
    const std::lock_guard lock{mutex_};
    begun_.erase(&call);
  }
  // Their reading fails then.
  void cancel_begun_before(clock::time_point time) {
    const std::lock_guard lock{mutex_};
    for (const auto& [call, begun] : begun_) {
      if (begun < time) call->TryCancel();
    }
  }

 private:
  std::mutex mutex_;
  std::unordered_map<grpc::CallbackServerContext*, clock::time_point> begun_;
};

}  // namespace waybill::inline v0
