#pragma once

#include <opentelemetry/common/member_list.h>
#include <opentelemetry/nostd/standard_types.h>

#include <algorithm>
#include <array>
#include <cstdint>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {

template <std::size_t Size>
class Identifier {
 public:
  static constexpr std::size_t kSize = Size;
  Identifier() noexcept = default;
  explicit Identifier(nostd::span<const std::uint8_t, Size> id) noexcept {
    std::ranges::copy(id, id_.begin());
  }
  void CopyBytesTo(nostd::span<std::uint8_t, Size> out) const noexcept {
    std::ranges::copy(id_, out.begin());
  }
  bool IsValid() const noexcept { return id_ != std::array<std::uint8_t, Size>{}; }
  bool operator==(const Identifier& other) const noexcept { return id_ == other.id_; }

 private:
  std::array<std::uint8_t, Size> id_{};
};
using TraceId = Identifier<16>;
using SpanId = Identifier<8>;

class TraceFlags {
 public:
  explicit TraceFlags(std::uint8_t flags = 0) noexcept : flags_(flags) {}
  std::uint8_t flags() const noexcept { return flags_; }
  bool IsSampled() const noexcept { return (flags_ & 1) != 0; }

 private:
  std::uint8_t flags_;
};

class TraceState {
 public:
  static nostd::shared_ptr<TraceState> GetDefault() {
    static const nostd::shared_ptr<TraceState> none(new TraceState);
    return none;
  }
  static nostd::shared_ptr<TraceState> FromHeader(nostd::string_view header) noexcept {
    nostd::shared_ptr<TraceState> made(new TraceState);
    made->members_ = common::SplitMembers(header);
    return made;
  }
  std::string ToHeader() const noexcept {
    std::string header;
    for (const auto& [key, value] : members_) {
      if (!header.empty()) header += ',';
      header += key + '=' + value;
    }
    return header;
  }

 private:
  common::MemberList members_;
};

class SpanContext {
 public:
  SpanContext(bool sampled, bool is_remote) noexcept
      : flags_(sampled ? 1 : 0), is_remote_(is_remote), state_(TraceState::GetDefault()) {}
  SpanContext(TraceId trace, SpanId span, TraceFlags flags, bool is_remote,
              nostd::shared_ptr<TraceState> state = TraceState::GetDefault()) noexcept
      : trace_(trace), span_(span), flags_(flags), is_remote_(is_remote), state_(std::move(state)) {}
  static SpanContext GetInvalid() noexcept { return {false, false}; }

  bool IsValid() const noexcept { return trace_.IsValid() && span_.IsValid(); }
  const TraceId& trace_id() const noexcept { return trace_; }
  const SpanId& span_id() const noexcept { return span_; }
  const TraceFlags& trace_flags() const noexcept { return flags_; }
  const nostd::shared_ptr<TraceState>& trace_state() const noexcept { return state_; }
  bool IsSampled() const noexcept { return flags_.IsSampled(); }
  bool IsRemote() const noexcept { return is_remote_; }

 private:
  TraceId trace_;
  SpanId span_;
  TraceFlags flags_;
  bool is_remote_;
  nostd::shared_ptr<TraceState> state_;
};

}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
