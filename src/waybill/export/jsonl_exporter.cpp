#include <waybill/export/jsonl_exporter.hpp>

#include <waybill/wire/event_json.hpp>

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace waybill::inline v0 {
namespace {

using clock_ms = std::chrono::milliseconds;

class jsonl_exporter final : public batch_exporter {
 public:
  jsonl_exporter(std::shared_ptr<const line_file> file, const jsonl_options& options) noexcept
      : file_(std::move(file)), options_(options) {}

  void encode(const span_batch& batch) override {
    lines_.clear();
    records_ = batch.log_count() + (options_.include_spans ? batch.span_count() : 0);
    const auto add = [&](const auto& record) { event_json::encode(record, lines_); };
    if (options_.include_spans) batch.for_each_span(add);
    batch.for_each_log(add);
  }

  // What was not written is refused, not tried again: it would be written twice in part.
  export_outcome send() override {
    std::string_view left = lines_;
    while (!left.empty()) {
      if (!wait_for_reader()) return refused("nobody reads them");
      const std::string_view piece = next_piece(left);
      const ssize_t written = write(file_->descriptor(), piece.data(), piece.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == EAGAIN && !cancelled_.load(std::memory_order_relaxed)) continue;
      if (written < 0) return refused(std::strerror(errno));
      left.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  void cancel() noexcept override { cancelled_.store(true, std::memory_order_relaxed); }

 private:
  export_outcome refused(const char* why) const {
    return {.what = export_outcome::kind::refused,
            .problem = std::string{"cannot write JSON lines: "} + why,
            .rejected = records_};
  }

  // A write to a full pipe would block, and nothing could end it. Looks up now and then whether it is cancelled.
  bool wait_for_reader() const noexcept {
    constexpr clock_ms glance{50};
    for (clock_ms waited{0}; waited < options_.longest_wait; waited += glance) {
      pollfd wanted{.fd = file_->descriptor(), .events = POLLOUT, .revents = 0};
      if (poll(&wanted, 1, static_cast<int>(glance.count())) > 0) return true;
      if (cancelled_.load(std::memory_order_relaxed)) return false;
    }
    return false;
  }

  // A regular file gets all of it at once, so that processes that share it do not mix their lines. A pipe that can be
  // written to has room for PIPE_BUF bytes, and takes so many as one.
  std::string_view next_piece(std::string_view left) const noexcept {
    if (file_->is_regular() || left.size() <= PIPE_BUF) return left;
    const auto line_end = left.substr(0, PIPE_BUF).rfind('\n');
    return left.substr(0, line_end == left.npos ? PIPE_BUF : line_end + 1);
  }

  std::shared_ptr<const line_file> file_;
  jsonl_options options_;
  std::atomic<bool> cancelled_{false};
  std::string lines_;
  std::size_t records_ = 0;
};

}  // namespace

std::unique_ptr<batch_exporter> make_jsonl_exporter(std::shared_ptr<const line_file> file,
                                                    const jsonl_options& options) {
  return std::make_unique<jsonl_exporter>(std::move(file), options);
}

}  // namespace waybill::inline v0
