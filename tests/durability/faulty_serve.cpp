// waybill serve as it must never be, or on a disk that nobody should have. For tests alone: all but the
// decorator around the store is the product's own.
//
//   faulty-serve hasty FOLDER   acknowledges before it commits, so that the kill test can be seen to fail
//   faulty-serve slow FOLDER    needs 10 ms for each request, so that any client is more than it can take
#include <waybill/http/address.hpp>
#include <waybill/http/server.hpp>
#include <waybill/receive/router.hpp>
#include <waybill/store/sqlite/sqlite_store.hpp>

#include <signal.h>

#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

namespace {

using namespace waybill;

class hasty_store final : public span_store {
 public:
  explicit hasty_store(span_store& behind) : behind_(behind) {}

  void commit(span_batch&& received, committed done) override {
    done({});
    behind_.commit(std::move(received), [](const result<void>&) {});
  }

 private:
  span_store& behind_;
};

class slow_store final : public span_store {
 public:
  explicit slow_store(span_store& behind) : behind_(behind) {}

  void commit(span_batch&& received, committed done) override {
    behind_.commit(std::move(received), [done = std::move(done)](const result<void>& outcome) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});  // the one writer's thread
      done(outcome);
    });
  }

 private:
  span_store& behind_;
};

}  // namespace

int main(int count, char** words) {
  const std::string_view fault = count == 3 ? words[1] : "";
  if (fault != "hasty" && fault != "slow") {
    std::fputs("faulty-serve hasty|slow FOLDER\n", stderr);
    return 2;
  }
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  auto store = sqlite_store::open({.path = words[2]});
  if (!store) return 1;
  hasty_store hasty{**store};
  slow_store slow{**store};
  span_store& faulty = fault == "hasty" ? static_cast<span_store&>(hasty) : slow;
  auto server = http_server::start({}, route_requests(faulty, (*store)->reader()));
  if (!server) return 1;
  std::printf("listening on http://%s (%s)\n", to_string({"127.0.0.1", (*server)->port()}).c_str(), words[1]);
  std::fflush(stdout);
  int received = 0;
  sigwait(&ending, &received);
  return 0;
}
