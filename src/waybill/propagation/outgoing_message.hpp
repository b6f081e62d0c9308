// Everything inject decides before it touches the carrier: the values, formatted, within the budget.
#pragma once

#include <waybill/base/function_ref.hpp>
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

// Lives on the stack of one inject. The context and the options must outlive it.
class outgoing_message {
 public:
  outgoing_message(const trace_context& context, const injection_options& options) noexcept;
  outgoing_message(const trace_context& context, injection_options&& options) = delete;

  const outgoing_headers& headers() const noexcept { return headers_; }
  const injection& outcome() const noexcept { return outcome_; }
  // Calls write(headers), which writes them to the carrier and returns what failed; and once more for baggage alone where
  // the carrier turned out to hold some that has to stay.
  template <class Write>
  injection deliver(Write&& write) noexcept {
    outcome_.failed = write(headers_);
    outcome_.written = headers_.present() - outcome_.failed;
    if (theirs_) [[unlikely]]
      write_merged(write);
    return outcome_;
  }

 private:
  // What the carrier held in baggage, copied.
  class found_baggage {
   public:
    static constexpr std::size_t most = 4;

    found_baggage() noexcept {}  // clang takes no default one before the class around it is whole
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
  void write_merged(function_ref<header_set(const outgoing_headers&)> write) noexcept;
  bool merge(std::span<char> memory, outgoing_headers& into) noexcept;
  std::string_view baggage_to_write(const trace_context& context) noexcept;
  void fit() noexcept;
  void shorten(int slot, std::uint32_t limit) noexcept;
  std::size_t size() const noexcept;

  // Of values that are neither the context's nor short.
  struct made_values {
    text_block baggage;
    text_block short_baggage;
    text_block short_tracestate;
  };
  made_values& made() noexcept { return made_ ? *made_ : made_.emplace(); }

  const injection_options& options_;
  outgoing_headers headers_;
  injection outcome_;
  std::optional<made_values> made_;  // few messages need them, and most want to be through quickly
  std::optional<found_baggage> theirs_;
};

}  // namespace waybill::inline v0
