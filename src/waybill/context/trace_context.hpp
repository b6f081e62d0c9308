// A trace context that owns its text: ids, tracestate and baggage, safe to keep, copy and send to other threads.
//
// tracestate and baggage are carried as the raw text that was received, byte for byte: re-serialising damages them.
#pragma once

#include <waybill/base/reference_count.hpp>
#include <waybill/context/span_ids.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// The text of a context: immutable, counted, one block. Most fit a pooled kilobyte; longer ones are allocated.
class context_text {
 public:
  // Joins the pieces of each header with commas (W3C trace-context §3.3.1.1, baggage §3.3). Null when there is nothing to
  // keep, and when there is no memory. sentry_frozen: see below.
  static context_text* make(std::span<const std::string_view> tracestate,
                            std::span<const std::string_view> baggage, bool sentry_frozen) noexcept;

  std::string_view tracestate() const noexcept { return {characters(), std::size_t{tracestate_size_}}; }
  std::string_view baggage() const noexcept {
    return {characters() + tracestate_size_, std::size_t{baggage_size_}};
  }
  // Sentry's dynamic sampling context belongs to the head of the trace: when sentry-trace came with the message, what
  // baggage holds of it (even nothing) is final and is not ours to fill in.
  bool sentry_frozen() const noexcept { return sentry_frozen_; }

  void retain() noexcept { references_.add(); }
  void release() noexcept;

 private:
  context_text() = default;
  const char* characters() const noexcept { return reinterpret_cast<const char*>(this + 1); }

  reference_count references_;
  std::uint32_t tracestate_size_ = 0;
  std::uint32_t baggage_size_ = 0;
  bool sentry_frozen_ = false;
  bool pooled_ = false;
};

class trace_context {
 public:
  explicit trace_context(const span_ids& ids) noexcept : ids_(ids) {}
  // Takes over one reference to text, which may be null.
  trace_context(const span_ids& ids, context_text* text) noexcept : ids_(ids), text_(text) {}
  trace_context(const trace_context& other) noexcept : ids_(other.ids_), text_(other.text_) {
    if (text_ != nullptr) text_->retain();
  }
  trace_context(trace_context&& other) noexcept : ids_(other.ids_), text_(other.text_) {
    other.text_ = nullptr;
  }
  trace_context& operator=(trace_context other) noexcept {
    context_text* const mine = text_;
    ids_ = other.ids_;
    text_ = other.text_;
    other.text_ = mine;  // let go of with it
    return *this;
  }
  ~trace_context() {
    if (text_ != nullptr) text_->release();
  }

  const span_ids& ids() const noexcept { return ids_; }
  // Views live as long as this context or a copy of it.
  std::string_view tracestate() const noexcept {
    return text_ == nullptr ? std::string_view{} : text_->tracestate();
  }
  std::string_view baggage() const noexcept {
    return text_ == nullptr ? std::string_view{} : text_->baggage();
  }
  bool sentry_frozen() const noexcept { return text_ != nullptr && text_->sentry_frozen(); }

  // The same trace and text with other ids: what a child span's context is.
  trace_context with_ids(const span_ids& ids) const noexcept { return {ids, shared_text()}; }

  context_text* text() const noexcept { return text_; }  // borrowed
  context_text* shared_text() const noexcept {           // with a reference of the caller's own
    if (text_ != nullptr) text_->retain();
    return text_;
  }

 private:
  span_ids ids_;
  context_text* text_ = nullptr;
};

}  // namespace waybill::inline v0
