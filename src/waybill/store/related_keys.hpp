// What ties traces with different ids together: a link, or the same message named by both. Each tie is a
// number under which a store keeps the traces that have it.
//
// Kept on disk: the numbers must come out the same in every version.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/record/span_record.hpp>

#include <cstdint>

namespace waybill::inline v0 {

// The number under which traces are kept that link to this one.
std::uint64_t key_of_links_to(const trace_id& target) noexcept;

// All numbers under which this record's trace is to be kept. A link's own attributes may name a message, too.
void for_each_key(const span_record& span, function_ref<void(std::uint64_t)> visit);
void for_each_key(const log_record& log, function_ref<void(std::uint64_t)> visit);

}  // namespace waybill::inline v0
