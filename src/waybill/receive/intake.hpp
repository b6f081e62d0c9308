// The way of a body into a store, which every protocol shares: unpack it, make records of it within the memory the
// server has for it, commit them, and say what became of them.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/http/request_memory.hpp>
#include <waybill/receive/content_encoding.hpp>
#include <waybill/record/span_store.hpp>
#include <waybill/wire/decoded_records.hpp>
#include <waybill/wire/export_answer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace waybill::inline v0 {

struct intake_limits {
  std::size_t unpacked_body = std::size_t{32} << 20;  // bytes, unpacked
  decode_limits decode{.memory = std::size_t{80} << 20};
};

struct received_body {
  std::string bytes;  // as sent
  content_encoding encoding = content_encoding::none;
  std::size_t parser_factor = 0;  // what the decoder takes for itself, in sizes of the unpacked body
  std::shared_ptr<memory_share> memory = nullptr;  // what the body is charged to; null where nobody counts
};

using body_decoder = function_ref<result<decoded_records>(std::string&& plain, const decode_limits&)>;
using taken_in = std::function<void(const result<export_answer>&)>;

// Calls told exactly once: at once when there is nothing to store, else from the store's thread after the commit.
// Decodes on the calling thread. The store outlives the call of told. What is unpacked and decoded is charged to the
// body's memory until it is committed. Thread-safe.
//   malformed, invalid_argument, too_large  the body is wrong and stays wrong
//   busy                                    no memory for it now, or too much waits in the store
//   others                                  the store fails; the sender does well to keep its records until that is over
void take_in(received_body&& body, body_decoder decode, span_store& store, const intake_limits& limits,
             taken_in told);

// What OTLP exporters of metrics hear, whatever the protocol: they are not wrong, and need not try again.
inline export_answer metrics_are_not_kept() {
  return {.rejected = 0, .message = "waybill keeps traces and logs, no metrics. These were dropped."};
}

}  // namespace waybill::inline v0
