// Everything inject decides before it touches the carrier: the values, formatted, within the budget.
#pragma once

#include <waybill/carrier/outgoing_headers.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/propagation/injection.hpp>
#include <waybill/propagation/injection_options.hpp>
#include <waybill/propagation/text_block.hpp>

namespace waybill::inline v0 {

// Lives on the stack of one inject. Views into the context, which must outlive it.
class outgoing_message {
 public:
  outgoing_message(const trace_context& context, const injection_options& options) noexcept;

  const outgoing_headers& headers() const noexcept { return headers_; }
  const injection& outcome() const noexcept { return outcome_; }
  // The outcome once the carrier has been written to.
  injection delivered(header_set failed) noexcept {
    outcome_.failed = failed;
    outcome_.written = headers_.present() - failed;
    return outcome_;
  }

 private:
  std::string_view baggage_to_write(const trace_context& context, const injection_options& options) noexcept;
  void fit(const injection_options& options) noexcept;
  void shorten(int slot, std::uint32_t limit) noexcept;
  std::size_t size() const noexcept;

  outgoing_headers headers_;
  injection outcome_;
  text_block own_baggage_;
  text_block short_baggage_;
  text_block short_tracestate_;
};

}  // namespace waybill::inline v0
