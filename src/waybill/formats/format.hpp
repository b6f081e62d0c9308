// A format: which headers it uses, and how it reads and writes them. Each is one file and one row in known_formats.
#pragma once

#include <waybill/carrier/outgoing_headers.hpp>
#include <waybill/carrier/received_values.hpp>
#include <waybill/formats/outgoing_context.hpp>
#include <waybill/formats/received_context.hpp>

#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace waybill::inline v0 {

// Up to eight names, as constants.
class name_list {
 public:
  consteval name_list(std::initializer_list<std::string_view> names) {
    for (const auto name : names) names_[size_++] = name;
  }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr const std::string_view* begin() const noexcept { return names_; }
  constexpr const std::string_view* end() const noexcept { return names_ + size_; }

 private:
  std::string_view names_[8] = {};
  std::size_t size_ = 0;
};

struct format {
  std::string_view name;  // as in OTEL_PROPAGATORS
  name_list headers;      // those it reads or writes; two formats may share one
  bool names_sender;      // says which span sent the message
  bool can_defer;         // can say that sampling is undecided
  bool by_default;        // on when nobody chooses; the other formats come behind these in the table
  // Never fails: what cannot be read is noted in what was received, what cannot be written is left out.
  void (*read)(const received_headers& headers, received_context& received) noexcept;
  void (*write)(const outgoing_context& context, outgoing_headers& headers) noexcept;
};

}  // namespace waybill::inline v0
