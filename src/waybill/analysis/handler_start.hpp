// When the work on a message really began: a span's start is not always the handler's.
#pragma once

#include <waybill/analysis/queue_wait.hpp>

#include <optional>

namespace waybill::inline v0 {

struct handler_start {
  unix_nanos earliest = 0;
  unix_nanos latest = 0;
  bool open_end = false;                // latest is not known either
  bool latest_is_own_span = false;      // of the handler: it had begun by then, and perhaps just then
  std::optional<wait_rule> doubt = {};  // why the two differ; empty: they don't
};

handler_start find_handler_start(const message_flow& flow, const delivery& one) noexcept;

}  // namespace waybill::inline v0
