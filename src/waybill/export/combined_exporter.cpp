#include <waybill/export/combined_exporter.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0 {
namespace {

class combined_exporter final : public batch_exporter {
 public:
  explicit combined_exporter(std::vector<std::unique_ptr<batch_exporter>> exporters)
      : exporters_(std::move(exporters)), pending_(exporters_.size()) {}

  void encode(const span_batch& batch) override {
    for (const auto& one : exporters_) one->encode(batch);
    std::fill(pending_.begin(), pending_.end(), true);
    records_ = batch.span_count() + batch.log_count();
    lost_ = 0;
  }

  bool encode_waiting(bool all) override {
    bool any = false;
    for (std::size_t i = 0; i < exporters_.size(); ++i) {
      pending_[i] = exporters_[i]->encode_waiting(all);
      any = any || pending_[i];
    }
    records_ = lost_ = 0;
    return any;
  }

  export_outcome send() override {
    export_outcome all;
    std::size_t at_stake = 0;
    for (std::size_t i = 0; i < exporters_.size(); ++i) {
      if (!pending_[i]) continue;
      export_outcome one = exporters_[i]->send();
      pending_[i] = one.what == export_outcome::kind::try_again;
      if (one.what == export_outcome::kind::sent && one.rejected == 0) continue;
      const bool arrived = one.what == export_outcome::kind::sent;
      const std::size_t lost = arrived ? one.rejected : one.records.value_or(records_);
      if (pending_[i]) {
        all.what = export_outcome::kind::try_again;
        at_stake += lost;
      } else {
        lost_ += lost;
      }
      all.retry_after = std::max(all.retry_after, one.retry_after);
      all.problem = std::move(one.problem);
    }
    if (all.what == export_outcome::kind::sent) {
      all.rejected = std::exchange(lost_, 0);
    } else {
      all.records = lost_ + at_stake;
    }
    return all;
  }

  void cancel() noexcept override {
    for (const auto& one : exporters_) one->cancel();
  }

 private:
  std::vector<std::unique_ptr<batch_exporter>> exporters_;
  std::vector<bool> pending_;
  std::size_t records_ = 0;  // of the batch
  std::size_t lost_ = 0;     // of it, so far
};

}  // namespace

std::unique_ptr<batch_exporter> combine(std::vector<std::unique_ptr<batch_exporter>> exporters) {
  if (exporters.size() == 1) return std::move(exporters.front());
  return std::make_unique<combined_exporter>(std::move(exporters));
}

}  // namespace waybill::inline v0
