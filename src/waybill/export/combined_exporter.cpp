#include <waybill/export/combined_exporter.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

class combined_exporter final : public batch_exporter {
 public:
  explicit combined_exporter(std::vector<std::unique_ptr<batch_exporter>> exporters)
      : exporters_(std::move(exporters)), pending_(exporters_.size()) {}

  void encode(const span_batch& batch) override {
    for (const auto& one : exporters_) one->encode(batch);
    std::fill(pending_.begin(), pending_.end(), true);
  }

  export_outcome send() override {
    export_outcome all;
    for (std::size_t i = 0; i < exporters_.size(); ++i) {
      if (!pending_[i]) continue;
      export_outcome one = exporters_[i]->send();
      pending_[i] = one.what == export_outcome::kind::try_again;
      if (one.what == export_outcome::kind::sent && one.rejected == 0) continue;
      if (pending_[i]) all.what = export_outcome::kind::try_again;
      all.retry_after = std::max(all.retry_after, one.retry_after);
      all.rejected += one.rejected;
      all.problem = std::move(one.problem);
    }
    return all;
  }

  void cancel() noexcept override {
    for (const auto& one : exporters_) one->cancel();
  }

 private:
  std::vector<std::unique_ptr<batch_exporter>> exporters_;
  std::vector<bool> pending_;
};

}  // namespace

std::unique_ptr<batch_exporter> combine(std::vector<std::unique_ptr<batch_exporter>> exporters) {
  if (exporters.size() == 1) return std::move(exporters.front());
  return std::make_unique<combined_exporter>(std::move(exporters));
}

}  // namespace waybill::inline v0
