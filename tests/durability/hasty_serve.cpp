// waybill serve as it must never be: it acknowledges before it commits. Only so that the kill test can be seen
// to fail; everything but the store's decorator is the product's own.
#include <waybill/http/address.hpp>
#include <waybill/http/server.hpp>
#include <waybill/receive/router.hpp>
#include <waybill/store/sqlite/sqlite_store.hpp>

#include <signal.h>

#include <cstdio>

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

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("hasty-serve FOLDER\n", stderr);
    return 2;
  }
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  auto store = sqlite_store::open({.path = words[1]});
  if (!store) return 1;
  hasty_store hasty{**store};
  auto server = http_server::start({}, route_requests(hasty, (*store)->reader()));
  if (!server) return 1;
  std::printf("listening on http://%s (acknowledges too early)\n",
              to_string({"127.0.0.1", (*server)->port()}).c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&ending, &received);
  return 0;
}
