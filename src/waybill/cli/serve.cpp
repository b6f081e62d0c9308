#include <waybill/cli/quantity.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/http/address.hpp>
#include <waybill/http/server.hpp>
#include <waybill/receive/router.hpp>
#include <waybill/receive/sentry_auth.hpp>
#include <waybill/store/sqlite/sqlite_store.hpp>

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

namespace waybill::inline v0::cli {
namespace {

// SIGINT and SIGTERM wait until main asks for them; threads that are started later inherit that.
sigset_t hold_back_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  return ending;
}

// A connection is a descriptor, and many systems give a program just as many as there may be connections.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 4096));
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int serve(const serve_arguments& arguments) {
  // Large bodies go back to the system as soon as they are done with. Left to itself, glibc learns to keep
  // them, in every thread's arena.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  raise_descriptor_limit();
  const sigset_t ending = hold_back_signals();
  const auto address = parse_host_port(arguments.listen, 4318);
  if (!address)
    return complain(
        {failure_code::invalid_argument, "--listen " + arguments.listen + ": " + address.error().message});

  http_server_options options;
  options.access.listen_host = address->host;
  options.access.token = arguments.token;
  options.access.further_token = sentry_token;
  options.port = address->port;
  if (const auto allowed = check_exposure(options.access); !allowed) return complain(allowed.error());

  auto store = sqlite_store::open(
      {.path = arguments.store,
       .durability = arguments.sync_full ? durability::full : durability::normal,
       .limits = {.keep = *parse_duration(arguments.keep),
                  .max_disk = *parse_bytes(arguments.max_disk),
                  .keep_text = "--keep " + arguments.keep,
                  .max_disk_text = "--max-disk " + arguments.max_disk},
       .warn = [](const std::string& sentence) { std::fprintf(stderr, "waybill: %s\n", sentence.c_str()); }});
  if (!store) return complain(store.error());
  auto server = http_server::start(options, route_requests(**store, (*store)->reader()));
  if (!server) return complain(server.error());

  const std::string where = to_string({address->host, (*server)->port()});
  std::printf(
      "waybill: listening on http://%s (OTLP/HTTP: /v1/traces, /v1/logs; Sentry: DSN http://key@%s/1), "
      "keeping traces in %s\n",
      where.c_str(), where.c_str(), arguments.store.c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&ending, &received);
  (*server)->stop(std::chrono::seconds{5});
  return 0;
}

}  // namespace waybill::inline v0::cli
