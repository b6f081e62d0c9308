// Traces from a store: one on disk that a server may be writing to at the same time, or one in memory, made from a file.
#include <waybill/cli/store_source.hpp>

#include <waybill/record/story.hpp>
#include <waybill/store/memory/memory_store.hpp>
#include <waybill/store/sqlite/sqlite_reader.hpp>
#include <waybill/views/terminal/display_text.hpp>
#include <waybill/wire/gzip.hpp>
#include <waybill/wire/jaeger_json.hpp>
#include <waybill/wire/otlp_json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace waybill::inline v0::cli {
namespace {

// What a person asks for by name may be larger than what a stranger sends.
constexpr std::size_t most_unpacked = std::size_t{2} << 30;
constexpr decode_limits file_limits{.memory = std::size_t{4} << 30};

class store_source final : public trace_source {
 public:
  explicit store_source(std::unique_ptr<trace_reader> reader) : reader_(std::move(reader)) {}

  result<std::vector<trace_id>> newest(const trace_query& query) override { return reader_->newest(query); }
  result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) override {
    return reader_->find(prefix, limit);
  }
  result<span_batch> story(const trace_id& trace) override { return read_story(*reader_, trace); }
  result<span_batch> read(const trace_id& trace) override { return reader_->read(std::span{&trace, 1}); }
  result<std::vector<queue_waits>> waits(const wait_query& query) override { return reader_->waits(query); }
  result<store_state> state() override { return reader_->state(); }

 private:
  std::unique_ptr<trace_reader> reader_;
};

}  // namespace

result<std::unique_ptr<trace_source>> open_store_source(const std::string& path) {
  auto reader = sqlite_reader::open(path);
  if (!reader) return reader.error();
  return std::unique_ptr<trace_source>{new store_source{std::move(*reader)}};
}

result<std::unique_ptr<trace_source>> open_file_source(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return failure{failure_code::invalid_argument,
                   path + " is a folder; --from takes a file or a URL, and --store a store"};
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) return failure{failure_code::not_found, "cannot read " + path + ": " + std::strerror(errno)};
  constexpr std::string_view sqlite{"SQLite format 3"};
  char beginning[sqlite.size()] = {};
  file.read(beginning, sizeof beginning);
  if (std::string_view{beginning, sizeof beginning} == sqlite) return open_store_source(path);
  file.clear();
  file.seekg(0);
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (text.starts_with("\x1f\x8b")) {
    auto plain = gunzip(text, most_unpacked);
    if (!plain) return failure{plain.error().code, path + ": " + plain.error().message};
    text = std::move(*plain);
  }
  const bool jaeger = jaeger_json::looks_like(text);
  auto decoded = jaeger ? jaeger_json::decode(std::move(text), file_limits)
                        : otlp_json::decode(std::move(text), file_limits);
  if (!decoded) {
    return failure{decoded.error().code,
                   path + " is " + (jaeger ? "no readable file of Jaeger: " : "not a file of OTLP JSON: ") +
                       decoded.error().message};
  }
  const std::string& problem = decoded->report.first_problem;
  if (decoded->records.span_count() + decoded->records.log_count() == 0) {
    return failure{failure_code::not_found,
                   path + " holds no spans and no events" + (problem.empty() ? "" : ". " + problem)};
  }
  if (!problem.empty()) {  // in which words of the file may stand
    std::fprintf(stderr, "waybill: %s\n", views::printable(path + ": " + problem).c_str());
  }
  auto store = std::make_unique<memory_store>();
  result<void> kept;
  store->commit(std::move(decoded->records), [&](const result<void>& outcome) { kept = outcome; });
  if (!kept) return kept.error();
  return std::unique_ptr<trace_source>{new store_source{std::move(store)}};
}

}  // namespace waybill::inline v0::cli
