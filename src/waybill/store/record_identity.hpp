// When two records are one: a sender that lost our answer sends again, and each record shall be told once.
#pragma once

#include <waybill/record/span_record.hpp>

#include <cstdint>
#include <vector>

namespace waybill::inline v0 {

// 128 bits over all that something says. Only for comparing within one process: the seed differs from run to
// run.
struct record_digest {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  friend bool operator==(const record_digest&, const record_digest&) noexcept = default;
};

record_digest digest_of(const log_record& log) noexcept;
record_digest digest_of(const resource& sender) noexcept;
record_digest digest_of(const instrumentation_scope& scope) noexcept;

// A span is known by its ids alone.
std::uint64_t hash_of(const trace_id& trace, const span_id& span) noexcept;

// Of two spans with the same ids: whether the one that came later says at least as much. Then it replaces the
// other.
bool says_as_much(const span_record& later, const span_record& earlier) noexcept;

// Leaves each span and log record once, in the order of their first copies.
void keep_each_once(std::vector<span_record>& spans, std::vector<log_record>& logs);

}  // namespace waybill::inline v0
