// What the tests of every protocol share: stores that answer as told, and one request handed over without a socket.
#pragma once

#include <waybill/http/message.hpp>
#include <waybill/http/responder.hpp>
#include <waybill/receive/intake.hpp>
#include <waybill/record/span_store.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace waybill::testing {

// Keeps what is committed until it is told how that ends.
class held_store : public span_store {
 public:
  void commit(span_batch&& received, committed done) override {
    batch = std::move(received);
    answer = std::move(done);
  }
  span_batch batch;
  committed answer;
};

class failing_store : public span_store {
 public:
  explicit failing_store(failure why) : why_(std::move(why)) {}
  void commit(span_batch&&, committed done) override { done(why_); }

 private:
  failure why_;
};

using receiver = void(http_request&&, const http_responder&, span_store&, const intake_limits&);

// The answer, if it came at once.
inline std::optional<http_response> hand_over(receiver& receive, http_request&& request, span_store& store,
                                              const intake_limits& limits) {
  auto answered = std::make_shared<std::optional<http_response>>();
  receive(std::move(request),
          http_responder{[answered](http_response&& given) { *answered = std::move(given); }}, store, limits);
  return *answered;
}

inline std::string_view header(const http_response& response, std::string_view name) {
  return response.headers.find(name).value_or("(none)");
}

}  // namespace waybill::testing
