#include <waybill/export/jsonl_exporter.hpp>

#include <waybill/wire/event_json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace waybill::inline v0 {
namespace {

class jsonl_exporter final : public batch_exporter {
 public:
  jsonl_exporter(int file, bool owns_file, bool include_spans) noexcept
      : file_(file), owns_file_(owns_file), include_spans_(include_spans) {}
  ~jsonl_exporter() override {
    if (owns_file_) close(file_);
  }
  jsonl_exporter(const jsonl_exporter&) = delete;
  jsonl_exporter& operator=(const jsonl_exporter&) = delete;

  void encode(const span_batch& batch) override {
    lines_.clear();
    const auto add = [&](const auto& record) { event_json::encode(record, lines_); };
    if (include_spans_) batch.for_each_span(add);
    batch.for_each_log(add);
  }

  export_outcome send() override {
    std::string_view left = lines_;
    while (!left.empty() && !cancelled_.load(std::memory_order_relaxed)) {
      const ssize_t written = write(file_, left.data(), left.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        return {.what = export_outcome::kind::refused,
                .problem = std::string{"cannot write JSON lines: "} + std::strerror(errno)};
      }
      left.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  void cancel() noexcept override { cancelled_.store(true, std::memory_order_relaxed); }

 private:
  int file_;
  bool owns_file_;
  bool include_spans_;
  std::atomic<bool> cancelled_{false};
  std::string lines_;
};

}  // namespace

result<std::unique_ptr<batch_exporter>> make_jsonl_exporter(const jsonl_options& options) {
  if (options.path == "-") {
    return std::unique_ptr<batch_exporter>{new jsonl_exporter{STDOUT_FILENO, false, options.include_spans}};
  }
  const int file = open(options.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) {
    return failure{failure_code::io, "cannot append to " + options.path + ": " + std::strerror(errno)};
  }
  return std::unique_ptr<batch_exporter>{new jsonl_exporter{file, true, options.include_spans}};
}

}  // namespace waybill::inline v0
