#include <waybill/base/quantity.hpp>
#include <waybill/cli/verbs.hpp>
#include <waybill/http/address.hpp>
#include <waybill/http/server.hpp>
#include <waybill/receive/grpc/otlp_grpc.hpp>
#include <waybill/receive/router.hpp>
#include <waybill/receive/sentry_auth.hpp>
#include <waybill/receive/sentry_http.hpp>
#include <waybill/store/sqlite/sqlite_store.hpp>

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <thread>

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

// OTLP/gRPC beside OTLP/HTTP; null: not at all. Who asked for it is told when it can't be. Who did not gets it where both
// have their usual ports, and may have another program on that of gRPC.
result<std::unique_ptr<grpc_receiver>> receive_grpc(const serve_arguments& arguments, const host_port& http,
                                                    span_store& store) {
  const bool asked_for = !arguments.grpc.empty();
  std::unique_ptr<grpc_receiver> none;
  if (arguments.grpc == "off" || (!asked_for && (!has_grpc() || http.port != 4318))) return none;
  grpc_receiver_options options;
  options.address.host = http.host;
  options.token = arguments.token;
  const auto wrong = [&](const failure& why) {
    return failure{why.code, "--grpc " + arguments.grpc + ": " + why.message};
  };
  if (asked_for) {
    const auto address = parse_host_port(arguments.grpc, options.address.port);
    if (!address) return wrong(address.error());
    options.address = *address;
  }
  const access_options access{.listen_host = options.address.host, .token = arguments.token, .names = {}};
  if (const auto allowed = check_exposure(access); !allowed) return wrong(allowed.error());
  auto receiver = start_grpc_receiver(options, store);
  if (receiver) return receiver;
  if (asked_for) return wrong(receiver.error());
  std::fprintf(stderr,
               "waybill: no OTLP over gRPC: %s; choose another address with --grpc, or say --grpc off\n",
               receiver.error().message.c_str());
  return none;
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
  options.access.open_to_local_pages = [](const http_request& request) noexcept {
    return is_sentry_path(request.path);
  };
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

  auto grpc = receive_grpc(arguments, {address->host, (*server)->port()}, **store);
  if (!grpc) return complain(grpc.error());

  const std::string where = to_string({address->host, (*server)->port()});
  const std::string also = *grpc ? " and on " + to_string((*grpc)->address()) + " (OTLP/gRPC)" : "";
  std::printf(
      "waybill: listening on http://%s (OTLP/HTTP: /v1/traces, /v1/logs; Sentry: DSN http://key@%s/1)%s, "
      "keeping traces in %s\n",
      where.c_str(), where.c_str(), also.c_str(), arguments.store.c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&ending, &received);
  constexpr std::chrono::seconds deadline{5};  // for both doors at once
  std::thread other_door{[&] {
    if (*grpc) (*grpc)->stop(deadline);
  }};
  (*server)->stop(deadline);
  other_door.join();
  return 0;
}

}  // namespace waybill::inline v0::cli
