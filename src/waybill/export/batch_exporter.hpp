// One way out of the process for a batch of records: what stands behind a batching_sink.
#pragma once

#include <waybill/record/span_batch.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace waybill::inline v0 {

struct export_outcome {
  enum class kind : unsigned char { sent, try_again, refused };
  kind what = kind::sent;
  std::chrono::milliseconds retry_after{0};  // with try_again: what the other side asked for, 0 if nothing
  std::string problem = {};                  // one sentence, for whoever asks what went wrong last
  std::size_t rejected = 0;  // with sent: records that the other side did not take, 0 with a mere warning
  // With try_again and refused: how many records are lost if it stays at that. Empty: those of the batch.
  std::optional<std::size_t> records = {};
};

// Used by one thread, the sink's; only cancel() may come from another. May throw; the sink counts that as refused.
class batch_exporter {
 public:
  virtual ~batch_exporter() = default;

  // Encodes the batch. Its records are released afterwards, so that tries and tries again cost no record memory.
  virtual void encode(const span_batch& batch) = 0;

  // For one that lets records of a batch wait for those of later ones: encodes what need not wait longer; all: whatever
  // waits, since somebody waits for it or nothing will come any more. False: there is nothing to send.
  virtual bool encode_waiting([[maybe_unused]] bool all) { return false; }

  // Sends what was encoded last. May block, up to its own limits.
  virtual export_outcome send() = 0;

  // Makes a running send return soon, and every later one at once.
  virtual void cancel() noexcept = 0;
};

}  // namespace waybill::inline v0
