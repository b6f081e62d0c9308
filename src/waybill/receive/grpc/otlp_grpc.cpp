#include <waybill/receive/grpc/otlp_grpc.hpp>

#include <waybill/http/signals_blocked.hpp>
#include <waybill/receive/grpc/listening_socket.hpp>
#include <waybill/receive/grpc/otlp_call.hpp>

#include <grpc/support/log.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>

#include <malloc.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

namespace waybill::inline v0 {
namespace {

constexpr int streams_a_connection = 64;
constexpr int metadata_limit = 16 * 1024;
// The library does not tell how many connections it has. Descriptors are given out from the lowest, so that a high one
// means many: 1024 of the HTTP server, and half as many here.
constexpr int highest_descriptor = 1536;
constexpr std::chrono::milliseconds look_around{1'000};
constexpr std::chrono::milliseconds accept_pause{50};

class otlp_service final : public grpc::CallbackGenericService {
 public:
  explicit otlp_service(otlp_call_setting& setting) noexcept : setting_(setting) {}

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    return new otlp_call{setting_, *context};  // deletes itself
  }

 private:
  otlp_call_setting& setting_;
};

class receiver final : public grpc_receiver {
 public:
  receiver(grpc_receiver_options&& options, span_store& store, listening_socket&& socket, int wake)
      : options_(std::move(options)),
        setting_(options_, store),
        service_(setting_),
        socket_(std::move(socket)),
        port_(socket_.port()),
        wake_(wake) {
    const signals_blocked blocked;  // the library's threads inherit that from this one
    thread_ = std::thread{[this] { let_in(); }};
  }
  ~receiver() override {
    stop({});
    ::close(wake_);
  }

  host_port address() const override { return {options_.address.host, port_}; }

  void stop(std::chrono::milliseconds deadline) override {
    if (!thread_.joinable()) return;
    stopping_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
    thread_.join();
    socket_.close();
    if (server_) server_->Shutdown(std::chrono::system_clock::now() + deadline);
    server_.reset();
  }

 private:
  void let_in() {
    while (!stopping_) {
      pollfd watched[] = {{socket_.descriptor(), POLLIN, 0}, {wake_, POLLIN, 0}};
      ::poll(watched, 2, server_ ? static_cast<int>(look_around.count()) : -1);
      setting_.reading.cancel_begun_before(reading_calls::clock::now() - options_.request_limit);
      if ((watched[0].revents & POLLIN) != 0) accept_one();
      give_memory_back();
    }
  }

  // The library keeps messages in small pieces, of which the allocator would hold on to what a burst has left.
  void give_memory_back() {
    const std::size_t calls = setting_.calls.load(std::memory_order_relaxed);
    if (calls != calls_seen_) {
      calls_seen_ = calls;
    } else if (calls != calls_trimmed_) {  // quiet since the last look
      calls_trimmed_ = calls;
      ::malloc_trim(0);
    }
  }

  void accept_one() {
    const int connection = socket_.accept();
    if (connection < 0) {
      if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(accept_pause);
      return;
    }
    if (!server_) start_library();
    if (!server_ || connection > highest_descriptor) {
      ::close(connection);
      return;
    }
    grpc::AddInsecureChannelFromFd(server_.get(), connection);
  }

  void start_library() {
    gpr_set_log_function([](gpr_log_func_args*) {});  // it would write on stderr what clients do wrong
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&service_);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options_.message_limit));
    builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, streams_a_connection);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, metadata_limit);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                               static_cast<int>(options_.idle_limit.count()));
    builder.SetResourceQuota(grpc::ResourceQuota{"otlp"}.Resize(options_.transport_memory));
    server_ = builder.BuildAndStart();
  }

  const grpc_receiver_options options_;
  otlp_call_setting setting_;
  otlp_service service_;
  listening_socket socket_;
  const std::uint16_t port_;
  const int wake_;  // an eventfd: written when it is time to stop
  std::atomic<bool> stopping_{false};
  std::size_t calls_seen_ = 0;  // of the thread
  std::size_t calls_trimmed_ = 0;
  std::unique_ptr<grpc::Server> server_;  // of the thread; of stop() once that has ended
  std::thread thread_;
};

}  // namespace

bool has_grpc() noexcept {
  return true;
}

result<std::unique_ptr<grpc_receiver>> start_grpc_receiver(grpc_receiver_options options, span_store& store) {
  auto socket = listening_socket::open(options.address);
  if (!socket) return socket.error();
  const int wake = ::eventfd(0, EFD_CLOEXEC);
  if (wake < 0) return failure{failure_code::io, std::string{"eventfd: "} + std::strerror(errno)};
  return std::unique_ptr<grpc_receiver>{new receiver{std::move(options), store, std::move(*socket), wake}};
}

}  // namespace waybill::inline v0
