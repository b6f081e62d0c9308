// The right to answer one request, once, from any thread, whenever the answer is ready.
#pragma once

#include <waybill/http/message.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace waybill::inline v0 {

// Copies share the one right: the first answer counts, later ones are ignored. When the last copy is gone
// without an answer, the client gets a 500: a forgotten request must not look like a slow one. Answering a
// client that has left, or a server that has ended, does nothing. Thread-safe.
class http_responder {
 public:
  // deliver is called at most once, on the thread that answers. The server makes these; tests of handlers
  // make their own.
  using delivery = std::function<void(http_response&&)>;
  explicit http_responder(delivery deliver) : right_(std::make_shared<right>(std::move(deliver))) {}

  void operator()(http_response&& response) const { right_->use(std::move(response)); }

 private:
  struct right {
    explicit right(delivery how) : deliver(std::move(how)) {}
    right(const right&) = delete;
    right& operator=(const right&) = delete;
    ~right() {
      try {
        if (!used.load()) use(text_response(500, "The server did not answer this request."));
      } catch (...) {
        // Out of memory: the connection's limits have to end it.
      }
    }

    void use(http_response&& response) {
      if (!used.exchange(true)) deliver(std::move(response));
    }

    delivery deliver;
    std::atomic<bool> used{false};
  };

  std::shared_ptr<right> right_;
};

}  // namespace waybill::inline v0
