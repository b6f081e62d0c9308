// Everything inject decides before it touches the carrier: the values, formatted, within the budget.
#pragma once

#include <waybill/carrier/outgoing_headers.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/formats/outgoing_context.hpp>
#include <waybill/propagation/injection.hpp>
#include <waybill/propagation/injection_options.hpp>
#include <waybill/propagation/text_block.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// Lives on the stack of one inject. Views into the context, which must outlive it.
class outgoing_message {
 public:
  outgoing_message(const trace_context& context, const injection_options& options) noexcept;

  const outgoing_headers& headers() const noexcept { return headers_; }
  const injection& outcome() const noexcept { return outcome_; }
  // Calls write(headers), which writes them to the carrier and returns what failed; and once more for baggage alone where
  // the carrier turned out to hold some that has to stay.
  template <class Write>
  injection deliver(Write&& write) noexcept {
    header_set failed = write(headers_);
    header_set present = headers_.present();
    if (theirs_ && merge()) [[unlikely]] {
      failed = (failed - merged_->ours()) | write(*merged_);
      present = present | merged_->present();
    }
    outcome_.failed = failed;
    outcome_.written = present - failed;
    return outcome_;
  }

 private:
  // What the carrier held in baggage, copied.
  class found_baggage {
   public:
    static constexpr std::size_t most = 4;

    void add(std::string_view value) noexcept;
    // Of more than that nobody knows what they are.
    bool too_many() const noexcept { return count_ > most; }
    std::span<const std::string_view> all() const noexcept {
      return {values_.data(), std::min(count_, most)};
    }

   private:
    std::array<text_block, most> memory_;
    std::array<std::string_view, most> values_;
    std::size_t count_ = 0;
  };

  static const watched_headers watched;
  void write_unsure(const outgoing_context& from, const propagator& formats) noexcept;
  bool merge() noexcept;
  std::string_view baggage_to_write(const trace_context& context, const injection_options& options) noexcept;
  void fit(const injection_options& options) noexcept;
  void shorten(int slot, std::uint32_t limit) noexcept;
  std::size_t size() const noexcept;

  outgoing_headers headers_;
  injection outcome_;
  carrier_budget budget_;
  std::optional<found_baggage> theirs_;
  std::optional<outgoing_headers> merged_;
  text_block merged_baggage_;
  text_block own_baggage_;
  text_block short_baggage_;
  text_block short_tracestate_;
};

}  // namespace waybill::inline v0
